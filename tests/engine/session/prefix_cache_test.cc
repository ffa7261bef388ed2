#include <gtest/gtest.h>

#include <iostream>
#include <thread>

#include "chat_requests.h"
#include "fuzz/mutate.h"
#include "golden_models.h"
#include "llama/context.h"
#include "session/engine.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

std::filesystem::path DemoModelFolder() {
  return std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "resources" / "demo-model";
}

/// The demo model with a cache that outlives the engine.
class PrefixCacheTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kLimit = std::uint64_t{1} << 30;

  void SetUp() override {
    test::EnsureBackends();
    ConvertOptions options;
    options.source = DemoModelFolder() / "int4";
    options.destination = model_;
    Convert(options, never_, [](const ConvertProgress&) {});
    endless_ = test::ReadJson(DemoModelFolder() / "expected.json")["endless"]["query"];
    Start();
  }

  /// As after a restart of the app.
  void Start(CacheType type = CacheType::kF16, std::uint32_t context = 4096) {
    engine_.reset();
    engine_ = std::make_unique<Engine>();
    engine_->Load({.path = model_.string(),
                   .placement = {.context_length = context, .cache_type = type},
                   .threads = 1,
                   .store = PrefixStore::Options{cache_, kLimit}},
                  never_, [](float) {});
  }

  GenerateResult Ask(const std::vector<Round>& rounds, const std::string& question,
                     std::uint32_t most = 256) {
    GenerateRequest request = test::Ask(rounds, question);
    request.max_new_tokens = most;
    return engine_->Generate(request, {}, never_);
  }

  /// A conversation of more than two blocks.
  std::vector<Round> Talk(const std::string& first = "who are you") {
    std::vector<Round> rounds;
    for (const std::string& question :
         {first, std::string(300, 'x'), std::string(300, 'y'), std::string("你好")}) {
      rounds.push_back({question, Ask(rounds, question, 40).text});
    }
    return rounds;
  }

  /// The replies to a few more questions and how many tokens they have.
  std::pair<std::string, std::uint32_t> TalkOn(std::vector<Round> rounds) {
    std::string text;
    std::uint32_t token_count = 0;
    for (const std::string question :
         {"讲一个故事", "写一段代码", "who are you", "讲一个故事", "写一段代码", "讲一个故事"}) {
      const GenerateResult result = Ask(rounds, question);
      rounds.push_back({question, result.text});
      text += result.text + "\n";
      token_count += result.statistics.generated_tokens;
    }
    return {text, token_count};
  }

  static std::uint32_t Evaluated(const GenerateResult& result) {
    return result.statistics.prompt_tokens - result.statistics.reused_tokens;
  }

  std::vector<std::filesystem::path> Files() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(cache_)) {
      files.push_back(entry.path());
    }
    return files;
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
  std::filesystem::path model_ = folder_.path() / "demo.gguf";
  std::filesystem::path cache_ = folder_.path() / "cache";
  std::string endless_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(PrefixCacheTest, GoesOnAfterARestartAsIfThereHadBeenNone) {
  for (const CacheType type : {CacheType::kF16, CacheType::kQ8_0}) {
    Start(type);
    const auto rounds = Talk();
    const GenerateResult kept = Ask(rounds, "你好");
    EXPECT_EQ(kept.statistics.restored_tokens, 0u);
    const auto [kept_text, kept_tokens] = TalkOn(rounds);
    EXPECT_GE(kept_tokens, 256u);

    engine_->ClearCache(false);
    Start(type);
    EXPECT_EQ(Talk(), rounds);
    Start(type);
    const GenerateResult restored = Ask(rounds, "你好");
    EXPECT_EQ(restored.text, kept.text);
    EXPECT_EQ(Evaluated(restored), Evaluated(kept));
    EXPECT_EQ(restored.statistics.restored_tokens, restored.statistics.reused_tokens);
    EXPECT_GT(restored.statistics.restored_tokens, 600u);
    EXPECT_EQ(TalkOn(rounds).first, kept_text);
  }
}

TEST_F(PrefixCacheTest, HasAConversationReadyBeforeItsNextQuestion) {
  const auto rounds = Talk();
  Start();
  const std::uint32_t ready = engine_->Prepare({rounds}, never_);
  EXPECT_GT(ready, 600u);
  EXPECT_EQ(engine_->Prepare({rounds}, never_), ready);
  const GenerateResult next = Ask(rounds, "你好", 8);
  EXPECT_EQ(next.statistics.reused_tokens, ready);
  EXPECT_EQ(next.statistics.restored_tokens, 0u);
  StopFlag stop;
  stop.Set();
  Start();
  EXPECT_EQ(engine_->Prepare({rounds}, stop), 0u);
}

