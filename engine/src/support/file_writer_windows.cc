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
    handle_ = CreateFileW(PartialPath().c_str(), GENERIC_WRITE | DELETE, 0, nullptr, CREATE_ALWAYS,
                          FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle_ == INVALID_HANDLE_VALUE) {
      if (GetLastError() == ERROR_SHARING_VIOLATION) ThrowBusy();
      ThrowLastError();
    }
    try {
      CheckSpace();
    } catch (...) {
      Remove();
      throw;
    }
  }

  ~WindowsFileWriter() override {
    if (handle_ != INVALID_HANDLE_VALUE) Remove();
  }

  void Write(std::span<const std::byte> bytes) override {
    constexpr std::size_t kMaxWrite = std::size_t{1} << 30;
    while (!bytes.empty()) {
      DWORD count = 0;
      const DWORD wanted = static_cast<DWORD>(std::min(bytes.size(), kMaxWrite));
      if (!WriteFile(handle_, bytes.data(), wanted, &count, nullptr)) ThrowLastError();
      bytes = bytes.subspan(count);
    }
  }

  void Commit() override {
    if (!FlushFileBuffers(handle_)) ThrowLastError();
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
  void Remove() {
    FILE_DISPOSITION_INFO info{TRUE};
    SetFileInformationByHandle(handle_, FileDispositionInfo, &info, sizeof(info));
    CloseHandle(handle_);
    handle_ = INVALID_HANDLE_VALUE;
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

std::unique_ptr<FileWriter> FileWriter::Create(const std::filesystem::path& destination,
                                               std::uint64_t size) {
  return std::make_unique<WindowsFileWriter>(destination, size);
}

}  // namespace chatglm
