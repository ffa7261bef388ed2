#pragma once

#include <filesystem>
#include <string>

#include "llama/gguf_values.h"

namespace chatglm {

/// The header of a GGUF file of any model.
struct GgufFile {
  std::string name;  ///< the path in UTF-8
  std::uint64_t size_bytes;
  GgufPointer gguf;
};

/// Reads the header. Throws EngineError with the reason and what to do: the file is missing, cut,
/// of an old ggml format or another one, a Git LFS pointer, or its header is damaged.
GgufFile OpenGguf(const std::filesystem::path& path);

}  // namespace chatglm
