#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace chatglm {

/// A connected local socket: a Unix socket, or a named pipe on Windows. One thread may read while
/// another writes.
class Transport {
 public:
  /// Connects to the address that the parent listens on. Throws std::system_error.
  static std::unique_ptr<Transport> Connect(const std::string& address);

  virtual ~Transport() = default;

  /// Waits for bytes; 0 when the other side has closed or is gone.
  virtual std::size_t Read(std::span<char> buffer) = 0;
  /// Writes all of `bytes`. False when the other side is gone.
  virtual bool Write(std::span<const char> bytes) = 0;
  /// Makes Read return 0 from now on. Any thread.
  virtual void StopReading() = 0;
};

}  // namespace chatglm
