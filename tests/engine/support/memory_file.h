#pragma once

#include <cstring>
#include <memory>
#include <string>

#include "support/file_reader.h"

namespace chatglm {

/// A file whose bytes are in memory, for tests that try many.
class MemoryFile : public FileReader {
 public:
  static std::shared_ptr<const FileReader> Make(std::string bytes) {
    return std::make_shared<MemoryFile>(std::move(bytes));
  }

  explicit MemoryFile(std::string bytes)
      : FileReader("memory", bytes.size()), bytes_(std::move(bytes)) {}

 private:
  std::size_t ReadSome(std::uint64_t offset, std::span<std::byte> out) const override {
    std::memcpy(out.data(), bytes_.data() + offset, out.size());
    return out.size();
  }

  std::string bytes_;
};

}  // namespace chatglm
