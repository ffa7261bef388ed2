#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "checkpoint/checkpoint.h"

namespace chatglm {

/// Converts half precision by arithmetic on the bits, apart from the code under test.
inline float HalfToFloat(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const float magnitude = exponent == 0
                              ? std::ldexp(static_cast<float>(fraction), -24)
                              : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

template <typename T>
std::vector<T> ReadElements(const TensorRecord& tensor) {
  std::vector<T> values(static_cast<std::size_t>(tensor.ElementCount()));
  tensor.Read(0, std::as_writable_bytes(std::span(values)));
  return values;
}

inline std::vector<float> ReadFloats(const TensorRecord& tensor) {
  std::vector<float> values;
  if (tensor.type == DataType::kF32) return ReadElements<float>(tensor);
  for (const std::uint16_t bits : ReadElements<std::uint16_t>(tensor)) {
    const std::uint32_t wide = std::uint32_t{bits} << 16;
    float value = HalfToFloat(bits);
    if (tensor.type == DataType::kBf16) std::memcpy(&value, &wide, sizeof value);
    values.push_back(value);
  }
  return values;
}

/// The numbers that a checkpoint's tensor stands for; the official INT4 and INT8 multiplied out.
inline std::vector<float> ReferenceWeights(const Checkpoint& checkpoint, const std::string& name) {
  const TensorRecord& tensor = *checkpoint.Find(name);
  if (tensor.type != DataType::kI8) return ReadFloats(tensor);
  const std::vector<float> scales = ReadFloats(*checkpoint.Find(name + "_scale"));
  const bool is_packed = checkpoint.config().quantization_bits == 4;
  const std::size_t width = static_cast<std::size_t>(tensor.shape[1]);
  std::vector<float> values;
  std::size_t i = 0;
  for (const std::int8_t code : ReadElements<std::int8_t>(tensor)) {
    const float scale = scales[i++ / width];
    if (is_packed) values.push_back(static_cast<float>(code >> 4) * scale);
    const auto low = static_cast<std::int8_t>(static_cast<std::uint8_t>(code) << 4);
    values.push_back(static_cast<float>(is_packed ? low >> 4 : code) * scale);
  }
  return values;
}

/// The name in the checkpoint of a tensor of the GGUF file.
inline std::string SourceName(const std::string& name) {
  if (name == "token_embd.weight") return "transformer.embedding.word_embeddings.weight";
  if (name == "output_norm.weight") return "transformer.encoder.final_layernorm.weight";
  if (name == "output.weight") return "transformer.output_layer.weight";
  const std::size_t dot = name.find('.', 4);
  const std::string part = name.substr(dot + 1);
  const std::string start = "transformer.encoder.layers." + name.substr(4, dot - 4) + ".";
  if (part == "attn_norm.weight") return start + "input_layernorm.weight";
  if (part == "attn_qkv.weight") return start + "self_attention.query_key_value.weight";
  if (part == "attn_qkv.bias") return start + "self_attention.query_key_value.bias";
  if (part == "attn_output.weight") return start + "self_attention.dense.weight";
  if (part == "ffn_norm.weight") return start + "post_attention_layernorm.weight";
  if (part == "ffn_up.weight") return start + "mlp.dense_h_to_4h.weight";
  return start + "mlp.dense_4h_to_h.weight";
}

}  // namespace chatglm
