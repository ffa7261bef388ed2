#include "support/file_reader.h"

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

FileReader::FileReader(const std::filesystem::path& path, std::uint64_t size)
    : path_(path), name_(PathToUtf8(path)), size_(size) {}

void FileReader::Read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > size_ || out.size() > size_ - offset) {
    throw EngineError(ErrorCode::kFileTruncated,
                      name_ + " ends too early. Copy or download the file again.",
                      {"cut_off", name_, {}});
  }
  while (!out.empty()) {
    const std::size_t count = ReadSome(offset, out);
    if (count == 0) {
      throw EngineError(ErrorCode::kFileTruncated,
                        name_ +
                            " became shorter while it was read. Try again once nothing else "
                            "writes to it.",
                        {"cut_off", name_, {}});
    }
    out = out.subspan(count);
    offset += count;
  }
}

std::string FileReader::ReadAll(std::uint64_t max_bytes) const {
  if (size_ > max_bytes) {
    throw EngineError(ErrorCode::kFileUnreadable,
                      name_ + " is larger than such a file can be (" + std::to_string(size_) +
                          " bytes). Check that it is the right file.",
                      {{}, name_, {}});
  }
  std::string text(static_cast<std::size_t>(size_), '\0');
  Read(0, std::as_writable_bytes(std::span(text)));
  return text;
}

}  // namespace chatglm
