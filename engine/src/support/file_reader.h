#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace chatglm {

/// A file open for reading at any place. Reads may come from several threads at the same time.
/// The size is that at opening; a file that shrinks later makes Read throw.
class FileReader {
 public:
  /// Throws EngineError(kFileNotFound) or (kFileUnreadable); a folder is unreadable.
  static std::shared_ptr<const FileReader> Open(const std::filesystem::path& path);

  virtual ~FileReader() = default;
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  /// Fills `out` from `offset` on. Throws EngineError(kFileTruncated) when the file ends before,
  /// (kFileUnreadable) when the system cannot read it.
  void Read(std::uint64_t offset, std::span<std::byte> out) const;

  /// The whole file as bytes. Throws EngineError(kFileUnreadable) above `max_bytes`.
  std::string ReadAll(std::uint64_t max_bytes) const;

  std::uint64_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }

  /// The path as it stands in messages.
  const std::string& name() const { return name_; }

 protected:
  FileReader(const std::filesystem::path& path, std::uint64_t size);

 private:
  /// Reads at most `out.size()` bytes; 0 at the end of the file. Throws what Read throws.
  virtual std::size_t ReadSome(std::uint64_t offset, std::span<std::byte> out) const = 0;

  std::filesystem::path path_;
  std::string name_;
  std::uint64_t size_;
};

}  // namespace chatglm
