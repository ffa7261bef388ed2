#include <windows.h>

#include <array>
#include <system_error>

#include "rpc/transport.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

/// Overlapped, since a synchronous pipe lets a read block a write of another thread.
class NamedPipe : public Transport {
 public:
  explicit NamedPipe(HANDLE pipe)
      : pipe_(pipe),
        read_done_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
        write_done_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
        stopped_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}
  ~NamedPipe() override {
    CloseHandle(stopped_);
    CloseHandle(read_done_);
    CloseHandle(write_done_);
    CloseHandle(pipe_);
  }
  NamedPipe(const NamedPipe&) = delete;
  NamedPipe& operator=(const NamedPipe&) = delete;

  std::size_t Read(std::span<char> buffer) override {
    OVERLAPPED overlapped{};
    overlapped.hEvent = read_done_;
    if (!IsStarted(ReadFile(pipe_, buffer.data(), static_cast<DWORD>(buffer.size()), nullptr,
                            &overlapped))) {
      return 0;
    }
    const std::array<HANDLE, 2> ends{stopped_, read_done_};
    if (WaitForMultipleObjects(ends.size(), ends.data(), FALSE, INFINITE) != WAIT_OBJECT_0) {
      return Finish(overlapped);
    }
    CancelIoEx(pipe_, &overlapped);  // the read alone: a reply may be written at the same time
    Finish(overlapped);
    return 0;
  }

  bool Write(std::span<const char> bytes) override {
    while (!bytes.empty()) {
      OVERLAPPED overlapped{};
      overlapped.hEvent = write_done_;
      if (!IsStarted(WriteFile(pipe_, bytes.data(), static_cast<DWORD>(bytes.size()), nullptr,
                               &overlapped))) {
        return false;
      }
      const std::size_t put = Finish(overlapped);
      if (put == 0) return false;
      bytes = bytes.subspan(put);
    }
    return true;
  }

  void StopReading() override { SetEvent(stopped_); }

 private:
  static bool IsStarted(BOOL is_done) { return is_done || GetLastError() == ERROR_IO_PENDING; }

  /// Bytes moved, 0 on failure.
  std::size_t Finish(OVERLAPPED& overlapped) {
    DWORD moved = 0;
    return GetOverlappedResult(pipe_, &overlapped, &moved, TRUE) ? moved : 0;
  }

  HANDLE pipe_;
  HANDLE read_done_;
  HANDLE write_done_;
  HANDLE stopped_;
};

}  // namespace

std::unique_ptr<Transport> Transport::Connect(const std::string& address) {
  const std::wstring name = PathFromUtf8(address).wstring();
  const HANDLE pipe = CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                  OPEN_EXISTING, FILE_FLAG_OVERLAPPED, nullptr);
  if (pipe == INVALID_HANDLE_VALUE) {
    throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), address);
  }
  return std::make_unique<NamedPipe>(pipe);
}

}  // namespace chatglm
