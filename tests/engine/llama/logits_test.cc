#include <gtest/gtest.h>

#include <algorithm>

#include "distance.h"
#include "golden_models.h"
#include "llama/context.h"

namespace chatglm {
namespace {

using nlohmann::json;

/// A golden model, what it is converted to and how close its logits must be.
struct GoldenModel {
  std::string name;
  std::string weights;
  std::string tokenizer;
  OutputType type;
  /// Root mean square of the differences, in standard deviations of the logits (which are 3).
  float tolerance;
  /// Greedy ids are compared up to the first step whose two best logits are closer than this.
  float least_gap;
};

constexpr const char* kSmallTokenizer = "models/tiny/tokenizer.model";
constexpr float kFloatTolerance = 0.01f;  // goldens/README.md
// For INT8 and INT4 weights ggml's CPU path rounds activations to 8-bit blocks of 32, which the
// fp32 goldens do not.
constexpr float kIntegerTolerance = 0.04f;

const GoldenModel kModels[] = {
    {"tiny", "tiny", kSmallTokenizer, OutputType::kSource, kFloatTolerance, 0.15f},
    {"tiny-bf16", "tiny-bf16", kSmallTokenizer, OutputType::kF16, kFloatTolerance, 0.15f},
    {"tiny-bf16", "tiny-bf16", kSmallTokenizer, OutputType::kSource, kFloatTolerance, 0.5f},
    {"tiny-safetensors", "tiny-safetensors", kSmallTokenizer, OutputType::kSource, kFloatTolerance,
     0.15f},
    {"tiny-32k", "tiny", kSmallTokenizer, OutputType::kSource, kFloatTolerance, 0.15f},
    {"tiny-realvocab", "tiny-realvocab", "tokenizer/tokenizer.model", OutputType::kSource,
     kFloatTolerance, 0.15f},
    {"tiny-int8", "tiny-int8", kSmallTokenizer, OutputType::kSource, kIntegerTolerance, 1.0f},
    {"tiny-int4", "tiny-int4", kSmallTokenizer, OutputType::kSource, kIntegerTolerance, 1.0f},
};

std::string ExpectedName(const std::string& name) {
  return name == "tiny-bf16" || name == "tiny-safetensors" ? "tiny" : name;
}

class GoldenLogits : public testing::TestWithParam<GoldenModel> {
 protected:
  void SetUp() override {
    CHATGLM_NEEDS_GOLDENS();
    const GoldenModel& golden = GetParam();
    expected_folder_ = test::GoldensFolder() / "expected" / ExpectedName(golden.name);
    items_ = test::ReadJson(expected_folder_ / "goldens.json")["items"];
    model_ = test::LoadModel(
        test::ConvertGolden(golden.name, golden.weights, golden.tokenizer, golden.type, folder_));
    context_ = std::make_unique<Context>(
        model_, Context::Options{
                    .cache_tokens = 2048, .sequence_count = 1, .batch_tokens = 512, .threads = 1});
  }

  /// Evaluates `ids` from `position` on; logits are asked for all or the last.
  void Evaluate(const std::vector<TokenId>& ids, std::size_t position, bool all_logits) {
    for (std::size_t begin = 0; begin < ids.size(); begin += 512) {
      std::vector<BatchEntry> batch;
      for (std::size_t i = begin; i < std::min(ids.size(), begin + 512); ++i) {
        batch.push_back({ids[i], static_cast<std::int32_t>(position + i), 0,
                         all_logits || i + 1 == ids.size()});
      }
      ASSERT_EQ(context_->Evaluate(batch, nullptr), EvaluateStatus::kDone);
      last_index_ = batch.size() - 1;
    }
  }

  std::vector<float> Expected(const json& item, const char* key) {
    return test::ReadFloats(expected_folder_ / item[key]["file"].get<std::string>());
  }

  test::TemporaryFolder folder_;
  std::filesystem::path expected_folder_;
  json items_;
  std::shared_ptr<const Model> model_;
  std::unique_ptr<Context> context_;
  std::size_t last_index_ = 0;
};

using test::Distance;

TEST_P(GoldenLogits, AreThoseOfTheOfficialCodeAtTheLastPosition) {
  for (const json& item : items_) {
    context_->Remove(0, 0);
    Evaluate(item["input_ids"].get<std::vector<TokenId>>(), 0, false);
    const auto expected = Expected(item, "last_logits");
    ASSERT_EQ(expected.size(), context_->Logits(last_index_).size());
    EXPECT_LT(Distance(context_->Logits(last_index_), expected), GetParam().tolerance)
        << item["text"];
  }
}

TEST_P(GoldenLogits, AreThoseOfTheOfficialCodeAtEveryPosition) {
  const json& item = items_[0];
  if (!item.contains("all_logits")) GTEST_SKIP() << "recorded for the last position only";
  const auto ids = item["input_ids"].get<std::vector<TokenId>>();
  Evaluate(ids, 0, true);
  const auto expected = Expected(item, "all_logits");
  const std::size_t row = context_->Logits(0).size();
  ASSERT_EQ(expected.size(), ids.size() * row);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_LT(Distance(context_->Logits(i), std::span(expected).subspan(i * row, row)),
              GetParam().tolerance)
        << "position " << i;
  }
}

TEST_P(GoldenLogits, GiveTheGreedyIdsOfTheOfficialCode) {
  std::size_t compared = 0;
  for (const json& item : items_) {
    context_->Remove(0, 0);
    auto ids = item["input_ids"].get<std::vector<TokenId>>();
    Evaluate(ids, 0, false);
    std::size_t position = ids.size();
    const auto expected = item["greedy_ids"].get<std::vector<TokenId>>();
    for (std::size_t step = 0; step < expected.size(); ++step) {
      if (item["top2_gap"][step].get<float>() < GetParam().least_gap) break;
      const auto logits = context_->Logits(last_index_);
      const auto best = std::max_element(logits.begin(), logits.end()) - logits.begin();
      ASSERT_EQ(best, expected[step]) << item["text"] << " step " << step;
      Evaluate({expected[step]}, position++, false);
      ++compared;
    }
  }
  EXPECT_GT(compared, 3u);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenLogits, testing::ValuesIn(kModels), [](const auto& param) {
  std::string name = param.param.name;
  if (param.param.type == OutputType::kF16) name += "_as_f16";
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace chatglm
