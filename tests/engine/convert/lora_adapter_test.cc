#include "convert/lora_adapter.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "convert/adapter_converter.h"
#include "convert/peft_folder.h"

namespace chatglm {
namespace {

constexpr char kDense[] = "transformer.encoder.layers.3.self_attention.dense";

class LoraAdapterTest : public testing::Test {
 protected:
  void SetUp() override { adapter_.Change(kDense, 32, 32); }

  LoraAdapter Read() {
    adapter_.Write(folder_ / "adapter");
    return ReadPeftFolder(folder_ / "adapter");
  }

  void ExpectRefused(ErrorCode code, const std::string& part) {
    adapter_.Write(folder_ / "adapter");
    const auto destination = folder_ / "a.gguf";
    ExpectEngineError(code, part, [&] {
      ConvertAdapter({folder_ / "adapter", destination}, StopFlag());
    });
    EXPECT_FALSE(std::filesystem::exists(destination));
  }

  SafetensorsEntry& Tensor(const std::string& side) {
    return adapter_.tensors.at("base_model.model." + std::string(kDense) + ".lora_" + side +
                               ".weight");
  }

  TemporaryFolder folder_;
  PeftFolder adapter_;
};

TEST_F(LoraAdapterTest, FindsTheWeightsThatItChanges) {
  adapter_.Change("transformer.encoder.layers.0.self_attention.query_key_value", 64, 32);
  adapter_.Change("transformer.encoder.layers.27.mlp.dense_h_to_4h", 128, 32);
  adapter_.Change("transformer.encoder.layers.27.mlp.dense_4h_to_h", 32, 64);
  adapter_.Change("transformer.output_layer", 288, 32);
  const LoraAdapter adapter = Read();
  std::set<std::string> targets;
  for (const LoraPair& pair : adapter.pairs) {
    targets.insert(pair.target);
    EXPECT_EQ(pair.a.rows, 2u);
    EXPECT_EQ(pair.b.columns, 2u);
    EXPECT_EQ(pair.type, GGML_TYPE_F32);
  }
  EXPECT_EQ(targets, (std::set<std::string>{"blk.0.attn_qkv.weight", "blk.27.ffn_up.weight",
                                            "blk.27.ffn_down.weight", "blk.3.attn_output.weight",
                                            "output.weight"}));
  EXPECT_EQ(adapter.alpha, 4);
}

TEST_F(LoraAdapterTest, TakesNamesOfOlderReleases) {
  for (const std::string side : {"A", "B"}) {
    SafetensorsEntry entry = Tensor(side);
    adapter_.tensors.erase(entry.name);
    entry.name.replace(entry.name.find(".weight"), std::string::npos, ".default.weight");
    adapter_.tensors[entry.name] = entry;
  }
  EXPECT_EQ(Read().pairs.at(0).target, "blk.3.attn_output.weight");
}

TEST_F(LoraAdapterTest, KeepsHalvesAsTheyAre) {
  for (const std::string side : {"A", "B"}) {
    SafetensorsEntry& tensor = Tensor(side);
    tensor.type = "F16";
    tensor.bytes.resize(tensor.bytes.size() / 2);
    std::fill(tensor.bytes.begin(), tensor.bytes.end(), '\x34');
  }
  EXPECT_EQ(Read().pairs.at(0).type, GGML_TYPE_F16);
}

TEST_F(LoraAdapterTest, RefusesOtherKindsByName) {
  const std::vector<std::pair<std::string, nlohmann::json>> settings = {
      {"peft_type", "IA3"}, {"peft_type", nullptr}, {"use_dora", true},
      {"lora_bias", true},  {"bias", "all"},        {"bias", 3}};
  for (const auto& [key, value] : settings) {
    adapter_.config = PeftFolder().config;
    adapter_.config[key] = value;
    ExpectRefused(ErrorCode::kUnsupportedConversion, key.starts_with("peft") ? "peft_type" : key);
  }
}

TEST_F(LoraAdapterTest, RefusesASenselessConfiguration) {
  const std::vector<std::pair<std::string, nlohmann::json>> settings = {
      {"lora_alpha", 0},
      {"lora_alpha", -1},
      {"lora_alpha", "4"},
      {"alpha_pattern", "all"},
      {"alpha_pattern", {{"dense", 0}}}};
  for (const auto& [key, value] : settings) {
    adapter_.config = PeftFolder().config;
    adapter_.config[key] = value;
    ExpectRefused(ErrorCode::kInvalidCheckpoint, "adapter_config.json");
  }
  adapter_.Write(folder_ / "adapter");
  WriteTestFile(folder_ / "adapter" / "adapter_config.json", "[1, 2");
  ExpectEngineError(ErrorCode::kInvalidCheckpoint, "adapter_config.json",
                    [&] { ReadPeftFolder(folder_ / "adapter"); });
}

TEST_F(LoraAdapterTest, RefusesWhatCannotBeChanged) {
  for (const std::string module :
       {"transformer.layers.0.attention.query_key_value", "transformer.embedding.word_embeddings",
        "transformer.encoder.layers.x.self_attention.dense",
        "transformer.encoder.layers.0.input_layernorm"}) {
    adapter_.tensors.clear();
    adapter_.Change(module, 32, 32);
    ExpectRefused(ErrorCode::kUnsupportedConversion, module);
  }
  adapter_.tensors.clear();
  adapter_.Set("base_model.model.transformer.output_layer.weight", {288, 32}, 1);
  ExpectRefused(ErrorCode::kUnsupportedConversion, "output_layer");
  adapter_.tensors.clear();
  ExpectRefused(ErrorCode::kUnsupportedConversion, "holds no adapter");
}

TEST_F(LoraAdapterTest, RefusesMatricesThatDoNotBelongTogether) {
  adapter_.Set(Tensor("B").name, {32, 3}, 1);
  ExpectRefused(ErrorCode::kInvalidCheckpoint, "lora_B");
  adapter_.tensors.erase(Tensor("B").name);
  ExpectRefused(ErrorCode::kMissingTensor, "lora_B");
}

TEST_F(LoraAdapterTest, RefusesNumbersThatAreNone) {
  const float infinite = std::numeric_limits<float>::infinity();
  std::memcpy(&Tensor("A").bytes[8], &infinite, sizeof infinite);
  ExpectRefused(ErrorCode::kInvalidCheckpoint, "finite");
}

TEST_F(LoraAdapterTest, SaysWhenTheWeightsAreMissing) {
  adapter_.Write(folder_ / "adapter");
  std::filesystem::remove(folder_ / "adapter" / "adapter_model.safetensors");
  ExpectEngineError(ErrorCode::kFileNotFound, "adapter_model",
                    [&] { ReadPeftFolder(folder_ / "adapter"); });
}

}  // namespace
}  // namespace chatglm
