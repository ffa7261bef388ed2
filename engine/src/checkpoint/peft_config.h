#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace chatglm {

/// What PEFT's adapter_config.json says of a LoRA adapter.
class PeftConfig {
 public:
  /// `text`: of the file `name`. Throws EngineError: kInvalidCheckpoint for a damaged file,
  /// kUnsupportedConversion, as ThrowAdapterKind, for adapters that are no plain LoRA.
  PeftConfig(std::string_view text, const std::string& name);

  /// Above 0.
  float alpha() const { return static_cast<float>(alpha_); }

  /// What `lora_B` of a module must be multiplied with so that the factor of its change is alpha /
  /// rank, whatever `alpha_pattern` and `use_rslora` say.
  double FactorOf(const std::string& module, std::uint64_t rank) const;

 private:
  double alpha_ = 1;
  bool is_rank_stabilized_ = false;
  std::map<std::string, double> alpha_of_modules_;
};

/// `what`: the setting that makes the adapter unusable.
[[noreturn]] void ThrowAdapterKind(const std::string& file, const std::string& what);

}  // namespace chatglm
