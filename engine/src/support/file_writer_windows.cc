#include <windows.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "support/file_writer.h"

namespace chatglm {

namespace {

class WindowsFileWriter : public FileWriter {
 public:
  WindowsFileWriter(const std::filesystem::path& destination, std::uint64_t size)
      : FileWriter(destination, size) {
    // No sharing: the open handle is the lock.
    handle_ = CreateFileW(PartialPath().c_str(), GENERIC_READ | GENERIC_WRITE | DELETE, 0, nullptr,
                          OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle_ == INVALID_HANDLE_VALUE) {
      if (GetLastError() == ERROR_SHARING_VIOLATION) ThrowBusy();
      ThrowLastError();
    }
  }

  ~WindowsFileWriter() override {
    if (handle_ == INVALID_HANDLE_VALUE) return;
    if (!keeps_) {
      FILE_DISPOSITION_INFO info{TRUE};
      SetFileInformationByHandle(handle_, FileDispositionInfo, &info, sizeof(info));
    }
    CloseHandle(handle_);
  }

  bool ReadLeftover(std::uint64_t offset, std::span<std::byte> out) override {
    if (!Seek(offset)) return false;
    while (!out.empty()) {
      DWORD count = 0;
      const DWORD wanted = static_cast<DWORD>(std::min(out.size(), kMaxPiece));
      if (!ReadFile(handle_, out.data(), wanted, &count, nullptr) || count == 0) return false;
      out = out.subspan(count);
    }
    return true;
  }

  void StartAt(std::uint64_t offset) override {
    if (!Seek(offset) || !SetEndOfFile(handle_)) ThrowLastError();
    CheckSpace(offset);
  }

  void Write(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      DWORD count = 0;
      const DWORD wanted = static_cast<DWORD>(std::min(bytes.size(), kMaxPiece));
      if (!WriteFile(handle_, bytes.data(), wanted, &count, nullptr)) ThrowLastError();
      bytes = bytes.subspan(count);
    }
  }

  void Flush() override {
    if (!FlushFileBuffers(handle_)) ThrowLastError();
  }

  void Commit() override {
    Flush();
    // Renamed through the handle, so the lock holds until the file has its new name.
    const std::wstring name = std::filesystem::absolute(destination_).wstring();
    std::vector<std::byte> buffer(sizeof(FILE_RENAME_INFO) + name.size() * sizeof(wchar_t));
    auto* info = reinterpret_cast<FILE_RENAME_INFO*>(buffer.data());
    info->ReplaceIfExists = TRUE;
    info->FileNameLength = static_cast<DWORD>(name.size() * sizeof(wchar_t));
    std::memcpy(info->FileName, name.data(), name.size() * sizeof(wchar_t));
    if (!SetFileInformationByHandle(handle_, FileRenameInfo, info,
                                    static_cast<DWORD>(buffer.size()))) {
      ThrowLastError();
    }
    CloseHandle(handle_);
    handle_ = INVALID_HANDLE_VALUE;
  }

 private:
  static constexpr std::size_t kMaxPiece = std::size_t{1} << 30;

  bool Seek(std::uint64_t offset) {
    LARGE_INTEGER place{};
    place.QuadPart = static_cast<LONGLONG>(offset);
    return SetFilePointerEx(handle_, place, nullptr, FILE_BEGIN) != 0;
  }

  [[noreturn]] void ThrowLastError() {
    const DWORD error = GetLastError();
    if (error == ERROR_DISK_FULL || error == ERROR_HANDLE_DISK_FULL) ThrowDiskFull();
    if (error == ERROR_FILE_TOO_LARGE) ThrowTooLarge();
    if (error == ERROR_ACCESS_DENIED || error == ERROR_SHARING_VIOLATION) {
      ThrowWriteFailed(
          "another program has it open, or you may not write there; close the program "
          "or choose another folder");
    }
    ThrowWriteFailed("Windows error " + std::to_string(error));
  }

  HANDLE handle_ = INVALID_HANDLE_VALUE;
};

}  // namespace

std::unique_ptr<FileWriter> FileWriter::Reopen(const std::filesystem::path& destination,
                                               std::uint64_t size) {
  return std::make_unique<WindowsFileWriter>(destination, size);
}

}  // namespace chatglm
