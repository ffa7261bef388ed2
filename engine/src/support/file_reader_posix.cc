#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "support/engine_error.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

class PosixFileReader : public FileReader {
 public:
  PosixFileReader(const std::filesystem::path& path, std::uint64_t size, int descriptor)
      : FileReader(path, size), descriptor_(descriptor) {}
  ~PosixFileReader() override { close(descriptor_); }

 private:
  std::size_t ReadSome(std::uint64_t offset, std::span<std::byte> out) const override {
    constexpr std::size_t kMaxRead = std::size_t{1} << 30;  // Linux and macOS stop below 2 GiB
    const std::size_t wanted = std::min(out.size(), kMaxRead);
    for (;;) {
      const ssize_t count = pread(descriptor_, out.data(), wanted, static_cast<off_t>(offset));
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno == EINTR) continue;
      throw EngineError(
          ErrorCode::kFileUnreadable,
          name() + " cannot be read (" + std::strerror(errno) + "). Check the disk and try again.",
          {{}, name(), {}});
    }
  }

  int descriptor_;
};

}  // namespace

std::shared_ptr<const FileReader> FileReader::Open(const std::filesystem::path& path) {
  const std::string name = PathToUtf8(path);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      throw EngineError(ErrorCode::kFileNotFound,
                        name + " does not exist. Check the path and choose the file again.",
                        {{}, name, {}});
    }
    throw EngineError(
        ErrorCode::kFileUnreadable,
        name + " cannot be opened (" + std::strerror(errno) + "). Check that you may read it.",
        {{}, name, {}});
  }
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(descriptor);
    throw EngineError(ErrorCode::kFileUnreadable,
                      name + " is not a regular file. Choose a file instead.", {{}, name, {}});
  }
  return std::make_shared<PosixFileReader>(path, static_cast<std::uint64_t>(status.st_size),
                                           descriptor);
}

}  // namespace chatglm
