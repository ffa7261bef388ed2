#include "llama/lora_file.h"

#include <ggml.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::string_view kA = ".lora_a";
constexpr std::string_view kB = ".lora_b";
constexpr std::int64_t kMostRank = 1 << 16;
constexpr float kMostAlpha = 1e6f;
constexpr std::uint64_t kChunkBytes = 1 << 20;

[[noreturn]] void ThrowDamaged(const GgufFile& file, const std::string& problem) {
  throw EngineError(ErrorCode::kInvalidGguf,
                    file.name + " is damaged: " + problem + ". Convert the adapter again.",
                    {"damaged", file.name, {}});
}

[[noreturn]] void ThrowKind(const GgufFile& file, const std::string& what) {
  throw EngineError(ErrorCode::kUnsupportedConversion,
                    file.name + " is an adapter of a kind that cannot be used: " + what +
                        ". Convert it again as plain LoRA in f16 or f32.",
                    {"adapter_kind", file.name, what});
}

struct LayerTarget {
  std::uint32_t layer;
  std::string part;  ///< "attn_qkv.weight"
};

std::optional<LayerTarget> ParseLayerTarget(const std::string& name) {
  const std::size_t dot = name.find('.', 4);
  if (!name.starts_with("blk.") || dot == std::string::npos || dot == 4 || dot > 9) return {};
  const std::string layer = name.substr(4, dot - 4);
  if (layer.find_first_not_of("0123456789") != std::string::npos) return {};
  const std::string part = name.substr(dot + 1);
  constexpr std::array<std::string_view, 4> kParts = {"attn_qkv.weight", "attn_output.weight",
                                                      "ffn_up.weight", "ffn_down.weight"};
  if (std::ranges::find(kParts, part) == kParts.end()) return {};
  return LayerTarget{static_cast<std::uint32_t>(std::stoul(layer)), part};
}

/// Rows and columns of the weight in the model; nothing when it has none of that name.
std::optional<std::pair<std::uint64_t, std::uint64_t>> ShapeIn(const ModelDescription& model,
                                                               const std::string& name) {
  const std::uint64_t hidden = model.hidden_size;
  if (name == "output.weight") return std::pair{std::uint64_t{model.vocabulary_size}, hidden};
  const auto target = ParseLayerTarget(name);
  if (!target || target->layer >= model.layer_count) return {};
  const std::uint64_t head = hidden / model.head_count;
  if (target->part == "attn_qkv.weight") {
    return std::pair{hidden + 2 * head * model.kv_head_count, hidden};
  }
  if (target->part == "attn_output.weight") return std::pair{hidden, hidden};
  const std::uint64_t feed_forward = model.feed_forward_size;
  if (target->part == "ffn_up.weight") return std::pair{2 * feed_forward, hidden};
  return std::pair{hidden, feed_forward};
}

/// Of floats as integers: one whose `exponent` is all ones is infinite or no number.
template <typename Bits>
bool AreFinite(std::span<const std::byte> floats, Bits exponent) {
  for (std::size_t at = 0; at + sizeof(Bits) <= floats.size(); at += sizeof(Bits)) {
    Bits bits;
    std::memcpy(&bits, floats.data() + at, sizeof bits);
    if ((bits & exponent) == exponent) return false;
  }
  return true;
}

void CheckTensor(const GgufFile& file, std::int64_t id) {
  const gguf_context* gguf = file.gguf.get();
  const std::string name = gguf_get_tensor_name(gguf, id);
  const ggml_type type = gguf_get_tensor_type(gguf, id);
  if (type != GGML_TYPE_F16 && type != GGML_TYPE_F32) {
    ThrowKind(file, std::string("matrices of ") + ggml_type_name(type));
  }
  const std::int64_t* shape = gguf_get_tensor_ne(gguf, id);
  if (shape[2] != 1 || shape[3] != 1) ThrowDamaged(file, name + " is no matrix");
  const std::uint64_t data = gguf_get_data_offset(gguf);
  const std::uint64_t offset = gguf_get_tensor_offset(gguf, id);
  const std::uint64_t size = gguf_get_tensor_size(gguf, id);
  if (data > file.size_bytes || offset > file.size_bytes - data ||
      size > file.size_bytes - data - offset) {
    throw EngineError(ErrorCode::kFileTruncated,
                      file.name + " ends before its tensor " + QuoteForMessage(name) +
                          " does: it was not copied or downloaded to its end. Get it again.",
                      {"cut_off", file.name, {}});
  }
}

}  // namespace

