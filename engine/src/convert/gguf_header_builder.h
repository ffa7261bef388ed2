#pragma once

#include <ggml.h>
#include <gguf.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/checkpoint_config.h"
#include "convert/model_tensors.h"
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
class GgufHeaderBuilder {
 public:
  GgufHeaderBuilder();

  void SetMetadata(const CheckpointConfig& config, FileType file_type, bool is_quantized);
  /// Notes what RowScaledBits tells; nothing for 0. Our kernels keep such a scale once.
  void SetRowScaledBits(std::uint32_t bits);
  void SetVocabulary(const TokenTable& tokens, std::size_t piece_count);
  /// Instead of SetVocabulary, for a file that only sizes are taken from.
  void SetVocabularySize(std::uint32_t size);

  /// Tensors lie in the file in this order; `types` has one for each.
  void AddTensors(const std::vector<ModelTensor>& tensors, const std::vector<ggml_type>& types);

  std::vector<std::byte> Serialize() const;

 private:
  struct FreeGguf {
    void operator()(gguf_context* context) const { gguf_free(context); }
  };

  void AddTensor(const ModelTensor& tensor, ggml_type type);
  void Set(const std::string& key, std::uint32_t value);
  void Set(const std::string& key, float value);
  void Set(const std::string& key, bool value);
  void Set(const std::string& key, const std::string& value);
  void SetLicense(ModelFamily family);

  std::unique_ptr<gguf_context, FreeGguf> context_;
};

}  // namespace chatglm
