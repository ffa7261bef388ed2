#pragma once

#include <filesystem>

#include "support/model_description.h"
#include "text/tokenizer.h"

namespace chatglm {

/// The header of a GGUF file of the ChatGLM2 family, checked so far that libllama can be trusted
/// with the file: architecture, sizes, tensor shapes and offsets, tokenizer. Reads no weights.
class GgufHeader {
 public:
  /// Throws EngineError with the reason and what to do: the file is missing, cut, of another
  /// architecture, of an old ggml format, a Git LFS pointer, or inconsistent.
  explicit GgufHeader(const std::filesystem::path& path);

  const ModelDescription& description() const { return description_; }
  /// The pieces of the SentencePiece model, without special tokens and padding.
  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  ModelDescription description_;
  std::vector<Piece> pieces_;
};

}  // namespace chatglm
