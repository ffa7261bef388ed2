#include "checkpoint/peft_config.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

using nlohmann::json;

constexpr double kMostAlpha = 1e6;

/// The members of the file, of which `null` counts as absent.
class Members {
 public:
  Members(std::string_view text, std::string name)
      : name_(std::move(name)), config_(json::parse(text, nullptr, /*allow_exceptions=*/false)) {
    if (!config_.is_object()) ThrowWrong("it is no JSON object");
  }

  const std::string& file() const { return name_; }

  json Get(const char* key, json otherwise) const {
    const auto found = config_.find(key);
    return found == config_.end() || found->is_null() ? std::move(otherwise) : *found;
  }

  bool IsSet(const char* key) const { return Get(key, false) == json(true); }

  double ToAlpha(const json& value) const {
    if (!value.is_number() || !(value.get<double>() > 0) || value.get<double>() > kMostAlpha) {
      ThrowWrong("lora_alpha must be a number above 0");
    }
    return value.get<double>();
  }

  [[noreturn]] void ThrowWrong(const std::string& what) const {
    throw EngineError(ErrorCode::kInvalidCheckpoint,
                      name_ + " is damaged: " + what + ". Save the adapter again.",
                      {"config_wrong", name_, {}});
  }

 private:
  std::string name_;
  json config_;
};

}  // namespace

PeftConfig::PeftConfig(std::string_view text, const std::string& name) {
  const Members members(text, name);
  const json kind = members.Get("peft_type", json());
  if (kind != "LORA") ThrowAdapterKind(members.file(), "peft_type " + QuoteForMessage(kind.dump()));
  for (const char* key : {"use_dora", "lora_bias"}) {
    if (members.IsSet(key)) ThrowAdapterKind(members.file(), key);
  }
  const json bias = members.Get("bias", "none");
  if (bias != "none") ThrowAdapterKind(members.file(), "bias " + QuoteForMessage(bias.dump()));
  is_rank_stabilized_ = members.IsSet("use_rslora");
  alpha_ = members.ToAlpha(members.Get("lora_alpha", 8));
  const json patterns = members.Get("alpha_pattern", json::object());
  if (!patterns.is_object()) members.ThrowWrong("alpha_pattern is no object");
  for (const auto& [module, value] : patterns.items()) {
    alpha_of_modules_.emplace(module, members.ToAlpha(value));
  }
}

double PeftConfig::FactorOf(const std::string& module, std::uint64_t rank) const {
  double alpha = alpha_;
  for (const auto& [name, value] : alpha_of_modules_) {
    if (module == name || module.ends_with("." + name)) alpha = value;
  }
  return alpha / alpha_ * (is_rank_stabilized_ ? std::sqrt(static_cast<double>(rank)) : 1);
}

void ThrowAdapterKind(const std::string& file, const std::string& what) {
  throw EngineError(ErrorCode::kUnsupportedConversion,
                    file + " is an adapter of a kind that cannot be used: " + what +
                        ". Train a plain LoRA adapter, without that.",
                    {"adapter_kind", file, what});
}

}  // namespace chatglm