TEST_F(PrefixCacheTest, SharesWhatEditsBranchesAndOtherChatsBeginWith) {
  const auto rounds = Talk();
  Start();
  const std::vector<Round> branch(rounds.begin(), rounds.end() - 2);
  const auto edited = Ask(branch, std::string(300, 'y') + "?", 8);
  EXPECT_GT(edited.statistics.restored_tokens, 600u);
  EXPECT_LT(Evaluated(edited), 40u);
  Start();
  const auto regenerated = Ask({}, rounds[0].question, 8);
  EXPECT_EQ(Evaluated(regenerated), 1u);
}

TEST_F(PrefixCacheTest, KeepsMoreConversationsThanTheContextHolds) {
  Start(CacheType::kF16, 1024);
  std::vector<std::vector<Round>> chats;
  for (const std::string first :
       {"who are you", "你好", "谢谢", "写一段代码", "讲一个故事", "hello"}) {
    chats.push_back(Talk(first));
  }
  for (const auto& rounds : chats) {
    const auto next = Ask(rounds, "你好", 8);
    EXPECT_GT(next.statistics.reused_tokens, 600u);
    EXPECT_LT(Evaluated(next), 40u);
  }
}

TEST_F(PrefixCacheTest, AnswersTheSameWhateverHappenedToTheFiles) {
  const auto rounds = Talk();
  const std::string expected = Ask(rounds, endless_, 32).text;
  std::mt19937_64 random(7);
  for (int attempt = 0; attempt < 8; ++attempt) {
    engine_.reset();
    for (const auto& file : Files()) {
      WriteTestFile(file, Mutate(ReadTestFile(file), random));
    }
    Start();
    EXPECT_EQ(Ask(rounds, endless_, 32).text, expected);
  }
  engine_.reset();
  const auto files = Files();  // each gets what another one held
  ASSERT_GT(files.size(), 1u);
  const std::string first = ReadTestFile(files.front());
  for (std::size_t i = 0; i + 1 < files.size(); ++i) {
    WriteTestFile(files[i], ReadTestFile(files[i + 1]));
  }
  WriteTestFile(files.back(), first);
  Start();
  const auto result = Ask(rounds, endless_, 32);
  EXPECT_EQ(result.text, expected);
  EXPECT_EQ(result.statistics.restored_tokens, 0u);
}

TEST_F(PrefixCacheTest, DoesWithoutAFolder) {
  std::filesystem::remove_all(cache_);
  WriteTestFile(cache_, "a file");
  Start();
  const auto rounds = Talk();
  EXPECT_GT(Ask(rounds, "你好", 8).statistics.reused_tokens, 600u);
}

TEST_F(PrefixCacheTest, ForgetsEverythingWhenAsked) {
  const auto rounds = Talk();
  engine_->ClearCache(false);
  EXPECT_TRUE(Files().empty());
  EXPECT_EQ(Ask(rounds, "你好", 8).statistics.reused_tokens, 0u);
  engine_->ClearCache(false);
  engine_.reset();
  EXPECT_TRUE(Files().empty());
}

TEST_F(PrefixCacheTest, KeepsNothingMoreWhenAsked) {
  auto rounds = Talk();
  engine_->ClearCache(true);
  rounds.push_back({"who are you", Ask(rounds, "who are you").text});
  EXPECT_GT(Ask(rounds, "你好", 8).statistics.reused_tokens, 600u);  // those in memory
  engine_.reset();
  EXPECT_TRUE(Files().empty());
  Start();
  Talk();
  engine_.reset();
  EXPECT_FALSE(Files().empty());
}

TEST_F(PrefixCacheTest, RefusesOrTakesAnyStateAndGoesOn) {
  constexpr int kMutations = 2000;
  constexpr std::size_t kCount = 6;
  const auto model = test::LoadModel(model_);
  Context context(model,
                  {.cache_tokens = 256, .sequence_count = 1, .batch_tokens = 16, .threads = 1});
  std::vector<BatchEntry> batch;
  for (std::size_t i = 0; i < kCount; ++i) {
    batch.push_back({300, static_cast<std::int32_t>(i), 0, i + 1 == kCount});
  }
  ASSERT_EQ(context.Evaluate(batch, nullptr), EvaluateStatus::kDone);
  const auto state = context.Save(0, 0, kCount);
  const std::string whole(reinterpret_cast<const char*>(state.data()), state.size());
  std::mt19937_64 random(7);
  int taken = 0;
  for (int i = 0; i < kMutations; ++i) {
    context.Remove(0, 0);
    const std::string bytes = Mutate(whole, random);
    const auto status = context.Restore(0, 0, kCount, std::as_bytes(std::span(bytes)));
    if (status == RestoreStatus::kDone) ++taken;
  }
  std::cout << taken << " of " << kMutations << " mutated states differ in values only\n";
  context.Remove(0, 0);
  EXPECT_EQ(context.Restore(0, 0, kCount, state), RestoreStatus::kDone);
  EXPECT_EQ(context.Save(0, 0, kCount), state);
  EXPECT_EQ(context.Restore(0, 1, kCount, state), RestoreStatus::kDamaged);
}

}  // namespace
}  // namespace chatglm