LoraHeader ReadLoraHeader(const GgufFile& file) {
  const gguf_context* gguf = file.gguf.get();
  const GgufValues values(gguf);
  if (const std::string made_for = values.RequireString("general.architecture");
      made_for != "chatglm") {
    throw EngineError(ErrorCode::kWrongArchitecture,
                      file.name + " was trained for another model: " + QuoteForMessage(made_for) +
                          ". Load the model that it was trained for.",
                      {"adapter_other_model", file.name, made_for});
  }
  if (gguf_find_key(gguf, "adapter.alora.invocation_tokens") >= 0) ThrowKind(file, "aLoRA");
  const float alpha = values.FindFloat("adapter.lora.alpha").value_or(0);
  if (!(alpha > 0 && alpha <= kMostAlpha)) ThrowDamaged(file, "its alpha cannot be");
  LoraHeader lora;
  for (std::int64_t id = 0; id < gguf_get_n_tensors(gguf); ++id) {
    CheckTensor(file, id);
    const std::string name = gguf_get_tensor_name(gguf, id);
    const bool is_a = name.ends_with(kA);
    if (!is_a && !name.ends_with(kB)) ThrowKind(file, name);
    const std::string target = name.substr(0, name.size() - kA.size());
    if (target != "output.weight" && !ParseLayerTarget(target)) {
      throw EngineError(ErrorCode::kUnsupportedConversion,
                        file.name + " changes " + QuoteForMessage(target) +
                            ", which cannot be changed here. Train it for the linear layers of "
                            "the blocks.",
                        {"adapter_target", file.name, target});
    }
    if (!is_a) continue;
    const std::int64_t other = gguf_find_tensor(gguf, (target + std::string(kB)).c_str());
    const std::int64_t* a = gguf_get_tensor_ne(gguf, id);
    const std::int64_t* b = other < 0 ? nullptr : gguf_get_tensor_ne(gguf, other);
    if (!b || a[1] != b[0] || a[1] > kMostRank) {
      ThrowDamaged(file, "the matrices of " + target + " do not belong together");
    }
    lora.targets[target] = {static_cast<std::uint64_t>(b[1]), static_cast<std::uint64_t>(a[0]),
                            static_cast<std::uint64_t>(a[1])};
    lora.rank = std::max(lora.rank, static_cast<std::uint32_t>(a[1]));
  }
  const auto pairs = static_cast<std::int64_t>(lora.targets.size());
  if (pairs == 0 || gguf_get_n_tensors(gguf) != 2 * pairs) {
    ThrowDamaged(file, "some of its matrices are missing");
  }
  return lora;
}

void CheckLoraNumbers(const GgufFile& file, const FileReader& reader) {
  const gguf_context* gguf = file.gguf.get();
  std::vector<std::byte> chunk;
  for (std::int64_t id = 0; id < gguf_get_n_tensors(gguf); ++id) {
    const bool is_half = gguf_get_tensor_type(gguf, id) == GGML_TYPE_F16;
    const std::uint64_t begin = gguf_get_data_offset(gguf) + gguf_get_tensor_offset(gguf, id);
    const std::uint64_t end = begin + gguf_get_tensor_size(gguf, id);
    for (std::uint64_t at = begin; at < end; at += chunk.size()) {
      chunk.resize(std::min(kChunkBytes, end - at));
      reader.Read(at, chunk);
      if (is_half ? AreFinite<std::uint16_t>(chunk, 0x7c00)
                  : AreFinite<std::uint32_t>(chunk, 0x7f800000)) {
        continue;
      }
      ThrowDamaged(file, std::string("the tensor ") + gguf_get_tensor_name(gguf, id) +
                             " has a number that is not finite");
    }
  }
}

void CheckLoraFits(const LoraHeader& lora, const std::string& file, const ModelDescription& model) {
  for (const auto& [name, target] : lora.targets) {
    const auto shape = ShapeIn(model, name);
    if (shape && shape->first == target.rows && shape->second == target.columns) continue;
    throw EngineError(ErrorCode::kWrongArchitecture,
                      file + " was trained for another network: its change of " + name + " is " +
                          std::to_string(target.rows) + " × " + std::to_string(target.columns) +
                          ". Load the model that it was trained for.",
                      {"adapter_shape", file, name});
  }
}

}  // namespace chatglm
