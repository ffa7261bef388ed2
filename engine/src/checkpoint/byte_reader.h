#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/engine_error.h"

namespace chatglm {

/// Takes little-endian numbers off the front of `bytes` and throws the error given when they run
/// out. Does not own the bytes.
class ByteReader {
 public:
  ByteReader(std::string_view bytes, EngineError error) : bytes_(bytes), error_(std::move(error)) {}
  ByteReader(std::string_view bytes, ErrorCode code, const std::string& message)
      : ByteReader(bytes, EngineError(code, message)) {}

  bool AtEnd() const { return position_ == bytes_.size(); }
  std::size_t Position() const { return position_; }
  std::size_t Left() const { return bytes_.size() - position_; }

  std::uint8_t U8() { return static_cast<std::uint8_t>(Unsigned(1)); }
  std::uint16_t U16() { return static_cast<std::uint16_t>(Unsigned(2)); }
  std::uint32_t U32() { return static_cast<std::uint32_t>(Unsigned(4)); }
  std::uint64_t U64() { return Unsigned(8); }

  std::string_view Bytes(std::uint64_t count) {
    if (count > Left()) Fail();
    const std::string_view taken = bytes_.substr(position_, static_cast<std::size_t>(count));
    position_ += static_cast<std::size_t>(count);
    return taken;
  }

  /// What stands before the next '\n', which is taken too.
  std::string_view Line() {
    const std::size_t end = bytes_.find('\n', position_);
    if (end == std::string_view::npos) Fail();
    const std::string_view line = Bytes(end - position_);
    Bytes(1);
    return line;
  }

  [[noreturn]] void Fail() const { throw error_; }

 private:
  std::uint64_t Unsigned(int size) {
    const std::string_view taken = Bytes(static_cast<std::uint64_t>(size));
    std::uint64_t value = 0;
    for (int i = size - 1; i >= 0; --i) value = value << 8 | static_cast<std::uint8_t>(taken[i]);
    return value;
  }

  std::string_view bytes_;
  std::size_t position_ = 0;
  EngineError error_;
};

}  // namespace chatglm
