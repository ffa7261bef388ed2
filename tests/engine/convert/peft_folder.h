#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checkpoint/safetensors_builder.h"
#include "convert/synthetic_checkpoint.h"
#include "support/test_files.h"

namespace chatglm {

/// A LoRA adapter as PEFT saves it, whose parts a test can change before it is written.
class PeftFolder {
 public:
  nlohmann::json config = {{"peft_type", "LORA"},
                           {"base_model_name_or_path", "THUDM/chatglm2-6b"},
                           {"bias", "none"},
                           {"lora_alpha", 4},
                           {"r", 2},
                           {"target_modules", {"query_key_value"}},
                           {"task_type", "CAUSAL_LM"}};
  std::map<std::string, SafetensorsEntry> tensors;

  /// Matrices of quarters for a weight of that shape. Products of them are sixteenths.
  void Change(const std::string& module, std::uint64_t rows, std::uint64_t columns,
              std::uint64_t rank = 2) {
    Set("base_model.model." + module + ".lora_A.weight", {rank, columns}, 3);
    Set("base_model.model." + module + ".lora_B.weight", {rows, rank}, 5);
  }

  void Set(const std::string& name, const std::vector<std::uint64_t>& shape, std::uint64_t step) {
    std::vector<float> values(shape[0] * shape[1]);
    for (std::uint64_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>((i * step + i / 7) % 5) / 4.0f - 0.5f;
    }
    const auto* bytes = reinterpret_cast<const char*>(values.data());
    tensors[name] = {name, "F32", shape, std::string(bytes, values.size() * sizeof(float))};
  }

  /// `factor` times B times A, row after row.
  std::vector<float> ChangeOf(const std::string& module, float factor) const {
    const SafetensorsEntry& a = tensors.at("base_model.model." + module + ".lora_A.weight");
    const SafetensorsEntry& b = tensors.at("base_model.model." + module + ".lora_B.weight");
    const auto* a_values = reinterpret_cast<const float*>(a.bytes.data());
    const auto* b_values = reinterpret_cast<const float*>(b.bytes.data());
    const std::uint64_t rank = a.shape[0], columns = a.shape[1], rows = b.shape[0];
    std::vector<float> change(rows * columns);
    for (std::uint64_t i = 0; i < change.size(); ++i) {
      for (std::uint64_t k = 0; k < rank; ++k) {
        change[i] +=
            factor * b_values[i / columns * rank + k] * a_values[k * columns + i % columns];
      }
    }
    return change;
  }

  void Write(const std::filesystem::path& folder) const {
    std::filesystem::create_directories(folder);
    WriteTestFile(folder / "adapter_config.json", config.dump());
    std::vector<SafetensorsEntry> entries;
    for (const auto& [name, tensor] : tensors) entries.push_back(tensor);
    WriteTestFile(folder / "adapter_model.safetensors", BuildSafetensors(entries));
  }
};

}  // namespace chatglm
