#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "support/engine_error.h"
#include "support/sparse_file.h"

namespace chatglm {
namespace {

bool WriteAll(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

TemporarySparseFile::TemporarySparseFile(std::span<const std::byte> beginning, std::uint64_t size) {
  std::string name = (std::filesystem::temp_directory_path() / "chatglm-XXXXXX").string();
  const int file = mkstemp(name.data());
  const bool is_written =
      file >= 0 && WriteAll(file, beginning) && ftruncate(file, static_cast<off_t>(size)) == 0;
  const int reason = errno;
  if (file >= 0) close(file);
  if (!is_written) {
    if (file >= 0) unlink(name.c_str());
    throw EngineError(ErrorCode::kWriteFailed,
                      "A temporary file could not be written (" +
                          std::string(std::strerror(reason)) +
                          "). Check that the temporary folder has room and may be written to.");
  }
  path_ = name;
}

TemporarySparseFile::~TemporarySparseFile() { unlink(path_.c_str()); }

}  // namespace chatglm
