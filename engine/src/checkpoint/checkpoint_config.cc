#include "checkpoint/checkpoint_config.h"

#include <nlohmann/json.hpp>
#include <system_error>

#include "checkpoint/model_family.h"
#include "support/engine_error.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxConfigBytes = 4 << 20;

[[noreturn]] void ThrowInvalid(const std::string& what) {
  throw EngineError(ErrorCode::kInvalidCheckpoint,
                    "The checkpoint's config.json " + what +
                        ". Copy the config.json that belongs to the weights.",
                    {"config_wrong", "config.json", {}});
}

/// Reads values; `null` counts as absent.
class Values {
 public:
  explicit Values(const json& config) : config_(config) {}

  std::uint32_t Count(const char* key, std::uint32_t fallback, std::uint32_t max) const {
    const json* value = Find(key);
    if (value == nullptr) return fallback;
    const bool is_count = value->is_number_unsigned() && value->get<std::uint64_t>() >= 1 &&
                          value->get<std::uint64_t>() <= max;
    if (!is_count) ThrowInvalid(std::string("has no sensible ") + key);
    return value->get<std::uint32_t>();
  }

  double Number(const char* key, double fallback, double min, double max) const {
    const json* value = Find(key);
    if (value == nullptr) return fallback;
    const bool is_sensible =
        value->is_number() && value->get<double>() >= min && value->get<double>() <= max;
    if (!is_sensible) ThrowInvalid(std::string("has no sensible ") + key);
    return value->get<double>();
  }

  bool Flag(const char* key, bool fallback) const {
    const json* value = Find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) ThrowInvalid(std::string("has no sensible ") + key);
    return value->get<bool>();
  }

  std::string Text(const char* key) const {
    const json* value = Find(key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
  }

  /// Throws when a switch stands differently than in every release: the graph is made for those.
  void Require(const char* key, bool expected) const {
    if (Flag(key, expected) == expected) return;
    throw EngineError(ErrorCode::kWrongArchitecture,
                      std::string("The model was made with ") + key + " = " +
                          (expected ? "false" : "true") +
                          ", which no release of ChatGLM2 has and which is not supported.",
                      {"other_model", "config.json", key});
  }

 private:
  const json* Find(const char* key) const {
    const auto found = config_.find(key);
    return found == config_.end() || found->is_null() ? nullptr : &*found;
  }

  const json& config_;
};

std::string LastPart(const std::string& path) {
  const std::size_t end = path.find_last_not_of("/\\");
  if (end == std::string::npos) return {};
  const std::size_t slash = path.find_last_of("/\\", end);
  const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
  return path.substr(start, end + 1 - start);
}

void CheckShape(const CheckpointConfig& config) {
  if (std::uint64_t{config.head_count} * config.head_size != config.hidden_size) {
    ThrowInvalid("says num_attention_heads × kv_channels = " +
                 std::to_string(std::uint64_t{config.head_count} * config.head_size) +
                 ", which must equal hidden_size " + std::to_string(config.hidden_size));
  }
  if (config.head_count % config.kv_head_count != 0) {
    ThrowInvalid("has a multi_query_group_num that does not divide num_attention_heads");
  }
  if (config.head_size % 4 != 0) ThrowInvalid("has kv_channels that are no multiple of 4");
}

bool FileContains(const std::filesystem::path& path, std::string_view text) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  const auto file = FileReader::Open(path);
  return file->size() <= kMaxConfigBytes &&
         file->ReadAll(kMaxConfigBytes).find(text) != std::string::npos;
}

}  // namespace

CheckpointConfig ParseCheckpointConfig(std::string_view text, const ConfigHints& hints) {
  const json config = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) ThrowInvalid("is no JSON object");
  const Values values(config);
  CheckpointConfig result;
  result.family = RecogniseFamily(config, hints);
  result.name = LastPart(values.Text("_name_or_path"));
  result.layer_count = values.Count("num_layers", 28, 512);
  result.hidden_size = values.Count("hidden_size", 4096, 1 << 16);
  result.feed_forward_size = values.Count("ffn_hidden_size", 13696, 1 << 20);
  result.head_count = values.Count("num_attention_heads", 32, 1 << 12);
  result.head_size = values.Count("kv_channels", 128, 1 << 12);
  result.vocabulary_size = values.Count("padded_vocab_size", 65024, 1 << 20);
  result.context_length = values.Count("seq_length", 2048, 1 << 24);
  result.norm_epsilon = static_cast<float>(values.Number("layernorm_epsilon", 1e-5, 1e-12, 1));
  const std::uint32_t groups = values.Count("multi_query_group_num", 1, 1 << 12);
  result.kv_head_count = values.Flag("multi_query_attention", false) ? groups : result.head_count;
  result.has_qkv_bias = values.Flag("add_qkv_bias", false);
  result.quantization_bits = static_cast<int>(values.Number("quantization_bit", 0, 0, 8));
  if (result.quantization_bits != 0 && result.quantization_bits != 4 &&
      result.quantization_bits != 8) {
    ThrowInvalid("has a quantization_bit that is neither 4 nor 8");
  }
  values.Require("add_bias_linear", false);
  values.Require("rmsnorm", true);
  values.Require("post_layer_norm", true);
  values.Require("apply_residual_connection_post_layernorm", false);
  CheckShape(result);
  SetRope(values.Number("rope_ratio", 1, 1e-3, 1e6), config, hints, result);
  return result;
}

CheckpointConfig ReadCheckpointConfig(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "config.json";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    throw EngineError(ErrorCode::kFileNotFound,
                      PathToUtf8(folder) +
                          " has no config.json. Choose the folder that holds the "
                          "weights together with config.json.",
                      {"config_missing", PathToUtf8(folder), {}});
  }
  ConfigHints hints;
  hints.has_role_tokens = FileContains(folder / "tokenization_chatglm.py", "<|assistant|>") ||
                          FileContains(folder / "tokenizer_config.json", "<|assistant|>");
  hints.divides_rope_positions = FileContains(folder / "modeling_chatglm.py", "/ self.rope_ratio");
  return ParseCheckpointConfig(FileReader::Open(path)->ReadAll(kMaxConfigBytes), hints);
}

}  // namespace chatglm
