#pragma once

#include <ggml.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct gguf_context;

namespace chatglm {

/// A GGUF file of type "adapter", whose tensors are held in memory until it is written.
class AdapterWriter {
 public:
  /// `adapter_type`: "lora" or "prefix".
  explicit AdapterWriter(const std::string& adapter_type);

  void Set(const std::string& key, float value);
  void Set(const std::string& key, std::uint32_t value);
  /// Keeps `values` as `type`, F32 or F16. Rows lie one after the other.
  void Add(const std::string& name, ggml_type type, std::uint64_t rows, std::uint64_t columns,
           std::span<const float> values);

  /// Returns the bytes of the file; an existing one is replaced. Throws what FileWriter throws.
  std::uint64_t Write(const std::filesystem::path& destination) const;

 private:
  struct FreeGguf {
    void operator()(gguf_context* context) const;
  };

  std::unique_ptr<gguf_context, FreeGguf> file_;
  std::vector<std::vector<std::byte>> data_;
};

}  // namespace chatglm
