#include "convert/block_repack.h"

#include <gtest/gtest.h>

#include <vector>

namespace chatglm {
namespace {

/// One row whose column c has the code c % 15 - 7, packed as the official code does.
std::vector<std::byte> PackedRow(std::size_t columns) {
  std::vector<std::byte> row;
  for (std::size_t c = 0; c < columns; c += 2) {
    const int even = static_cast<int>(c % 15) - 7;
    const int odd = static_cast<int>((c + 1) % 15) - 7;
    row.push_back(static_cast<std::byte>((even << 4) | (odd & 15)));
  }
  return row;
}

std::vector<float> Dequantize(ggml_type type, const std::vector<std::byte>& bytes,
                              std::size_t columns) {
  std::vector<float> values(columns);
  ggml_get_type_traits(type)->to_float(bytes.data(), values.data(),
                                       static_cast<std::int64_t>(columns));
  return values;
}

constexpr std::size_t kColumns = 96;
constexpr float kScale = 0.0372314453125f;  // exact in fp16

TEST(BlockRepack, PutsTheOfficialNibblesInTheOrderOfQ4_0) {
  std::vector<std::byte> row(kColumns / 32 * 18);
  RepackInt4AsQ4_0(PackedRow(kColumns), ggml_fp32_to_fp16(kScale), row);
  // Column 0 (code -7) is the low half of the first byte, column 16 (-6) the high half.
  EXPECT_EQ(row[2], std::byte{0x21});
  const auto values = Dequantize(GGML_TYPE_Q4_0, row, kColumns);
  for (std::size_t c = 0; c < kColumns; ++c) {
    EXPECT_EQ(values[c], (static_cast<float>(c % 15) - 7) * kScale) << c;
  }
}

TEST(BlockRepack, KeepsInt4ExactInQ8_0) {
  std::vector<std::byte> row(kColumns / 32 * 34);
  RepackInt4AsQ8_0(PackedRow(kColumns), ggml_fp32_to_fp16(kScale), row);
  std::vector<float> expected(kColumns);
  DecodeInt4(PackedRow(kColumns), kScale, expected);
  EXPECT_EQ(Dequantize(GGML_TYPE_Q8_0, row, kColumns), expected);
}

TEST(BlockRepack, KeepsAllCodesOfInt8) {
  std::vector<std::byte> codes;
  for (int code = -128; code < 128; ++code) codes.push_back(static_cast<std::byte>(code));
  std::vector<std::byte> row(codes.size() / 32 * 34);
  RepackInt8AsQ8_0(codes, ggml_fp32_to_fp16(kScale), row);
  const auto values = Dequantize(GGML_TYPE_Q8_0, row, codes.size());
  for (int code = -128; code < 128; ++code) {
    EXPECT_EQ(values[static_cast<std::size_t>(code + 128)], static_cast<float>(code) * kScale);
  }
}

TEST(BlockRepack, TurnsAScaleOfZeroIntoZeros) {
  std::vector<std::byte> row(kColumns / 32 * 18);
  RepackInt4AsQ4_0(PackedRow(kColumns), ggml_fp32_to_fp16(0), row);
  for (const float value : Dequantize(GGML_TYPE_Q4_0, row, kColumns)) EXPECT_EQ(value, 0);
}

}  // namespace
}  // namespace chatglm
