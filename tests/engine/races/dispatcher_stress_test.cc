#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <map>
#include <random>
#include <thread>

#include "rpc/dispatcher.h"
#include "rpc/framing.h"

namespace chatglm {
namespace {

using nlohmann::json;

constexpr int kCalls = 500;

/// The app's end of the connection: remembers the answers, and goes away after
/// so many frames.
class RecordingTransport : public Transport {
 public:
  explicit RecordingTransport(int most_frames) : frames_left_(most_frames) {}

  std::size_t Read(std::span<char>) override { return 0; }
  bool Write(std::span<const char> bytes) override {
    if (frames_left_-- <= 0) return false;
    frames_.Feed({bytes.data(), bytes.size()});
    while (const auto frame = frames_.Next()) {
      const json message = json::parse(frame->content);
      if (!message.contains("id")) continue;
      const bool is_error = message.contains("error");
      answers_[message["id"].get<int>()].push_back(is_error ? message["error"]["code"].get<int>()
                                                            : 0);
    }
    return true;
  }
  void StopReading() override {}

  /// Error codes, 0 for a result, by the id of the request. After the outbox
  /// has ended.
  const std::map<int, std::vector<int>>& answers() const { return answers_; }

 private:
  int frames_left_;
  FrameReader frames_;
  std::map<int, std::vector<int>> answers_;
};

/// Works in small steps until it is done or cancelled, and tells its progress.
json Work(const json& params, Call& call, std::atomic<int>& running) {
  ++running;
  const struct Leave {
    ~Leave() { --count; }
    std::atomic<int>& count;
  } leave{running};
  for (int step = 0; step < params["steps"].get<int>(); ++step) {
    call.stop_flag().ThrowIfSet();
    call.ReportProgress(step);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return params["steps"];
}

std::string Request(int id, int steps) {
  return json{{"jsonrpc", "2.0"},
              {"id", id},
              {"method", "work"},
              {"params", {{"steps", steps}, {"progressToken", id}}}}
      .dump();
}

std::string CancelOf(int id) {
  return json{{"jsonrpc", "2.0"}, {"method", "$/cancelRequest"}, {"params", {{"id", id}}}}.dump();
}

/// Asks, cancels at random and leaves without waiting for the rest.
void AskAtRandom(Dispatcher& dispatcher, std::atomic<int>& running) {
  std::mt19937 random(20231);
  dispatcher.On("work",
                [&](const json& params, Call& call) { return Work(params, call, running); });
  for (int id = 0; id < kCalls; ++id) {
    dispatcher.Receive(Request(id, static_cast<int>(random() % 20)));
    if (random() % 3 == 0) {
      dispatcher.Receive(CancelOf(id - static_cast<int>(random() % 30)));
    }
    if (random() % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

TEST(DispatcherStressTest, AnswersEveryCallOnceWhileOthersAreCancelled) {
  RecordingTransport transport(1 << 30);
  std::atomic<int> running = 0;
  {
    Outbox outbox(transport);
    Dispatcher dispatcher(outbox);
    AskAtRandom(dispatcher, running);
  }
  EXPECT_EQ(running, 0);
  ASSERT_EQ(transport.answers().size(), static_cast<std::size_t>(kCalls));
  std::map<int, int> counts;
  for (const auto& [id, codes] : transport.answers()) {
    ASSERT_EQ(codes.size(), 1u) << id;
    ++counts[codes[0]];
  }
  const int cancelled = counts[static_cast<int>(ErrorCode::kCancelled)];
  const int refused = counts[static_cast<int>(ErrorCode::kTooManyRequests)];
  EXPECT_GT(counts[0], 0);
  EXPECT_GT(cancelled, 0);
  EXPECT_EQ(counts[0] + cancelled + refused, kCalls);
  std::cout << kCalls << " calls: " << counts[0] << " done, " << cancelled << " cancelled, "
            << refused << " refused\n";
}

TEST(DispatcherStressTest, EndsEveryCallWhenTheOtherSideGoesAwayAmongThem) {
  for (const int frames : {0, 50, 700}) {
    RecordingTransport transport(frames);
    std::atomic<int> running = 0;
    {
      Outbox outbox(transport);
      Dispatcher dispatcher(outbox);
      AskAtRandom(dispatcher, running);
    }
    EXPECT_EQ(running, 0);
    EXPECT_LE(transport.answers().size(), static_cast<std::size_t>(frames));
  }
}

}  // namespace
}  // namespace chatglm
