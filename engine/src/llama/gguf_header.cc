#include "llama/gguf_header.h"

#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <system_error>

#include "llama/gguf_tensors.h"
#include "llama/gguf_tokenizer.h"
#include "llama/gguf_values.h"
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
                          "its folder or download the file from its page.");
  }
  for (const std::string_view magic : {"ggml", "lmgg", "ggjt", "tjgg", "ggmf", "fmgg"}) {
    if (start.starts_with(magic)) {
      throw EngineError(ErrorCode::kUnsupportedFormat,
                        name +
                            " is a \"ggml\" file as chatglm.cpp writes it, which is another "
                            "format even when it is named .gguf. Convert the official "
                            "checkpoint instead.");
    }
  }
  throw EngineError(ErrorCode::kUnsupportedFormat,
                    name +
                        " is no GGUF file. Give a .gguf file of ChatGLM2 or the folder of an "
                        "official checkpoint.");
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

ModelFamily FamilyOf(const GgufValues& values) {
  const auto family = values.FindString("chatglm_desktop.family");
  for (const ModelFamily known :
       {ModelFamily::kChatGlm2, ModelFamily::kChatGlm3, ModelFamily::kCodeGeeX2}) {
    if (family == FamilyName(known)) return known;
  }
  // Files of other converters: only ChatGLM3 has a chat template with roles.
  const std::string chat_template = values.FindString("tokenizer.chat_template").value_or("");
  const std::string name = values.FindString("general.name").value_or("");
  const bool is_third = chat_template.find("<|user|>") != std::string::npos ||
                        name.find("hatglm3") != std::string::npos ||
                        name.find("hatGLM3") != std::string::npos;
  return is_third ? ModelFamily::kChatGlm3 : ModelFamily::kChatGlm2;
}

void ReadSizes(const GgufValues& values, ModelDescription& description) {
  description.layer_count = values.RequireUnsigned("chatglm.block_count", 1, 512);
  description.hidden_size = values.RequireUnsigned("chatglm.embedding_length", 1, 1 << 16);
  description.feed_forward_size = values.RequireUnsigned("chatglm.feed_forward_length", 1, 1 << 20);
  description.head_count = values.RequireUnsigned("chatglm.attention.head_count", 1, 1024);
  description.kv_head_count =
      values.RequireUnsigned("chatglm.attention.head_count_kv", 1, description.head_count);
  description.context_length = values.RequireUnsigned("chatglm.context_length", 1, 1 << 24);
  const std::uint32_t head_size = description.hidden_size / description.head_count;
  const std::uint32_t rope = values.RequireUnsigned("chatglm.rope.dimension_count", 2, head_size);
  if (description.hidden_size % description.head_count != 0 ||
      description.head_count % description.kv_head_count != 0 || rope % 2 != 0) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      "The sizes in the header of the model file do not fit each other. Convert or "
                      "download the model again.");
  }
  if (values.FindString("chatglm.rope.scaling.type") == "linear") {
    description.rope_scale = values.FindFloat("chatglm.rope.scaling.factor").value_or(1.0f);
  }
  description.rope_base = values.FindFloat("chatglm.rope.freq_base").value_or(10000.0f);
  const auto is_sane = [](float value) {
    return std::isfinite(value) && value >= 1e-3f && value <= 1e12f;
  };
  const auto epsilon = values.FindFloat("chatglm.attention.layer_norm_rms_epsilon");
  if (!is_sane(description.rope_scale) || !is_sane(description.rope_base) || !epsilon ||
      !(*epsilon > 0.0f && *epsilon < 1.0f)) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      "The rope or norm settings in the header of the model file are not usable. "
                      "Convert or download the model again.");
  }
}

}  // namespace

GgufHeader::GgufHeader(const fs::path& path) {
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
  const std::uint64_t size = fs::file_size(path, error);

  const GgufPointer gguf(gguf_init_from_file(name.c_str(), {.no_alloc = true, .ctx = nullptr}));
  if (!gguf) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      name +
                          " has a damaged or cut header, or needs a newer app. Convert or "
                          "download the model again.");
  }
  const GgufValues values(gguf.get());
  const std::string architecture = values.RequireString("general.architecture");
  if (architecture != "chatglm") {
    throw EngineError(ErrorCode::kWrongArchitecture,
                      name + " holds a model of the architecture \"" + architecture +
                          "\". Only ChatGLM2, ChatGLM3 and CodeGeeX2 are supported.");
  }
  description_.path = name;
  description_.format = "gguf";
  description_.size_bytes = size;
  description_.family = FamilyOf(values);
  ReadSizes(values, description_);
  CheckTensors(gguf.get(), size, description_);
  pieces_ = ReadPieces(values, description_.vocabulary_size);
}

}  // namespace chatglm
