#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace chatglm {

/// Writes a file under the name `destination` + ".partial" that takes the name `destination` only
/// when Commit has put every byte on the disk. Without Commit the destructor removes it.
///
/// The partial file is locked while it is open: a second writer of the same destination, in this
/// process or another, fails at once and disturbs nothing. As the name is always the same, what a
/// killed process left is overwritten by the next one and leftovers never pile up.
class FileWriter {
 public:
  /// `size` is what will be written in all. Throws EngineError(kDiskFull) when the disk has less
  /// room than that, (kWriteFailed) when the file cannot be made or is being written already.
  static std::unique_ptr<FileWriter> Create(const std::filesystem::path& destination,
                                            std::uint64_t size);

  virtual ~FileWriter() = default;
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// Appends. Throws EngineError(kDiskFull) or (kWriteFailed).
  virtual void Write(std::span<const std::byte> bytes) = 0;

  /// Flushes to the disk and renames; an existing destination is replaced in one step.
  virtual void Commit() = 0;

 protected:
  FileWriter(const std::filesystem::path& destination, std::uint64_t size);

  std::filesystem::path PartialPath() const;
  [[noreturn]] void ThrowDiskFull() const;
  [[noreturn]] void ThrowWriteFailed(const std::string& reason) const;
  [[noreturn]] void ThrowBusy() const;
  [[noreturn]] void ThrowTooLarge() const;

  /// Throws when the disk has no room for the size given. Called once the leftover is emptied.
  void CheckSpace() const;

  std::filesystem::path destination_;
  std::uint64_t size_;
};

}  // namespace chatglm
