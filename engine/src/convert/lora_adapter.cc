#include "convert/lora_adapter.h"

#include <map>
#include <optional>

#include "checkpoint/peft_config.h"
#include "checkpoint/safetensors_file.h"
#include "checkpoint/torch_file.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr char kConfigName[] = "adapter_config.json";
constexpr std::uint64_t kMostConfigBytes = 4 << 20;

[[noreturn]] void ThrowTarget(const std::string& file, const std::string& module) {
  throw EngineError(ErrorCode::kUnsupportedConversion,
                    file + " changes " + QuoteForMessage(module) +
                        ", which cannot be changed here. Train it for the linear layers of the "
                        "blocks: query_key_value, dense, dense_h_to_4h, dense_4h_to_h.",
                    {"adapter_target", file, module});
}

/// A name of PEFT's in its parts: "base_model.model." MODULE ".lora_A" [".default"] ".weight".
struct PeftName {
  std::string module;
  bool is_a;
};

std::optional<PeftName> ParsePeftName(std::string name) {
  constexpr std::string_view kStart = "base_model.model.";
  constexpr std::string_view kEnd = ".weight";
  if (name.starts_with(kStart)) name.erase(0, kStart.size());
  if (!name.ends_with(kEnd)) return std::nullopt;
  name.erase(name.size() - kEnd.size());
  const std::size_t at = name.rfind(".lora_");
  if (at == std::string::npos || at + 7 > name.size()) return std::nullopt;
  const char which = name[at + 6];
  const std::string_view rest = std::string_view(name).substr(at + 7);
  const bool is_named = rest.empty() || (rest.starts_with('.') && rest.rfind('.') == 0);
  if ((which != 'A' && which != 'B') || !is_named) return std::nullopt;
  return PeftName{name.substr(0, at), which == 'A'};
}

/// "blk.3.attn_qkv.weight" for "transformer.encoder.layers.3.self_attention.query_key_value".
std::optional<std::string> GgufTarget(const std::string& module) {
  if (module == "transformer.output_layer") return "output.weight";
  constexpr std::string_view kStart = "transformer.encoder.layers.";
  if (!module.starts_with(kStart)) return std::nullopt;
  const std::size_t dot = module.find('.', kStart.size());
  if (dot == std::string::npos) return std::nullopt;
  const std::string layer = module.substr(kStart.size(), dot - kStart.size());
  static const std::map<std::string, std::string> kParts = {
      {"self_attention.query_key_value", "attn_qkv"},
      {"self_attention.dense", "attn_output"},
      {"mlp.dense_h_to_4h", "ffn_up"},
      {"mlp.dense_4h_to_h", "ffn_down"},
  };
  const auto part = kParts.find(module.substr(dot + 1));
  const bool is_number = !layer.empty() && layer.size() < 6 &&
                         layer.find_first_not_of("0123456789") == std::string::npos;
  if (part == kParts.end() || !is_number) return std::nullopt;
  return "blk." + layer + "." + part->second + ".weight";
}

std::vector<TensorRecord> ReadPeftWeights(const std::filesystem::path& folder) {
  const auto safe = folder / "adapter_model.safetensors";
  std::error_code error;
  if (std::filesystem::exists(safe, error)) return ReadSafetensorsFile(FileReader::Open(safe));
  return ReadTorchFile(FileReader::Open(folder / "adapter_model.bin"));
}

}  // namespace

bool IsPeftFolder(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / kConfigName, error);
}

LoraAdapter ReadPeftFolder(const std::filesystem::path& folder) {
  const auto config_file = FileReader::Open(folder / kConfigName);
  const PeftConfig config(config_file->ReadAll(kMostConfigBytes), config_file->name());
  struct Sides {
    const TensorRecord* a = nullptr;
    const TensorRecord* b = nullptr;
  };
  const std::vector<TensorRecord> tensors = ReadPeftWeights(folder);
  std::map<std::string, Sides> modules;
  for (const TensorRecord& tensor : tensors) {
    const auto name = ParsePeftName(tensor.name);
    if (!name || !GgufTarget(name->module)) {
      ThrowTarget(tensor.file->name(), name ? name->module : tensor.name);
    }
    (name->is_a ? modules[name->module].a : modules[name->module].b) = &tensor;
  }
  LoraAdapter adapter{config.alpha(), {}};
  for (const auto& [module, sides] : modules) {
    if (!sides.a || !sides.b) {
      const std::string lacking = module + (sides.a ? ".lora_B" : ".lora_A");
      throw EngineError(ErrorCode::kMissingTensor,
                        PathToUtf8(folder) + " lacks the tensor " + QuoteForMessage(lacking) +
                            ". Save the adapter again.",
                        {"tensor_missing", PathToUtf8(folder), lacking});
    }
    LoraPair pair{*GgufTarget(module), ReadFloatMatrix(*sides.a), ReadFloatMatrix(*sides.b)};
    const bool is_half = sides.a->type == DataType::kF16 && sides.b->type == DataType::kF16;
    if (pair.a.rows != pair.b.columns) {
      ThrowAdapterShape(*sides.b, "a second dimension of " + std::to_string(pair.a.rows));
    }
    const double factor = config.FactorOf(module, pair.a.rows);
    if (factor != 1) {
      for (float& value : pair.b.values) value = static_cast<float>(value * factor);
    } else if (is_half) {
      pair.type = GGML_TYPE_F16;
    }
    adapter.pairs.push_back(std::move(pair));
  }
  return adapter;
}

}  // namespace chatglm
