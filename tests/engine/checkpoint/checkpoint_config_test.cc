#include "checkpoint/checkpoint_config.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/test_files.h"

namespace chatglm {
namespace {

using nlohmann::json;

json Official() {
  return {{"_name_or_path", "THUDM/chatglm2-6b"},
          {"model_type", "chatglm"},
          {"architectures", {"ChatGLMModel"}},
          {"num_layers", 28},
          {"hidden_size", 4096},
          {"ffn_hidden_size", 13696},
          {"num_attention_heads", 32},
          {"kv_channels", 128},
          {"multi_query_attention", true},
          {"multi_query_group_num", 2},
          {"padded_vocab_size", 65024},
          {"seq_length", 32768},
          {"add_qkv_bias", true},
          {"add_bias_linear", false},
          {"rmsnorm", true},
          {"layernorm_epsilon", 1e-5}};
}

CheckpointConfig Parse(const json& config, const ConfigHints& hints = {}) {
  return ParseCheckpointConfig(config.dump(), hints);
}

/// The official configuration with some values changed; null removes one.
json Changed(const json& changes) {
  json config = Official();
  config.merge_patch(changes);
  return config;
}

void ExpectRefused(ErrorCode code, const std::string& part, const json& config) {
  ExpectEngineError(code, part, [&] { Parse(config); });
}

TEST(CheckpointConfig, ReadsTheOfficialOne) {
  const CheckpointConfig config = Parse(Official());
  EXPECT_EQ(config.family, ModelFamily::kChatGlm2);
  EXPECT_EQ(config.name, "chatglm2-6b");
  EXPECT_EQ(config.layer_count, 28u);
  EXPECT_EQ(config.feed_forward_size, 13696u);
  EXPECT_EQ(config.kv_head_count, 2u);
  EXPECT_EQ(config.context_length, 32768u);
  EXPECT_EQ(config.norm_epsilon, 1e-5f);
  EXPECT_EQ(config.rope_scale, 1);
  EXPECT_EQ(config.rope_base, 10000);
  EXPECT_EQ(config.quantization_bits, 0);
  EXPECT_TRUE(config.has_qkv_bias);
}

TEST(CheckpointConfig, TakesTheClassDefaults) {
  const CheckpointConfig config =
      Parse({{"model_type", "chatglm"}, {"padded_vocab_size", 65024}, {"rope_ratio", nullptr}});
  EXPECT_EQ(config.layer_count, 28u);
  EXPECT_EQ(config.context_length, 2048u);
  EXPECT_EQ(config.kv_head_count, 32u);
  EXPECT_FALSE(config.has_qkv_bias);
}

TEST(CheckpointConfig, RecognisesTheFamilyByItsName) {
  const auto family = [](const std::string& name) {
    return Parse(Changed({{"_name_or_path", name}})).family;
  };
  EXPECT_EQ(family("THUDM/chatglm2-6b-int4"), ModelFamily::kChatGlm2);
  EXPECT_EQ(family("zai-org/chatglm3-6b"), ModelFamily::kChatGlm3);
  EXPECT_EQ(family("THUDM/codegeex2-6b"), ModelFamily::kCodeGeeX2);
  EXPECT_EQ(family("C:\\models\\ChatGLM3-6B\\"), ModelFamily::kChatGlm3);
}

TEST(CheckpointConfig, RecognisesTheFamilyByOtherSignsWhenTheNameIsAFolder) {
  const json config = Changed({{"_name_or_path", "/home/me/output"}});
  EXPECT_EQ(Parse(config).family, ModelFamily::kChatGlm2);
  EXPECT_EQ(Parse(config, {.has_role_tokens = true, .divides_rope_positions = false}).family,
            ModelFamily::kChatGlm3);
  EXPECT_EQ(
      Parse(Changed(
                {{"_name_or_path", nullptr}, {"interleaved_qkv", false}, {"rotary_percent", 0.5}}))
          .family,
      ModelFamily::kCodeGeeX2);
}

TEST(CheckpointConfig, ReadsRopeRatioAsTheModelMeansIt) {
  const auto rope = [](const json& changes, const ConfigHints& hints = {}) {
    const CheckpointConfig config = Parse(Changed(changes), hints);
    return std::pair(config.rope_scale, config.rope_base);
  };
  using Rope = std::pair<float, float>;
  EXPECT_EQ(rope({{"_name_or_path", "THUDM/chatglm2-6b-32k"}, {"rope_ratio", 16}}),
            Rope(16, 10000));
  EXPECT_EQ(rope({{"_name_or_path", "THUDM/chatglm3-6b-32k"}, {"rope_ratio", 50}}),
            Rope(1, 500000));
  EXPECT_EQ(rope({{"_name_or_path", "THUDM/chatglm3-6b-128k"}, {"rope_ratio", 500}}),
            Rope(1, 5000000));
  EXPECT_EQ(rope({{"_name_or_path", "/x"}, {"rope_ratio", 16}}), Rope(16, 10000));
  EXPECT_EQ(rope({{"_name_or_path", "/x"}, {"rope_ratio", 8}}), Rope(1, 80000));
  EXPECT_EQ(rope({{"_name_or_path", "/x"}, {"rope_ratio", 8}},
                 {.has_role_tokens = false, .divides_rope_positions = true}),
            Rope(8, 10000));
  EXPECT_EQ(rope({{"rope_ratio", 1}}), Rope(1, 10000));
}

TEST(CheckpointConfig, RefusesOtherModelsWithASentenceForEach) {
  const auto expect = [](const std::string& part, const json& config) {
    ExpectRefused(ErrorCode::kWrongArchitecture, part, config);
  };
  expect("first ChatGLM-6B", {{"model_type", "chatglm"},
                              {"position_encoding_2d", true},
                              {"inner_hidden_size", 16384},
                              {"vocab_size", 130528}});
  expect("GLM-4", Changed({{"padded_vocab_size", 151552}, {"num_layers", 40}}));
  expect("GLM-4", {{"model_type", "glm4"}});
  expect("'llama'", {{"model_type", "llama"}, {"hidden_size", 4096}});
  expect("does not say", {{"hidden_size", 4096}});
  expect("no model of the ChatGLM2 family", {{"model_type", "chatglm"}});
  expect("rmsnorm", Changed({{"rmsnorm", false}}));
  expect("add_bias_linear", Changed({{"add_bias_linear", true}}));
}

TEST(CheckpointConfig, RefusesValuesThatCannotBe) {
  const auto expect = [](const std::string& part, const json& changes) {
    ExpectRefused(ErrorCode::kInvalidCheckpoint, part, Changed(changes));
  };
  expect("num_layers", {{"num_layers", 0}});
  expect("num_layers", {{"num_layers", 1000000}});
  expect("num_layers", {{"num_layers", -3}});
  expect("num_layers", {{"num_layers", "many"}});
  expect("hidden_size", {{"hidden_size", 1.5}});
  expect("padded_vocab_size", {{"padded_vocab_size", 100000000000}});
  expect("kv_channels", {{"kv_channels", 64}});
  expect("does not divide", {{"multi_query_group_num", 3}});
  expect("quantization_bit", {{"quantization_bit", 3}});
  expect("layernorm_epsilon", {{"layernorm_epsilon", 0}});
  expect("rope_ratio", {{"rope_ratio", 0}});
  expect("add_qkv_bias", {{"add_qkv_bias", 1}});
}

TEST(CheckpointConfig, RefusesTextsThatAreNoObject) {
  for (const char* text : {"", "[]", "{", "null", "\xff\xfe"}) {
    ExpectEngineError(ErrorCode::kInvalidCheckpoint, "no JSON object",
                      [&] { ParseCheckpointConfig(text, {}); });
  }
}

TEST(CheckpointConfig, SaysWhatIsMissingInAFolder) {
  const TemporaryFolder folder;
  ExpectEngineError(ErrorCode::kFileNotFound, "config.json",
                    [&] { ReadCheckpointConfig(folder.path()); });
}

TEST(CheckpointConfig, LooksForSignsInTheCodeBesideIt) {
  const TemporaryFolder folder;
  WriteTestFile(folder / "config.json",
                Changed({{"_name_or_path", "/x"}, {"rope_ratio", 4}}).dump());
  EXPECT_EQ(ReadCheckpointConfig(folder.path()).rope_base, 40000);
  WriteTestFile(folder / "modeling_chatglm.py", "x = x / self.rope_ratio");
  EXPECT_EQ(ReadCheckpointConfig(folder.path()).rope_scale, 4);
  WriteTestFile(folder / "tokenization_chatglm.py", "[\"<|assistant|>\"]");
  EXPECT_EQ(ReadCheckpointConfig(folder.path()).family, ModelFamily::kChatGlm3);
}

}  // namespace
}  // namespace chatglm
