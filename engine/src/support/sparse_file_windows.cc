#include <windows.h>
#include <winioctl.h>

#include <array>
#include <string>

#include "support/engine_error.h"
#include "support/sparse_file.h"

namespace chatglm {
namespace {

bool Fill(HANDLE file, std::span<const std::byte> beginning, std::uint64_t size) {
  DWORD count = 0;
  if (!DeviceIoControl(file, FSCTL_SET_SPARSE, nullptr, 0, nullptr, 0, &count, nullptr)) {
    return false;
  }
  if (!WriteFile(file, beginning.data(), static_cast<DWORD>(beginning.size()), &count, nullptr) ||
      count != beginning.size()) {
    return false;
  }
  LARGE_INTEGER end;
  end.QuadPart = static_cast<LONGLONG>(size);
  return SetFilePointerEx(file, end, nullptr, FILE_BEGIN) && SetEndOfFile(file);
}

}  // namespace

TemporarySparseFile::TemporarySparseFile(std::span<const std::byte> beginning, std::uint64_t size) {
  const std::wstring folder = std::filesystem::temp_directory_path().wstring();
  std::array<wchar_t, MAX_PATH> name{};
  const bool is_named = GetTempFileNameW(folder.c_str(), L"glm", 0, name.data()) != 0;
  const HANDLE file = is_named ? CreateFileW(name.data(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                             CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY, nullptr)
                               : INVALID_HANDLE_VALUE;
  const bool is_written = file != INVALID_HANDLE_VALUE && Fill(file, beginning, size);
  const DWORD reason = GetLastError();
  if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
  if (!is_written) {
    if (is_named) DeleteFileW(name.data());
    throw EngineError(ErrorCode::kWriteFailed,
                      "A temporary file could not be written (error " + std::to_string(reason) +
                          "). Check that the temporary folder has room and may be written to.");
  }
  path_ = name.data();
}

TemporarySparseFile::~TemporarySparseFile() { DeleteFileW(path_.c_str()); }

}  // namespace chatglm
