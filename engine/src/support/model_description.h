#pragma once

#include <cstdint>
#include <string>

namespace chatglm {

enum class ModelFamily { kChatGlm2, kChatGlm3, kCodeGeeX2 };

/// The name of the family on the wire and in GGUF metadata ("chatglm2").
std::string FamilyName(ModelFamily family);

/// What the header of a model file or the configuration of a checkpoint tells, without its weights.
struct ModelDescription {
  std::string path;
  std::string format;  ///< "gguf" or "checkpoint"
  ModelFamily family = ModelFamily::kChatGlm2;
  std::string weight_type;  ///< type of the block matrices: "q4_0", "int4", "f16"
  std::uint64_t size_bytes = 0;
  std::uint64_t parameter_count = 0;
  std::uint32_t layer_count = 0;
  std::uint32_t hidden_size = 0;
  std::uint32_t feed_forward_size = 0;
  std::uint32_t head_count = 0;
  std::uint32_t kv_head_count = 0;
  std::uint32_t vocabulary_size = 0;
  std::uint32_t context_length = 0;
  float rope_scale = 1.0f;  ///< positions are divided by it
  float rope_base = 10000.0f;
};

}  // namespace chatglm
