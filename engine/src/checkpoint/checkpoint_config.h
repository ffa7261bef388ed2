#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "support/model_description.h"

namespace chatglm {

/// config.json of a checkpoint of the family, with the class defaults for what it leaves out.
struct CheckpointConfig {
  ModelFamily family = ModelFamily::kChatGlm2;
  std::string name;  ///< "chatglm2-6b", the last part of _name_or_path; may be empty
  std::uint32_t layer_count = 0;
  std::uint32_t hidden_size = 0;
  std::uint32_t feed_forward_size = 0;
  std::uint32_t head_count = 0;
  std::uint32_t kv_head_count = 0;
  std::uint32_t head_size = 0;
  std::uint32_t vocabulary_size = 0;  ///< rows of the embedding, padding included
  std::uint32_t context_length = 0;
  float norm_epsilon = 0;
  float rope_scale = 1;  ///< positions are divided by it (ChatGLM2-6B-32K: 16)
  float rope_base = 10000;
  int quantization_bits = 0;  ///< 0, 4 or 8
  bool has_qkv_bias = false;
};

/// What other files of the folder tell where config.json is silent, as it is when `_name_or_path`
/// is a folder of whoever trained the model.
struct ConfigHints {
  bool has_role_tokens = false;         ///< the tokenizer's code or settings name `<|assistant|>`
  bool divides_rope_positions = false;  ///< the model's code has ChatGLM2's `/ self.rope_ratio`
};

/// Throws EngineError: (kFileNotFound) without config.json, (kWrongArchitecture) for a model of
/// another kind, (kInvalidCheckpoint) for values that cannot be.
CheckpointConfig ReadCheckpointConfig(const std::filesystem::path& folder);

/// The same from the text of config.json.
CheckpointConfig ParseCheckpointConfig(std::string_view text, const ConfigHints& hints);

}  // namespace chatglm
