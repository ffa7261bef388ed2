#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "convert/checkpoint_inspector.h"
#include "convert/converter.h"
#include "convert/gguf_file.h"
#include "convert/reference_weights.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

/// Some models of the goldens share a tokenizer that stands elsewhere.
std::filesystem::path TokenizerOf(const std::string& model) {
  const auto goldens = GoldensFolder();
  if (model == "tiny-realvocab") return goldens / "tokenizer" / "tokenizer.model";
  return goldens / "models" / "tiny" / "tokenizer.model";
}

ConvertResult ConvertGolden(const std::string& model, OutputType type,
                            const std::filesystem::path& destination) {
  ConvertOptions options;
  options.source = GoldensFolder() / "models" / model;
  options.destination = destination;
  options.tokenizer = TokenizerOf(model);
  options.type = type;
  return Convert(options, StopFlag(), [](const ConvertProgress&) {});
}

/// Names of all tensors of a model with that many layers.
std::vector<std::string> TensorNames(std::uint32_t layer_count) {
  std::vector<std::string> names{"token_embd.weight", "output_norm.weight", "output.weight"};
  for (std::uint32_t i = 0; i < layer_count; ++i) {
    for (const char* part :
         {"attn_norm.weight", "attn_qkv.weight", "attn_qkv.bias", "attn_output.weight",
          "ffn_norm.weight", "ffn_up.weight", "ffn_down.weight"}) {
      names.push_back("blk." + std::to_string(i) + "." + part);
    }
  }
  return names;
}

/// Largest error of a type relative to the largest number of a block, with some room.
float RelativeBound(ggml_type type) {
  switch (type) {
    case GGML_TYPE_F16:
      return 0.001f;
    case GGML_TYPE_BF16:
      return 0.005f;
    case GGML_TYPE_Q8_0:
      return 0.005f;
    case GGML_TYPE_Q6_K:
      return 0.04f;
    case GGML_TYPE_Q5_0:
    case GGML_TYPE_Q5_1:
    case GGML_TYPE_Q5_K:
      return 0.08f;
    case GGML_TYPE_Q4_0:
    case GGML_TYPE_Q4_K:
      return 0.15f;
    default:
      return 0;
  }
}

void ExpectClose(const std::vector<float>& actual, const std::vector<float>& expected,
                 ggml_type type, const std::string& name) {
  ASSERT_EQ(actual.size(), expected.size()) << name;
  const std::size_t block = static_cast<std::size_t>(ggml_blck_size(type));
  for (std::size_t start = 0; start < actual.size(); start += block) {
    float largest = 0;
    float error = 0;
    for (std::size_t i = start; i < start + block; ++i) {
      largest = std::max(largest, std::abs(expected[i]));
      error = std::max(error, std::abs(actual[i] - expected[i]));
    }
    ASSERT_LE(error, largest * RelativeBound(type)) << name << " from " << start;
  }
}

struct Case {
  std::string model;
  OutputType type;
  std::string weight_type;
  bool is_exact;
};

class GoldenConversion : public testing::TestWithParam<Case> {};

TEST_P(GoldenConversion, KeepsTheWeights) {
  CHATGLM_REQUIRE_GOLDENS();
  const Case& test = GetParam();
  const TemporaryFolder folder;
  const ConvertResult result = ConvertGolden(test.model, test.type, folder / "model.gguf");
  EXPECT_EQ(result.weight_type, test.weight_type);
  EXPECT_EQ(result.size_bytes, std::filesystem::file_size(folder / "model.gguf"));
  EXPECT_FALSE(std::filesystem::exists(folder / "model.gguf.partial"));

  const Checkpoint checkpoint(GoldensFolder() / "models" / test.model);
  const GgufFile file(folder / "model.gguf");
  const std::vector<std::string> names = TensorNames(checkpoint.config().layer_count);
  EXPECT_EQ(file.tensor_count(), static_cast<std::int64_t>(names.size()));
  for (const std::string& name : names) {
    const auto expected = ReferenceWeights(checkpoint, SourceName(name));
    const auto actual = file.Values(name);
    const ggml_type type = file.Tensor(name).type;
    if (test.is_exact || type == GGML_TYPE_F32) {
      ASSERT_EQ(actual, expected) << name;
    } else {
      ExpectClose(actual, expected, type, name);
    }
  }
}

std::string CaseName(const testing::TestParamInfo<Case>& info) {
  static const std::map<OutputType, std::string> kNames{
      {OutputType::kSource, "source"}, {OutputType::kF16, "f16"},
      {OutputType::kBf16, "bf16"},     {OutputType::kQ8_0, "q8_0"},
      {OutputType::kQ4_0, "q4_0"},     {OutputType::kQ4_K_M, "q4_k_m"}};
  std::string name = info.param.model + "_" + kNames.at(info.param.type);
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Goldens, GoldenConversion,
                         testing::Values(Case{"tiny", OutputType::kSource, "f16", true},
                                         Case{"tiny", OutputType::kF16, "f16", true},
                                         Case{"tiny", OutputType::kBf16, "bf16", true},
                                         Case{"tiny", OutputType::kQ8_0, "q8_0", false},
                                         Case{"tiny", OutputType::kQ4_0, "q4_0", false},
                                         Case{"tiny", OutputType::kQ4_K_M, "q5_0", false},
                                         Case{"tiny-bf16", OutputType::kSource, "bf16", true},
                                         Case{"tiny-bf16", OutputType::kF16, "f16", true},
                                         Case{"tiny-safetensors", OutputType::kSource, "f16", true},
                                         Case{"tiny-int4", OutputType::kSource, "q4_0", true},
                                         Case{"tiny-int4", OutputType::kQ4_0, "q4_0", true},
                                         Case{"tiny-int4", OutputType::kF16, "f16", false},
                                         Case{"tiny-int4", OutputType::kQ4_K_M, "q5_0", false},
                                         Case{"tiny-int8", OutputType::kSource, "q8_0", true},
                                         Case{"tiny-int8", OutputType::kQ8_0, "q8_0", true},
                                         Case{"tiny-int8", OutputType::kBf16, "bf16", false},
                                         Case{"tiny-int8", OutputType::kQ4_0, "q4_0", false},
                                         Case{"tiny-256", OutputType::kSource, "f16", true},
                                         Case{"tiny-256", OutputType::kQ8_0, "q8_0", false},
                                         Case{"tiny-256", OutputType::kQ4_0, "q4_0", false},
                                         Case{"tiny-256", OutputType::kQ4_K_M, "q4_K", false},
                                         Case{"tiny-realvocab", OutputType::kSource, "f16", true},
                                         Case{"tiny-realvocab", OutputType::kQ4_0, "q4_0", false},
                                         Case{"tiny-chat", OutputType::kSource, "f16", true},
                                         Case{"tiny-chat", OutputType::kQ4_K_M, "q5_0", false},
                                         Case{"tiny-chat-int4", OutputType::kSource, "q4_0", true},
                                         Case{"tiny-chat-int4", OutputType::kQ8_0, "q8_0", false}),
                         CaseName);

}  // namespace
}  // namespace chatglm
