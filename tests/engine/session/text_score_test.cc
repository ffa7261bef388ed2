#include "session/text_score.h"

#include <gtest/gtest.h>

#include <fstream>

#include "golden_models.h"
#include "session/log_sum_exp.h"

namespace chatglm {
namespace {

std::shared_ptr<const Model> DemoModel(const char* precision, const test::TemporaryFolder& folder) {
  ConvertOptions options;
  options.source =
      std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "resources" / "demo-model" / precision;
  options.destination = folder.path() / (std::string(precision) + ".gguf");
  Convert(options, StopFlag(), [](const ConvertProgress&) {});
  return test::LoadModel(options.destination);
}

/// So many tokens, the same each time, of which the first two are those of `[gMASK] sop`.
std::vector<TokenId> SomeTokens(const Model& model, std::size_t count) {
  std::string text;
  for (int i = 0; text.size() < count * 8; ++i) text += "讲一个故事 " + std::to_string(i) + "。";
  std::vector<TokenId> tokens = model.prompt_format().Completion(text);
  EXPECT_GE(tokens.size(), count);
  tokens.resize(count);
  return tokens;
}

class TextScore : public testing::Test {
 protected:
  void SetUp() override { test::EnsureBackends(); }

  ScoreResult Score(const std::shared_ptr<const Model>& model, const ScoreRequest& request) const {
    return ScoreTokens(model, request, 2, CacheType::kF16, never_);
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
};

TEST_F(TextScore, HoldsTokensForAsLikelyAsTheOfficialModel) {
  CHATGLM_NEEDS_GOLDENS();
  const std::filesystem::path expected = test::GoldensFolder() / "expected" / "tiny";
  const auto item = test::ReadJson(expected / "goldens.json")["items"][0];
  const auto tokens = item["input_ids"].get<std::vector<TokenId>>();
  const auto logits = test::ReadFloats(expected / item["all_logits"]["file"].get<std::string>());
  const std::size_t vocabulary = item["all_logits"]["shape"][1];
  const auto model = test::LoadModel(test::ConvertGolden(
      "tiny", "tiny", "models/tiny/tokenizer.model", OutputType::kF16, folder_));
  const auto scores = Score(model, {tokens, 1});
  ASSERT_EQ(scores.logprobs.size(), tokens.size() - 1);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto row = std::span(logits).subspan(i * vocabulary, vocabulary);
    const double expected_logprob = row[static_cast<std::size_t>(tokens[i + 1])] - LogSumExp(row);
    EXPECT_NEAR(scores.logprobs[i], expected_logprob, 0.1) << i;
  }
}

TEST_F(TextScore, JudgesEachTokenByAllBeforeIt) {
  const auto model = DemoModel("fp16", folder_);
  const auto tokens = SomeTokens(*model, 700);
  const auto whole = Score(model, {tokens, 1});
  ASSERT_EQ(whole.logprobs.size(), 699u);
  EXPECT_TRUE(whole.divergences.empty());
  for (const std::size_t end : {2u, 300u, 513u, 514u}) {
    const std::vector<TokenId> part(tokens.begin(),
                                    tokens.begin() + static_cast<std::ptrdiff_t>(end));
    const auto last = Score(model, {part, static_cast<std::uint32_t>(end - 1)});
    ASSERT_EQ(last.logprobs.size(), 1u);
    EXPECT_LT(last.logprobs[0], 0);
    EXPECT_NEAR(last.logprobs[0], whole.logprobs[end - 2], 0.02) << end;
  }
}

TEST_F(TextScore, DivergesFromAnotherPrecisionAndNotFromItself) {
  const auto reference = DemoModel("fp16", folder_);
  const auto tokens = SomeTokens(*reference, 200);
  const std::string file = (folder_.path() / "0.distributions").string();
  const auto written = Score(reference, {tokens, 100, file});
  const auto same = Score(reference, {.tokens = tokens, .scored_from = 100, .reference = file});
  ASSERT_EQ(same.divergences.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_NEAR(same.divergences[i].nats, 0, 1e-6);
    EXPECT_NEAR(same.divergences[i].reference_logprob, written.logprobs[i], 0.001);
    EXPECT_TRUE(same.divergences[i].same_choice);
  }
  const auto other =
      Score(DemoModel("int4", folder_), {.tokens = tokens, .scored_from = 100, .reference = file});
  double sum = 0;
  for (const Divergence& divergence : other.divergences) {
    EXPECT_GT(divergence.nats, -1e-6);
    sum += divergence.nats;
  }
  EXPECT_GT(sum / 100, 1e-5);
}

TEST_F(TextScore, RefusesWhatIsNoReferenceOfTheseTokens) {
  const auto model = DemoModel("fp16", folder_);
  const auto tokens = SomeTokens(*model, 40);
  const auto code = [&](const ScoreRequest& request) {
    try {
      Score(model, request);
    } catch (const EngineError& error) {
      return error.code();
    }
    return ErrorCode{};
  };
  const std::string file = (folder_.path() / "0.distributions").string();
  EXPECT_EQ(code({.tokens = tokens, .scored_from = 1, .reference = file}),
            ErrorCode::kFileNotFound);
  Score(model, {tokens, 20, file});
  EXPECT_EQ(code({.tokens = tokens, .scored_from = 21, .reference = file}),
            ErrorCode::kInvalidParams);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  EXPECT_EQ(code({.tokens = tokens, .scored_from = 20, .reference = file}),
            ErrorCode::kInvalidParams);
  std::ofstream(file) << "short";
  EXPECT_EQ(code({.tokens = tokens, .scored_from = 20, .reference = file}),
            ErrorCode::kInvalidParams);
  auto foreign = tokens;
  foreign.back() = static_cast<TokenId>(model->description().vocabulary_size);
  EXPECT_EQ(code({foreign, 1}), ErrorCode::kInvalidParams);
  EXPECT_EQ(code({std::vector<TokenId>(model->description().context_length + 1, 0), 1}),
            ErrorCode::kInvalidParams);
}

TEST_F(TextScore, LeavesNothingWhenItIsCancelled) {
  const auto model = DemoModel("fp16", folder_);
  StopFlag stop;
  stop.Set();
  const auto file = folder_.path() / "0.distributions";
  const ScoreRequest request{SomeTokens(*model, 40), 1, file.string()};
  EXPECT_THROW(ScoreTokens(model, request, 1, CacheType::kF16, stop), EngineError);
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace chatglm
