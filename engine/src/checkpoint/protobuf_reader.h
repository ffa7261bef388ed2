#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "checkpoint/byte_reader.h"

namespace chatglm {

/// Goes through the fields of one protobuf message. Throws the error given when the bytes
/// are malformed. Does not own them.
class ProtobufReader {
 public:
  ProtobufReader(std::string_view bytes, EngineError error) : reader_(bytes, std::move(error)) {}

  /// Reads one field; false at the end of the message.
  bool Next() {
    if (reader_.AtEnd()) return false;
    const std::uint64_t tag = Varint();
    field_ = tag >> 3;
    wire_type_ = tag & 7;
    switch (wire_type_) {
      case 0:
        number_ = Varint();
        break;
      case 1:
        number_ = reader_.U64();
        break;
      case 2:
        bytes_ = reader_.Bytes(Varint());
        break;
      case 5:
        number_ = reader_.U32();
        break;
      default:
        reader_.Fail();
    }
    return true;
  }

  std::uint64_t field() const { return field_; }

  std::uint64_t Number() const { return wire_type_ == 0 ? number_ : FailNumber(); }
  float Float() const {
    if (wire_type_ != 5) reader_.Fail();
    return std::bit_cast<float>(static_cast<std::uint32_t>(number_));
  }
  std::string_view Bytes() const {
    if (wire_type_ != 2) reader_.Fail();
    return bytes_;
  }

 private:
  std::uint64_t FailNumber() const { reader_.Fail(); }

  std::uint64_t Varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      const std::uint8_t byte = reader_.U8();
      if (shift == 63 && byte > 1) reader_.Fail();
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    reader_.Fail();
  }

  ByteReader reader_;
  std::uint64_t field_ = 0;
  std::uint64_t wire_type_ = 0;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
};

}  // namespace chatglm
