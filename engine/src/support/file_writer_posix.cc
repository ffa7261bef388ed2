#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "support/file_writer.h"

namespace chatglm {

namespace {

class PosixFileWriter : public FileWriter {
 public:
  PosixFileWriter(const std::filesystem::path& destination, std::uint64_t size)
      : FileWriter(destination, size), partial_(PartialPath()) {
    while (!OpenLocked()) {
    }
  }

  ~PosixFileWriter() override {
    if (descriptor_ < 0) return;
    if (keeps_) {
      Close();
    } else {
      Remove();
    }
  }

  bool ReadLeftover(std::uint64_t offset, std::span<std::byte> out) override {
    while (!out.empty()) {
      const ssize_t count = pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      out = out.subspan(static_cast<std::size_t>(count));
      offset += static_cast<std::uint64_t>(count);
    }
    return true;
  }

  void StartAt(std::uint64_t offset) override {
    const auto start = static_cast<off_t>(offset);
    if (ftruncate(descriptor_, start) != 0) ThrowErrno();
    if (lseek(descriptor_, start, SEEK_SET) != start) ThrowErrno();
    CheckSpace(offset);
  }

  void Write(std::span<const std::byte> bytes) override {
    constexpr std::size_t kMaxWrite = std::size_t{1} << 30;
    while (!bytes.empty()) {
      const ssize_t count = write(descriptor_, bytes.data(), std::min(bytes.size(), kMaxWrite));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) ThrowErrno();
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
  }

  void Flush() override {
    if (fsync(descriptor_) != 0) ThrowErrno();
  }

  void Commit() override {
    Flush();
    if (std::rename(partial_.c_str(), destination_.c_str()) != 0) ThrowErrno();
    close(descriptor_);
    descriptor_ = -1;
    SyncFolder();
  }

 private:
  /// False when the file was renamed or removed by its last writer between opening and locking:
  /// then the lock is on a file that no longer has the name.
  bool OpenLocked() {
    descriptor_ = open(partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor_ < 0) ThrowErrno();
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      Close();
      ThrowBusy();
    }
    struct stat opened {};
    struct stat named {};
    if (fstat(descriptor_, &opened) == 0 && stat(partial_.c_str(), &named) == 0 &&
        opened.st_ino == named.st_ino && opened.st_dev == named.st_dev) {
      return true;
    }
    Close();
    return false;
  }

  /// Removes before closing, so that no other writer can lock the file in between.
  void Remove() {
    unlink(partial_.c_str());
    Close();
  }

  void Close() {
    close(descriptor_);
    descriptor_ = -1;
  }

  /// Makes the new name survive a power cut. Not every file system can, so failure is no error.
  void SyncFolder() {
    auto folder = destination_.parent_path();
    if (folder.empty()) folder = ".";
    const int descriptor = open(folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    fsync(descriptor);
    close(descriptor);
  }

  [[noreturn]] void ThrowErrno() {
    if (errno == ENOSPC || errno == EDQUOT) ThrowDiskFull();
    if (errno == EFBIG) ThrowTooLarge();
    ThrowWriteFailed(std::strerror(errno));
  }

  std::filesystem::path partial_;
  int descriptor_ = -1;
};

}  // namespace

std::unique_ptr<FileWriter> FileWriter::Reopen(const std::filesystem::path& destination,
                                               std::uint64_t size) {
  return std::make_unique<PosixFileWriter>(destination, size);
}

}  // namespace chatglm
