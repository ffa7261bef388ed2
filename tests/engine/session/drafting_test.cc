#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "chat_requests.h"
#include "golden_models.h"
#include "llama/context.h"
#include "llama/kernels.h"
#include "session/engine.h"
#include "session/step_cost.h"

namespace chatglm {
namespace {

std::vector<TokenId> IdsOf(const std::vector<DraftToken>& draft) {
  std::vector<TokenId> ids;
  for (const DraftToken& token : draft) ids.push_back(token.id);
  return ids;
}

TEST(PromptLookupTest, GuessesWhatFollowedTheSameTokensTheLastTime) {
  PromptLookup lookup;
  lookup.Start(std::vector<TokenId>{5, 6, 7, 1, 2, 3, 5, 6, 8, 9, 4});
  EXPECT_TRUE(lookup.Draft(8).empty());
  lookup.Add(5);
  EXPECT_TRUE(lookup.Draft(8).empty()) << "one token is no match";
  lookup.Add(6);
  EXPECT_EQ(IdsOf(lookup.Draft(2)), (std::vector<TokenId>{8, 9}));
  EXPECT_EQ(IdsOf(lookup.Draft(100)), (std::vector<TokenId>{8, 9, 4, 5, 6}));
  lookup.Add(7);
  EXPECT_EQ(IdsOf(lookup.Draft(2)), (std::vector<TokenId>{1, 2})) << "the older place fits now";
}

TEST(PromptLookupTest, LearnsFromTheReplyHowOftenItIsRight) {
  const std::vector<TokenId> line = {11, 12, 13, 14, 15, 16, 17, 18};
  PromptLookup right, wrong;
  right.Start(line);
  wrong.Start(line);
  for (int round = 0; round < 10; ++round) {
    for (const TokenId id : line) right.Add(id);
    for (TokenId i = 0; i < 4; ++i) {
      wrong.Add(11);
      wrong.Add(12);
      wrong.Add(100 + 4 * round + i);  // never what followed before
    }
  }
  EXPECT_GT(right.Draft(1).at(0).chance, 0.9);
  for (const TokenId id : {11, 12}) wrong.Add(id);
  EXPECT_LT(wrong.Draft(1).at(0).chance, 0.1);
}

TEST(StepCostTest, DraftsWhatIsWorthItsTime) {
  const std::vector<DraftToken> likely(8, {1, 0.9});
  const std::vector<DraftToken> unlikely(8, {1, 0.05});
  StepCost cheap, dear;
  for (int i = 0; i < 50; ++i) {
    const std::size_t tokens = 1 + i % 8;
    cheap.Observe(tokens, 1.0 + 0.01 * static_cast<double>(tokens));
    dear.Observe(tokens, static_cast<double>(tokens));
  }
  EXPECT_NEAR(cheap.Of(5) / cheap.Of(1), 1.05 / 1.01, 0.01);
  EXPECT_EQ(cheap.BestDraft(likely, 0), 8u);
  EXPECT_EQ(cheap.BestDraft(unlikely, 0), 8u);
  EXPECT_EQ(dear.BestDraft(likely, 0), 0u) << "each guess costs a step and may be wrong";
  EXPECT_EQ(dear.TokensWithin(2, 3, 128), 6u);
  EXPECT_GT(cheap.TokensWithin(2, 1, 128), 64u);
  EXPECT_EQ(cheap.TokensWithin(2, 1, 16), 16u);
  StepCost unknown;
  EXPECT_GT(unknown.BestDraft(likely, 0), 0u);
  EXPECT_EQ(unknown.BestDraft(unlikely, 0), 0u);
}

/// Drafts change nothing only where a token's logits do not depend on what else is in its batch.
class KernelLogitsTest : public testing::TestWithParam<OutputType> {};

TEST_P(KernelLogitsTest, AreTheSameBitsWhateverElseIsInTheBatch) {
  test::EnsureBackends();
  test::TemporaryFolder folder;
  ConvertOptions options;
  options.source = std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "resources/demo-model/fp16";
  options.destination = folder.path() / "demo.gguf";
  options.type = GetParam();
  Convert(options, StopFlag(), [](const ConvertProgress&) {});
  const auto model = test::LoadModel(options.destination);
  if (!KernelsAreInUse()) GTEST_SKIP() << "skipped: our kernels do not compute here";

  constexpr std::int32_t kTokens = 560, kMost = 32;
  Context context(model,
                  {.cache_tokens = 2048, .sequence_count = 1, .batch_tokens = kMost, .threads = 1});
  std::mt19937 random(20231);
  std::vector<BatchEntry> entries;
  for (std::int32_t i = 0; i < kTokens; ++i) {
    entries.push_back({static_cast<TokenId>(random() % 1500 + 300), i, 0, true});
  }
  /// The logits after some tokens here and there, when every step evaluates so many.
  const auto logits_by = [&](std::size_t step) {
    std::vector<std::vector<float>> all;
    context.Remove(0, 0);
    for (std::size_t begin = 0; begin < entries.size(); begin += step) {
      const auto batch = std::span(entries).subspan(begin, std::min(step, kTokens - begin));
      EXPECT_EQ(context.Evaluate(batch, nullptr), EvaluateStatus::kDone);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if ((begin + i) % 37 != 0) continue;
        const auto logits = context.Logits(i);
        all.emplace_back(logits.begin(), logits.end());
      }
    }
    return all;
  };
  const auto alone = logits_by(1);
  for (const std::size_t step : {2, 7, 32}) EXPECT_EQ(logits_by(step), alone) << step;
}

std::string NameOf(const testing::TestParamInfo<OutputType>& parameter) {
  return parameter.param == OutputType::kQ4_0 ? "int4" : "int8";
}

INSTANTIATE_TEST_SUITE_P(All, KernelLogitsTest,
                         testing::Values(OutputType::kQ4_0, OutputType::kQ8_0), NameOf);

/// The demo model, which ends some replies and goes round in circles in others.
class DraftedReplyTest : public testing::Test {
 protected:
  void SetUp() override {
    test::EnsureBackends();
    const auto source = std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "resources/demo-model";
    expected_ = test::ReadJson(source / "expected.json");
    ConvertOptions options;
    options.source = source / "int4";
    options.destination = folder_.path() / "demo.gguf";
    Convert(options, never_, [](const ConvertProgress&) {});
    engine_.Load(
        {.path = options.destination.string(), .placement = {.context_length = 2048}, .threads = 1},
        never_, [](float) {});
  }

