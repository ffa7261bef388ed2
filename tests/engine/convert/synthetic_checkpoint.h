#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checkpoint/safetensors_builder.h"
#include "checkpoint/tokenizer_builder.h"
#include "support/test_files.h"

namespace chatglm {

/// A checkpoint of one or two small layers whose parts a test can change before it is written.
class SyntheticCheckpoint {
 public:
  nlohmann::json config = {{"_name_or_path", "THUDM/chatglm2-6b"},
                           {"model_type", "chatglm"},
                           {"num_layers", 1},
                           {"hidden_size", 32},
                           {"ffn_hidden_size", 64},
                           {"num_attention_heads", 4},
                           {"kv_channels", 8},
                           {"multi_query_attention", true},
                           {"multi_query_group_num", 2},
                           {"padded_vocab_size", 288},
                           {"seq_length", 128},
                           {"add_qkv_bias", true}};
  TokenizerBuilder tokenizer;
  std::map<std::string, SafetensorsEntry> tensors;

  /// Tensors of fp32 with numbers that fit fp16 exactly, as if it were not said otherwise.
  SyntheticCheckpoint() {
    Add("transformer.embedding.word_embeddings.weight", {288, 32});
    const std::string layer = "transformer.encoder.layers.0.";
    Add(layer + "input_layernorm.weight", {32});
    Add(layer + "self_attention.query_key_value.weight", {64, 32});
    Add(layer + "self_attention.query_key_value.bias", {64});
    Add(layer + "self_attention.dense.weight", {32, 32});
    Add(layer + "post_attention_layernorm.weight", {32});
    Add(layer + "mlp.dense_h_to_4h.weight", {128, 32});
    Add(layer + "mlp.dense_4h_to_h.weight", {32, 64});
    Add("transformer.encoder.final_layernorm.weight", {32});
    Add("transformer.output_layer.weight", {288, 32});
  }

  void Add(const std::string& name, const std::vector<std::uint64_t>& shape) {
    std::uint64_t count = 1;
    for (const std::uint64_t size : shape) count *= size;
    std::vector<float> values;
    for (std::uint64_t i = 0; i < count; ++i) {
      values.push_back(static_cast<float>(i * 7 % 33) / 16.0f - 1.0f);
    }
    Set(name, shape, values);
  }

  void Set(const std::string& name, const std::vector<std::uint64_t>& shape,
           const std::vector<float>& values) {
    const auto* bytes = reinterpret_cast<const char*>(values.data());
    tensors[name] = {name, "F32", shape, std::string(bytes, values.size() * sizeof(float))};
  }

  /// Overwrites one number of an fp32 tensor.
  void Poke(const std::string& name, std::size_t index, float value) {
    std::memcpy(&tensors.at(name).bytes[index * sizeof value], &value, sizeof value);
  }

  /// Turns every tensor into bf16 by leaving out the low halves.
  void NarrowToBf16() {
    for (auto& [name, tensor] : tensors) {
      std::string narrow;
      for (std::size_t i = 0; i < tensor.bytes.size(); i += 4)
        narrow += tensor.bytes.substr(i + 2, 2);
      tensor.bytes = narrow;
      tensor.type = "BF16";
    }
  }

  void Write(const std::filesystem::path& folder) const {
    std::filesystem::create_directories(folder);
    WriteTestFile(folder / "config.json", config.dump());
    WriteTestFile(folder / "tokenizer.model", tokenizer.Build());
    std::vector<SafetensorsEntry> entries;
    for (const auto& [name, tensor] : tensors) entries.push_back(tensor);
    WriteTestFile(folder / "model.safetensors", BuildSafetensors(entries));
  }
};

}  // namespace chatglm
