#include "checkpoint/file_kind.h"

#include <algorithm>
#include <array>

#include "support/engine_error.h"

namespace chatglm {

namespace {

constexpr std::string_view kLfsStart = "version https://git-lfs.github.com/spec/v1";
constexpr std::string_view kLegacyTorchStart =
    "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

// The files of chatglm.cpp spell it forwards, those of early llama.cpp backwards.
constexpr std::array<std::string_view, 8> kOldGgmlStarts{"ggml", "ggmf", "ggjt", "ggla",
                                                         "lmgg", "fmgg", "tjgg", "algg"};

}  // namespace

FileKind DetectFileKind(const FileReader& file) {
  std::string start(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), 64)), '\0');
  file.Read(0, std::as_writable_bytes(std::span(start)));
  if (start.empty()) return FileKind::kEmpty;
  if (start.starts_with("PK\x03\x04")) return FileKind::kZip;
  if (start.starts_with(kLegacyTorchStart)) return FileKind::kLegacyTorch;
  if (start.starts_with(kLfsStart)) return FileKind::kLfsPointer;
  if (start.starts_with("GGUF")) return FileKind::kGguf;
  if (std::ranges::any_of(kOldGgmlStarts, [&](auto magic) { return start.starts_with(magic); })) {
    return FileKind::kOldGgml;
  }
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  const std::string_view text = std::string_view(start).substr(std::min(first, start.size()));
  for (const std::string_view tag : {"<!DOCTYPE", "<!doctype", "<html", "<HTML"}) {
    if (text.starts_with(tag)) return FileKind::kWebPage;
  }
  return FileKind::kOther;
}

void ThrowNotWeights(FileKind kind, const std::string& name) {
  switch (kind) {
    case FileKind::kLfsPointer:
      throw EngineError(ErrorCode::kLfsPointer,
                        name +
                            " is only a Git LFS pointer: the weights were not downloaded. Run "
                            "`git lfs pull` in the folder or download the file itself.",
                        {"lfs_pointer", name, {}});
    case FileKind::kLegacyTorch:
      throw EngineError(ErrorCode::kUnsupportedFormat,
                        name +
                            " was written by PyTorch before 1.6. Load it in a newer PyTorch and "
                            "save it again.",
                        {"old_pytorch", name, {}});
    case FileKind::kGguf:
      throw EngineError(ErrorCode::kUnsupportedFormat,
                        name +
                            " is a GGUF model already and needs no conversion. Load it as a "
                            "model.",
                        {"is_gguf", name, {}});
    case FileKind::kOldGgml:
      throw EngineError(ErrorCode::kUnsupportedFormat,
                        name +
                            " is a ggml file as chatglm.cpp writes it, which is another format "
                            "than GGUF. Convert the original checkpoint folder instead.",
                        {"old_ggml", name, {}});
    case FileKind::kWebPage:
      throw EngineError(ErrorCode::kUnsupportedFormat,
                        name + " is a web page: the download went wrong. Download the file again.",
                        {"web_page", name, {}});
    case FileKind::kEmpty:
      throw EngineError(ErrorCode::kFileTruncated, name + " is empty. Download the file again.",
                        {"empty", name, {}});
    case FileKind::kZip:
    case FileKind::kOther:
      break;
  }
  throw EngineError(ErrorCode::kUnsupportedFormat,
                    name +
                        " holds no weights that can be read. Choose the folder of a checkpoint "
                        "in the official layout.",
                    {"not_weights", name, {}});
}

}  // namespace chatglm
