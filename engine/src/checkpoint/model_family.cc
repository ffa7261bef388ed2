#include "checkpoint/model_family.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

using nlohmann::json;

std::string LowerText(const json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end() || !found->is_string()) return {};
  std::string text = found->get<std::string>();
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

double NumberOr(const json& config, const char* key, double fallback) {
  const auto found = config.find(key);
  return found != config.end() && found->is_number() ? found->get<double>() : fallback;
}

/// `model` names it as far as that is known.
[[noreturn]] void Refuse(const std::string& what, const std::string& model) {
  throw EngineError(ErrorCode::kWrongArchitecture,
                    what + " Choose a checkpoint of ChatGLM2-6B, ChatGLM3-6B or CodeGeeX2-6B.",
                    {model.empty() ? "unknown_model" : "other_model", "config.json", model});
}

void RefuseOthers(const json& config) {
  const std::string type = LowerText(config, "model_type");
  const std::string name = LowerText(config, "_name_or_path");
  if (type == "glm4" || type == "glm" || type == "glm4_moe" ||
      (type == "chatglm" && (NumberOr(config, "padded_vocab_size", 0) == 151'552 ||
                             name.find("glm-4") != std::string::npos))) {
    Refuse("This is a GLM-4 model, which has another tokenizer and prompt and is not supported.",
           "GLM-4");
  }
  const auto architectures = config.find("architectures");
  const bool names_chatglm =
      architectures != config.end() &&
      architectures->dump(-1, ' ', false, json::error_handler_t::replace).find("ChatGLM") !=
          std::string::npos;
  if (type.empty() && !names_chatglm)
    Refuse("Its config.json does not say what model this is.", "");
  if (type != "chatglm" && !type.empty()) {
    Refuse("This is a model of type " + QuoteForMessage(type) + ", which is not supported.", type);
  }
  const double vocabulary = NumberOr(config, "vocab_size", 0);
  if (config.contains("position_encoding_2d") || config.contains("inner_hidden_size") ||
      vocabulary == 130'528 || vocabulary == 150'528) {
    Refuse("This is the first ChatGLM-6B, which is built differently and is not supported.",
           "ChatGLM-6B");
  }
  if (!config.contains("padded_vocab_size") && !config.contains("multi_query_group_num")) {
    Refuse("Its config.json describes no model of the ChatGLM2 family.", "");
  }
}

}  // namespace

ModelFamily RecogniseFamily(const json& config, const ConfigHints& hints) {
  RefuseOthers(config);
  const std::string name = LowerText(config, "_name_or_path");
  const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
  if (has("chatglm3")) return ModelFamily::kChatGlm3;
  if (has("codegeex2")) return ModelFamily::kCodeGeeX2;
  if (has("chatglm2")) return ModelFamily::kChatGlm2;
  if (hints.has_role_tokens) return ModelFamily::kChatGlm3;
  if (config.contains("interleaved_qkv") && config.contains("rotary_percent")) {
    return ModelFamily::kCodeGeeX2;
  }
  return ModelFamily::kChatGlm2;
}

void SetRope(double rope_ratio, const json& config, const ConfigHints& hints,
             CheckpointConfig& result) {
  if (rope_ratio == 1) return;
  constexpr double kLongChatGlm2Ratio = 16;
  const bool is_named = LowerText(config, "_name_or_path").find("chatglm2") != std::string::npos;
  const bool divides_positions =
      result.family == ModelFamily::kChatGlm2 &&
      (is_named || hints.divides_rope_positions || rope_ratio == kLongChatGlm2Ratio);
  if (divides_positions) {
    result.rope_scale = static_cast<float>(rope_ratio);
  } else {
    result.rope_base = static_cast<float>(10000 * rope_ratio);
  }
}

}  // namespace chatglm