  /// The reply with and without drafts, from an empty cache.
  void ExpectSame(GenerateRequest request) {
    std::vector<GenerateResult> results;
    for (const bool drafts : {true, false}) {
      engine_.ClearCache(false);
      request.drafts = drafts;
      results.push_back(engine_.Generate(request, {}, never_));
    }
    EXPECT_EQ(results[0].text, results[1].text);
    EXPECT_EQ(results[0].finish, results[1].finish);
    EXPECT_EQ(results[0].statistics.generated_tokens, results[1].statistics.generated_tokens);
    EXPECT_EQ(results[1].statistics.drafted_tokens, 0u);
    EXPECT_LE(results[0].statistics.accepted_tokens, results[0].statistics.drafted_tokens);
    drafted_ += results[0].statistics.drafted_tokens;
    accepted_ += results[0].statistics.accepted_tokens;
    generated_ += results[0].statistics.generated_tokens;
  }

  void ExpectDrafts(std::uint32_t least) {
    if (KernelsAreInUse()) {
      EXPECT_GT(accepted_, least);
    } else {
      EXPECT_EQ(drafted_, 0u) << "with other kernels guesses could change the reply";
    }
    std::cout << generated_ << " tokens, " << drafted_ << " drafted, " << accepted_
              << " accepted\n";
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
  nlohmann::json expected_;
  Engine engine_;
  std::uint32_t drafted_ = 0, accepted_ = 0, generated_ = 0;
};

TEST_F(DraftedReplyTest, IsTheSameWordForWord) {
  for (std::size_t i = 0; i < expected_["items"].size(); i += 16) {
    const nlohmann::json& item = expected_["items"][i];
    ExpectSame(test::Ask(test::Rounds(item["history"]), item["query"]));
  }
  GenerateRequest endless = test::Ask({}, expected_["endless"]["query"]);
  for (const std::uint32_t most : {1u, 2u, 3u, 300u}) {
    endless.max_new_tokens = most;
    ExpectSame(endless);
  }
  ExpectDrafts(100);
}

TEST_F(DraftedReplyTest, IsTheSameWithTheSameSeed) {
  GenerateRequest request = test::Ask({}, expected_["endless"]["query"]);
  request.max_new_tokens = 200;
  request.sampling = {.temperature = 1.0f};
  for (const std::uint32_t seed : {1u, 2u, 3u}) {
    request.seed = seed;
    ExpectSame(request);
  }
  request.sampling.repetition_penalty = 1.05f;
  ExpectSame(request);
  ExpectDrafts(100);
}

TEST_F(DraftedReplyTest, IsGoneOnWithAsIfItHadNotBeenDrafted) {
  GenerateRequest first = test::Ask({}, expected_["endless"]["query"]);
  first.max_new_tokens = 120;
  std::vector<std::string> replies;
  for (const bool drafts : {true, false}) {
    engine_.ClearCache(false);
    first.drafts = drafts;
    const auto begun = engine_.Generate(first, {}, never_);
    GenerateRequest next =
        test::Ask({{std::get<ChatPrompt>(first.prompt).question, begun.text}}, "who are you");
    const auto reply = engine_.Generate(next, {}, never_);
    EXPECT_EQ(reply.statistics.reused_tokens,
              begun.statistics.prompt_tokens + begun.statistics.generated_tokens - 1);
    replies.push_back(reply.text);
  }
  EXPECT_EQ(replies[0], replies[1]);
}

}  // namespace
}  // namespace chatglm
