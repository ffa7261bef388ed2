#include "convert/block_repack.h"

#include <cstdint>
#include <cstring>

namespace chatglm {

namespace {

constexpr std::size_t kBlockColumns = 32;
constexpr std::size_t kScaleBytes = sizeof(ggml_fp16_t);
constexpr std::size_t kQ4Bytes = kScaleBytes + kBlockColumns / 2;
constexpr std::size_t kQ8Bytes = kScaleBytes + kBlockColumns;

/// The signed value of a column, -8 to 7.
int Int4(std::span<const std::byte> codes, std::size_t column) {
  const auto byte = std::to_integer<unsigned>(codes[column / 2]);
  const unsigned nibble = column % 2 == 0 ? byte >> 4 : byte & 15;
  return static_cast<int>(nibble ^ 8) - 8;
}

}  // namespace

void RepackInt4AsQ4_0(std::span<const std::byte> codes, ggml_fp16_t scale,
                      std::span<std::byte> out) {
  const std::size_t block_count = codes.size() * 2 / kBlockColumns;
  for (std::size_t block = 0; block < block_count; ++block) {
    std::byte* target = &out[block * kQ4Bytes];
    std::memcpy(target, &scale, kScaleBytes);
    const std::size_t first = block * kBlockColumns;
    for (std::size_t j = 0; j < kBlockColumns / 2; ++j) {
      // ggml keeps value + 8, column j low and column j + 16 high.
      const int low = Int4(codes, first + j) + 8;
      const int high = Int4(codes, first + j + kBlockColumns / 2) + 8;
      target[kScaleBytes + j] = static_cast<std::byte>(low | high << 4);
    }
  }
}

void RepackInt4AsQ8_0(std::span<const std::byte> codes, ggml_fp16_t scale,
                      std::span<std::byte> out) {
  const std::size_t column_count = codes.size() * 2;
  for (std::size_t column = 0; column < column_count; ++column) {
    std::byte* target = &out[column / kBlockColumns * kQ8Bytes];
    std::memcpy(target, &scale, kScaleBytes);
    target[kScaleBytes + column % kBlockColumns] = static_cast<std::byte>(Int4(codes, column));
  }
}

void RepackInt8AsQ8_0(std::span<const std::byte> codes, ggml_fp16_t scale,
                      std::span<std::byte> out) {
  for (std::size_t block = 0; block < codes.size() / kBlockColumns; ++block) {
    std::byte* target = &out[block * kQ8Bytes];
    std::memcpy(target, &scale, kScaleBytes);
    std::memcpy(target + kScaleBytes, &codes[block * kBlockColumns], kBlockColumns);
  }
}

void DecodeInt4(std::span<const std::byte> codes, float scale, std::span<float> out) {
  for (std::size_t column = 0; column < out.size(); ++column) {
    out[column] = static_cast<float>(Int4(codes, column)) * scale;
  }
}

void DecodeInt8(std::span<const std::byte> codes, float scale, std::span<float> out) {
  for (std::size_t column = 0; column < out.size(); ++column) {
    out[column] = static_cast<float>(std::to_integer<std::int8_t>(codes[column])) * scale;
  }
}

}  // namespace chatglm
