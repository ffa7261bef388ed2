#include <windows.h>

#include <algorithm>

#include "support/engine_error.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

class WindowsFileReader : public FileReader {
 public:
  WindowsFileReader(const std::filesystem::path& path, std::uint64_t size, HANDLE handle)
      : FileReader(path, size), handle_(handle) {}
  ~WindowsFileReader() override { CloseHandle(handle_); }

 private:
  std::size_t ReadSome(std::uint64_t offset, std::span<std::byte> out) const override {
    constexpr std::size_t kMaxRead = std::size_t{1} << 30;
    const DWORD wanted = static_cast<DWORD>(std::min(out.size(), kMaxRead));
    // The offset in OVERLAPPED makes the read independent of the file pointer, so threads do not
    // disturb each other; the handle itself is synchronous.
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset & 0xFFFFFFFFu);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    DWORD count = 0;
    if (ReadFile(handle_, out.data(), wanted, &count, &place)) return count;
    const DWORD error = GetLastError();
    if (error == ERROR_HANDLE_EOF) return 0;
    throw EngineError(ErrorCode::kFileUnreadable,
                      name() + " cannot be read (Windows error " + std::to_string(error) +
                          "). Check the disk and try again.",
                      {{}, name(), {}});
  }

  HANDLE handle_;
};

}  // namespace

std::shared_ptr<const FileReader> FileReader::Open(const std::filesystem::path& path) {
  const std::string name = PathToUtf8(path);
  const HANDLE handle = CreateFileW(path.c_str(), GENERIC_READ,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                    OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) {
    const DWORD error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
      throw EngineError(ErrorCode::kFileNotFound,
                        name + " does not exist. Check the path and choose the file again.",
                        {{}, name, {}});
    }
    throw EngineError(ErrorCode::kFileUnreadable,
                      name + " cannot be opened (Windows error " + std::to_string(error) +
                          "). Check that you may read it and that it is a file.",
                      {{}, name, {}});
  }
  LARGE_INTEGER size{};
  if (!GetFileSizeEx(handle, &size)) {
    CloseHandle(handle);
    throw EngineError(ErrorCode::kFileUnreadable,
                      name + " is not a regular file. Choose a file instead.", {{}, name, {}});
  }
  return std::make_shared<WindowsFileReader>(path, static_cast<std::uint64_t>(size.QuadPart),
                                             handle);
}

}  // namespace chatglm
