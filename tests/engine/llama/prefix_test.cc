#include <gtest/gtest.h>

#include "convert/adapter_converter.h"
#include "distance.h"
#include "golden_models.h"
#include "llama/prefix_file.h"

namespace chatglm {
namespace {

class PrefixTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { CHATGLM_NEEDS_GOLDENS(); }

  std::filesystem::path Converted() {
    const auto destination = folder_.path() / "prefix.gguf";
    ConvertAdapter({test::GoldensFolder() / "models" / GetParam(), destination}, StopFlag());
    return destination;
  }
  std::filesystem::path Expected() const { return test::GoldensFolder() / "expected" / GetParam(); }

  test::TemporaryFolder folder_;
};

TEST_P(PrefixTest, GivesTheOfficialLogits) {
  const auto model = test::LoadModel(test::ConvertGolden(
      "tiny", "tiny", "models/tiny/tokenizer.model", OutputType::kF16, folder_));
  const Prefix prefix = ReadPrefix(Converted(), model->description());
  Context context(model,
                  {.cache_tokens = 256, .sequence_count = 4, .batch_tokens = 128, .threads = 1});
  const auto state = MakePrefixState(context, 0, prefix);
  SequenceId next = 0;
  const auto goldens = test::ReadJson(Expected() / "goldens.json");
  for (const auto& item : goldens["items"]) {
    const SequenceId sequence = next++ % 4;
    context.Remove(sequence, 0);
    ASSERT_EQ(context.Restore(sequence, 0, prefix.length, state), RestoreStatus::kDone);
    std::vector<BatchEntry> batch;
    for (const TokenId id : item["input_ids"].get<std::vector<TokenId>>()) {
      const auto position = static_cast<std::int32_t>(prefix.length + batch.size());
      batch.push_back({id, position, sequence, true});
    }
    ASSERT_EQ(context.Evaluate(batch, nullptr), EvaluateStatus::kDone);
    const auto expected =
        test::ReadFloats(Expected() / item["last_logits"]["file"].get<std::string>());
    EXPECT_LT(test::Distance(context.Logits(batch.size() - 1), expected), 0.02) << item["text"];
  }
}

INSTANTIATE_TEST_SUITE_P(All, PrefixTest, testing::Values("ptuning-8", "ptuning-8-proj"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace chatglm
