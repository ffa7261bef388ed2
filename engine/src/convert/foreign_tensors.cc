#include "convert/foreign_tensors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

constexpr std::string_view kPrefixStart = "transformer.prefix_encoder.";
constexpr std::string_view kLayerStart = "transformer.encoder.layers.";

constexpr std::array<std::string_view, 11> kLayerTensors{
    "input_layernorm.weight",
    "self_attention.query_key_value.weight",
    "self_attention.query_key_value.weight_scale",
    "self_attention.query_key_value.bias",
    "self_attention.dense.weight",
    "self_attention.dense.weight_scale",
    "post_attention_layernorm.weight",
    "mlp.dense_h_to_4h.weight",
    "mlp.dense_h_to_4h.weight_scale",
    "mlp.dense_4h_to_h.weight",
    "mlp.dense_4h_to_h.weight_scale",
};

constexpr std::array<std::string_view, 5> kModelTensors{
    "transformer.embedding.word_embeddings.weight",
    "transformer.embedding.word_embeddings.weight_scale",
    "transformer.encoder.final_layernorm.weight",
    "transformer.output_layer.weight",
    "transformer.output_layer.weight_scale",
};

bool IsKnownLayerTensor(std::string_view name, const CheckpointConfig& config) {
  name.remove_prefix(kLayerStart.size());
  std::uint32_t layer = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), layer);
  if (parsed.ec != std::errc() || layer >= config.layer_count) return false;
  name.remove_prefix(static_cast<std::size_t>(parsed.ptr - name.data()));
  if (name.empty()) return false;
  name.remove_prefix(1);
  if (name.ends_with(".bias") && !config.has_qkv_bias) return false;
  return std::ranges::find(kLayerTensors, name) != kLayerTensors.end();
}

bool IsPartOfNetwork(std::string_view name) {
  return name.starts_with("transformer.encoder.") || name.starts_with("transformer.embedding.") ||
         name.starts_with("transformer.output_layer.");
}

[[noreturn]] void ThrowPrefix(const Checkpoint& checkpoint, bool has_base) {
  throw EngineError(
      ErrorCode::kUnsupportedConversion,
      PathToUtf8(checkpoint.folder()) +
          (has_base ? " holds a P-Tuning prefix beside the model, which a GGUF file cannot keep. "
                      "Convert the base model instead."
                    : " is a P-Tuning checkpoint: it holds only a prefix and needs its base model. "
                      "Convert the folder of the base model instead."),
      {"prefix", PathToUtf8(checkpoint.folder()), {}});
}

}  // namespace

void CheckForeignTensors(const Checkpoint& checkpoint) {
  const bool has_base = checkpoint.Find(std::string(kModelTensors[0])) != nullptr;
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    if (name.starts_with(kPrefixStart)) ThrowPrefix(checkpoint, has_base);
    if (name.find(".lora_") != std::string::npos) {
      throw EngineError(ErrorCode::kUnsupportedConversion,
                        PathToUtf8(checkpoint.folder()) +
                            " holds LoRA matrices. Merge them into the base model, save that and "
                            "convert the saved folder.",
                        {"lora", PathToUtf8(checkpoint.folder()), {}});
    }
    if (!IsPartOfNetwork(name) || name.ends_with(".inv_freq")) continue;
    const bool is_known = name.starts_with(kLayerStart)
                              ? IsKnownLayerTensor(name, checkpoint.config())
                              : std::ranges::find(kModelTensors, name) != kModelTensors.end();
    if (is_known) continue;
    throw EngineError(ErrorCode::kInvalidCheckpoint,
                      tensor.file->name() + " holds the tensor " + QuoteForMessage(name) +
                          ", which the model that config.json describes does not have. Use the "
                          "config.json that belongs to the weights.",
                      {"config_of_other", tensor.file->name(), name});
  }
}

}  // namespace chatglm
