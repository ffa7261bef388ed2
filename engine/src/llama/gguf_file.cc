#include "llama/gguf_file.h"

#include <array>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostEntries = 1 << 16;  // tensors and keys; a real file has a few hundred

std::uint64_t LittleEndian(const char* bytes, int size) {
  std::uint64_t value = 0;
  for (int i = size; i-- > 0;) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return value;
}

[[noreturn]] void RefuseMagic(const std::string& name, std::string_view start) {
  if (start.starts_with("version https://git-lfs")) {
    throw EngineError(ErrorCode::kLfsPointer,
                      name +
                          " is a Git LFS pointer, not the model itself. Run \"git lfs pull\" in "
                          "its folder or download the file from its page.",
                      {"lfs_pointer", name, {}});
  }
  for (const std::string_view magic : {"ggml", "lmgg", "ggjt", "tjgg", "ggmf", "fmgg"}) {
    if (start.starts_with(magic)) {
      throw EngineError(ErrorCode::kUnsupportedFormat,
                        name +
                            " is a \"ggml\" file as chatglm.cpp writes it, which is another "
                            "format even when it is named .gguf. Convert the official "
                            "checkpoint instead.",
                        {"old_ggml", name, {}});
    }
  }
  throw EngineError(ErrorCode::kUnsupportedFormat,
                    name +
                        " is no GGUF file. Give a .gguf file of ChatGLM2 or the folder of an "
                        "official checkpoint.",
                    {"no_gguf", name, {}});
}

/// Looks at the first bytes, so that nothing wild reaches the reader of ggml.
void CheckBeginning(const fs::path& path, const std::string& name) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 24> start{};
  if (!file) {
    throw EngineError(ErrorCode::kFileUnreadable,
                      name + " cannot be read. Check that you may read it.");
  }
  file.read(start.data(), start.size());
  const auto got = static_cast<std::size_t>(file.gcount());
  if (got < 4 || std::memcmp(start.data(), "GGUF", 4) != 0) RefuseMagic(name, {start.data(), got});
  if (got < start.size()) {
    throw EngineError(ErrorCode::kFileTruncated,
                      name +
                          " ends in its header: it was not copied or downloaded to its end. Get "
                          "it again.");
  }
  const std::uint64_t tensors = LittleEndian(&start[8], 8);
  const std::uint64_t keys = LittleEndian(&start[16], 8);
  if (tensors > kMostEntries || keys > kMostEntries) {
    throw EngineError(ErrorCode::kInvalidGguf, name + " claims " + std::to_string(tensors) +
                                                   " tensors and " + std::to_string(keys) +
                                                   " keys, which no model has. Get it again.");
  }
}

}  // namespace

GgufFile OpenGguf(const fs::path& path) {
  const std::string name = PathToUtf8(path);
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    throw EngineError(ErrorCode::kFileNotFound, "There is no file " + name + ". Check the path.");
  }
  if (!fs::is_regular_file(status)) {
    throw EngineError(ErrorCode::kUnsupportedFormat, name + " is no file. Give a .gguf file.");
  }
  CheckBeginning(path, name);

  GgufPointer gguf(gguf_init_from_file(name.c_str(), {.no_alloc = true, .ctx = nullptr}));
  if (!gguf) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      name +
                          " has a damaged or cut header, or needs a newer app. Convert or "
                          "download the model again.");
  }
  return {name, fs::file_size(path, error), std::move(gguf)};
}

}  // namespace chatglm
