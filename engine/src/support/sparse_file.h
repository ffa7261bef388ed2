#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace chatglm {

/// A file in the system's temporary folder that begins with some bytes and goes on with zeros,
/// which take no room on the disk. Removed with the object.
class TemporarySparseFile {
 public:
  /// `size` is that of the whole file. Throws EngineError(kWriteFailed).
  TemporarySparseFile(std::span<const std::byte> beginning, std::uint64_t size);
  ~TemporarySparseFile();
  TemporarySparseFile(const TemporarySparseFile&) = delete;
  TemporarySparseFile& operator=(const TemporarySparseFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace chatglm
