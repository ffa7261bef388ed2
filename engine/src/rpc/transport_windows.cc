#include <windows.h>

#include <atomic>
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
        write_done_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}
  ~NamedPipe() override {
    CloseHandle(read_done_);
    CloseHandle(write_done_);
    CloseHandle(pipe_);
  }
  NamedPipe(const NamedPipe&) = delete;
  NamedPipe& operator=(const NamedPipe&) = delete;

  std::size_t Read(std::span<char> buffer) override {
    if (is_stopped_) return 0;
    OVERLAPPED overlapped{};
    overlapped.hEvent = read_done_;
    const BOOL done =
        ReadFile(pipe_, buffer.data(), static_cast<DWORD>(buffer.size()), nullptr, &overlapped);
    return Wait(done, overlapped);
  }

  bool Write(std::span<const char> bytes) override {
    while (!bytes.empty()) {
      OVERLAPPED overlapped{};
      overlapped.hEvent = write_done_;
      const BOOL done =
          WriteFile(pipe_, bytes.data(), static_cast<DWORD>(bytes.size()), nullptr, &overlapped);
      const std::size_t put = Wait(done, overlapped);
      if (put == 0) return false;
      bytes = bytes.subspan(put);
    }
    return true;
  }

  void StopReading() override {
    is_stopped_ = true;
    CancelIoEx(pipe_, nullptr);
  }

 private:
  /// Bytes moved, 0 on failure.
  std::size_t Wait(BOOL done, OVERLAPPED& overlapped) {
    if (!done && GetLastError() != ERROR_IO_PENDING) return 0;
    DWORD moved = 0;
    return GetOverlappedResult(pipe_, &overlapped, &moved, TRUE) ? moved : 0;
  }

  std::atomic<bool> is_stopped_ = false;
  HANDLE pipe_;
  HANDLE read_done_;
  HANDLE write_done_;
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
