#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <random>
#include <thread>

#include "chat_requests.h"
#include "golden_models.h"
#include "session/engine.h"

/// ThreadSanitizer asks for this. libllama and OpenMP are not built with it:
/// what they do is not seen.
extern "C" const char* __tsan_default_options() { return "ignore_noninstrumented_modules=1"; }

namespace chatglm {
namespace {

constexpr int kClients = 8;
constexpr int kRepliesOfEach = 12;

/// The demo model and what happened to the replies that were asked of it.
class SchedulerStressTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("CHATGLM_ENGINE_KERNELS", "off", 1);  // they use OpenMP
    test::EnsureBackends();
    path_ = folder_.path() / "demo.gguf";
    ConvertOptions options;
    options.source = std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "resources/demo-model/int4";
    options.destination = path_;
    Convert(options, never_, [](const ConvertProgress&) {});
    Load();
  }

  void Load() {
    engine_.Load({.path = path_.string(), .placement = {.context_length = 256}, .threads = 1},
                 never_, [](float) {});
  }

  /// One reply, stopped from within after a few pieces, from outside at any
  /// moment, or never.
  void AskOnce(std::mt19937& random) {
    static constexpr const char* kQuestions[] = {"你好", "讲一个故事", "who are you"};
    GenerateRequest request = test::Ask({}, kQuestions[random() % 3]);
    request.max_new_tokens = 1 + static_cast<unsigned>(random() % 24);
    StopFlag stop;
    const auto pieces = static_cast<unsigned>(random() % 12);
    const auto wait = std::chrono::microseconds(random() % 20'000);
    const bool stops = random() % 3 == 0;
    unsigned told = 0;
    GenerateListener listener;
    listener.on_text = [&](std::string_view) {
      if (stops && ++told == pieces) stop.Set();
    };
    std::thread canceller([&] {
      if (!stops) return;
      std::this_thread::sleep_for(wait);
      stop.Set();
    });
    try {
      const auto result = engine_.Generate(request, listener, stop);
      ++(result.finish == GenerateFinish::kCancelled ? cancelled_ : finished_);
    } catch (const EngineError& error) {
      EXPECT_EQ(static_cast<int>(error.code()), static_cast<int>(ErrorCode::kModelNotLoaded));
      ++refused_;
    }
    canceller.join();
  }

  /// Many clients at once, while `meanwhile` runs on this thread.
  void AskFromManyThreads(const std::function<void()>& meanwhile) {
    std::vector<std::thread> clients;
    for (unsigned client = 0; client < kClients; ++client) {
      clients.emplace_back([this, client] {
        std::mt19937 random(client);
        for (int i = 0; i < kRepliesOfEach; ++i) AskOnce(random);
      });
    }
    meanwhile();
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(finished_ + cancelled_ + refused_, kClients * kRepliesOfEach);
    std::cout << finished_ << " replies finished, " << cancelled_ << " were cancelled, " << refused_
              << " refused\n";
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
  std::filesystem::path path_;
  Engine engine_;
  std::atomic<int> finished_ = 0;
  std::atomic<int> cancelled_ = 0;
  std::atomic<int> refused_ = 0;
};

TEST_F(SchedulerStressTest, WritesManyRepliesWhileOthersAreCancelled) {
  AskFromManyThreads([this] {
    for (int i = 0; i < 50; ++i) {
      EXPECT_GT(engine_.Count({ChatPrompt{{}, "你好"}}).prompt_tokens, 0u);
      EXPECT_EQ(engine_.Detokenize(engine_.Tokenize("你好", false)), "你好");
    }
  });
  EXPECT_EQ(refused_, 0);
  EXPECT_GT(finished_, 0);
}

TEST_F(SchedulerStressTest, EndsTheirRepliesWhenTheModelIsUnloadedAndLoadedAgain) {
  AskFromManyThreads([this] {
    for (int i = 0; i < 3; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      engine_.Unload();
      Load();
    }
  });
}

}  // namespace
}  // namespace chatglm
