#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace chatglm {

/// Writes a file under the name `destination` + ".partial" that takes the name `destination` only
/// when Commit has put every byte on the disk. Without Commit the destructor removes it, unless
/// KeepWithoutCommit was called.
///
/// The partial file is locked while it is open: a second writer of the same destination, in this
/// process or another, fails at once and disturbs nothing. As the name is always the same, what a
/// killed process left is taken over by the next one and leftovers never pile up.
class FileWriter {
 public:
  /// `size` is what will be written in all. Throws EngineError(kDiskFull) when the disk has less
  /// room than that, (kFileBusy) when it is being written already, (kWriteFailed) when the file
  /// cannot be made.
  static std::unique_ptr<FileWriter> Create(const std::filesystem::path& destination,
                                            std::uint64_t size);

  /// As Create, but keeps what an earlier writer left, and does not look for room, until StartAt.
  static std::unique_ptr<FileWriter> Reopen(const std::filesystem::path& destination,
                                            std::uint64_t size);

  virtual ~FileWriter() = default;
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// Fills `out` from what an earlier writer left; false where that is shorter or unreadable.
  virtual bool ReadLeftover(std::uint64_t offset, std::span<std::byte> out) = 0;

  /// Cuts off what was left behind `offset` and writes from there on. Call once, before Write.
  /// Throws EngineError(kDiskFull) when the disk has no room for what is missing.
  virtual void StartAt(std::uint64_t offset) = 0;

  /// Appends. Throws EngineError(kDiskFull) or (kWriteFailed).
  virtual void Write(std::span<const std::byte> bytes) = 0;

  /// Returns when a power cut can no longer undo what was written.
  virtual void Flush() = 0;

  /// Flushes to the disk and renames; an existing destination is replaced in one step.
  virtual void Commit() = 0;

  /// From now on the partial file stays for the next writer when this one ends early.
  void KeepWithoutCommit() { keeps_ = true; }

 protected:
  FileWriter(const std::filesystem::path& destination, std::uint64_t size);

  std::filesystem::path PartialPath() const;
  [[noreturn]] void ThrowDiskFull() const;
  [[noreturn]] void ThrowWriteFailed(const std::string& reason) const;
  [[noreturn]] void ThrowBusy() const;
  [[noreturn]] void ThrowTooLarge() const;

  /// Throws when the disk has no room for what is missing behind `offset`.
  void CheckSpace(std::uint64_t offset) const;

  std::filesystem::path destination_;
  std::uint64_t size_;
  bool keeps_ = false;
};

}  // namespace chatglm
