#pragma once

#include <ggml.h>
#include <gguf.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/checkpoint_config.h"
#include "convert/token_table.h"

namespace chatglm {

/// Raised when converted files change in a way that readers must know of.
constexpr std::uint32_t kConverterVersion = 1;

/// Numbers of llama.cpp's llama_ftype, which `general.file_type` holds.
enum class FileType : std::uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,
  kQ8_0 = 7,
  kQ4_K_M = 15,
  kBf16 = 32,
};

/// What a GGUF file says before its tensor data.
class GgufHeader {
 public:
  GgufHeader();

  void SetMetadata(const CheckpointConfig& config, FileType file_type, bool is_quantized);
  void SetVocabulary(const TokenTable& tokens, std::size_t piece_count);

  /// Tensors lie in the file in the order of these calls. `row_count` 0 makes a vector.
  void AddTensor(const std::string& name, ggml_type type, std::uint64_t columns,
                 std::uint64_t row_count);

  std::vector<std::byte> Serialize() const;

 private:
  struct FreeGguf {
    void operator()(gguf_context* context) const { gguf_free(context); }
  };

  void Set(const std::string& key, std::uint32_t value);
  void Set(const std::string& key, float value);
  void Set(const std::string& key, bool value);
  void Set(const std::string& key, const std::string& value);
  void SetLicense(ModelFamily family);

  std::unique_ptr<gguf_context, FreeGguf> context_;
};

}  // namespace chatglm
