#include "packed_weights.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace chatglm::kernels {
namespace {

constexpr std::size_t kScaleBytes = 2;
constexpr std::int64_t kQuad = 4;  // columns of a row that lie together

/// Stands behind scales that are kept once a row, where the last ones of others would be.
constexpr std::array<char, 16> kRowScaleMark = {'s', 'c', 'a', 'l', 'e', 's', ' ', 'o',
                                                'n', 'e', ' ', 'a', ' ', 'r', 'o', 'w'};

std::int64_t Groups(std::int64_t rows) { return (rows + kGroupRows - 1) / kGroupRows; }

/// Of a block of 32 columns as it comes.
std::size_t CodeBytes(BlockType type) { return type == BlockType::kQ4_0 ? 16 : 32; }
std::size_t BlockBytes(BlockType type) { return kScaleBytes + CodeBytes(type); }

std::size_t AllCodeBytes(BlockType type, std::int64_t rows, std::int64_t columns) {
  return static_cast<std::size_t>(Groups(rows) * kGroupRows * (columns / kBlockColumns)) *
         CodeBytes(type);
}

/// Where the mark stands or the last scales of a matrix without it.
const std::byte* MarkOf(BlockType type, std::int64_t rows, std::int64_t columns,
                        const std::byte* memory) {
  return memory + PackedBytes(type, rows, columns) - kRowScaleMark.size();
}

bool HasOneScale(const std::byte* row, std::int64_t blocks, std::size_t block_bytes) {
  for (std::int64_t block = 1; block < blocks; ++block) {
    if (std::memcmp(row, row + block * block_bytes, kScaleBytes) != 0) return false;
  }
  return true;
}

/// Where a code is: byte and whether it is the upper half.
struct Place {
  std::int64_t byte;
  bool upper;
};

Place PlaceOf(BlockType type, std::int64_t row, std::int64_t column) {
  const bool upper = type == BlockType::kQ4_0 && column >= kBlockColumns / 2;
  const std::int64_t lower_column = upper ? column - kBlockColumns / 2 : column;
  const std::int64_t quad = lower_column / kQuad;
  return {quad * kGroupRows * kQuad + row * kQuad + lower_column % kQuad, upper};
}

void PackBlock(BlockType type, std::int64_t row, const std::byte* codes, std::byte* out) {
  if (type == BlockType::kQ8_0) {
    for (std::int64_t column = 0; column < kBlockColumns; ++column) {
      out[PlaceOf(type, row, column).byte] = codes[column] ^ std::byte{0x80};
    }
    return;
  }
  // Q4_0 has the columns 0..15 in the lower halves, too, so whole bytes move.
  for (std::int64_t column = 0; column < kBlockColumns / 2; ++column) {
    out[PlaceOf(type, row, column).byte] = codes[column];
  }
}

void UnpackBlock(BlockType type, std::int64_t row, const std::byte* packed, std::byte* codes) {
  const bool is_int8 = type == BlockType::kQ8_0;
  const std::int64_t count = is_int8 ? kBlockColumns : kBlockColumns / 2;
  for (std::int64_t column = 0; column < count; ++column) {
    const std::byte code = packed[PlaceOf(type, row, column).byte];
    codes[column] = is_int8 ? code ^ std::byte{0x80} : code;
  }
}

}  // namespace

std::size_t PackedBytes(BlockType type, std::int64_t rows, std::int64_t columns) {
  const auto scales =
      static_cast<std::size_t>(Groups(rows) * kGroupRows * (columns / kBlockColumns)) * kScaleBytes;
  return AllCodeBytes(type, rows, columns) + scales;
}

PackedWeights ViewPacked(BlockType type, std::int64_t rows, std::int64_t columns,
                         const std::byte* memory) {
  const std::byte* scales = memory + AllCodeBytes(type, rows, columns);
  return {.codes = reinterpret_cast<const std::uint8_t*>(memory),
          .scales = reinterpret_cast<const std::uint16_t*>(scales),
          .rows = rows,
          .blocks = columns / kBlockColumns,
          .scaled_by_row = columns > kBlockColumns &&
                           std::memcmp(MarkOf(type, rows, columns, memory), kRowScaleMark.data(),
                                       kRowScaleMark.size()) == 0};
}

UnusedBytes FindUnused(BlockType type, std::int64_t rows, std::int64_t columns,
                       const std::byte* memory) {
  const std::size_t mark = PackedBytes(type, rows, columns) - kRowScaleMark.size();
  if (!ViewPacked(type, rows, columns, memory).scaled_by_row) return {mark, mark};
  return {AllCodeBytes(type, rows, columns) + Groups(rows) * kGroupRows * kScaleBytes, mark};
}

void PackWeights(BlockType type, std::int64_t rows, std::int64_t columns, const std::byte* blocks,
                 [[maybe_unused]] int threads, std::byte* memory) {
  const std::int64_t count = columns / kBlockColumns;
  const std::size_t block_bytes = BlockBytes(type);
  const std::size_t row_bytes = count * block_bytes;
  const std::size_t group_bytes = kGroupRows * count * CodeBytes(type);
  bool by_row = count > 1;
  for (std::int64_t row = 0; by_row && row < rows; ++row) {
    by_row = HasOneScale(blocks + row * row_bytes, count, block_bytes);
  }
  std::byte* scales = memory + AllCodeBytes(type, rows, columns);
#pragma omp parallel for num_threads(threads)
  for (std::int64_t group = 0; group < Groups(rows); ++group) {
    for (std::int64_t row = 0; row < kGroupRows; ++row) {
      const std::int64_t source = group * kGroupRows + row;
      const bool exists = source < rows;
      for (std::int64_t block = 0; block < count; ++block) {
        const std::byte* from = blocks + source * row_bytes + block * block_bytes;
        std::byte* to = memory + group * group_bytes + block * kGroupRows * CodeBytes(type);
        const std::byte nothing[kScaleBytes + kBlockColumns] = {};
        if (!exists) from = nothing;
        PackBlock(type, row, from + kScaleBytes, to);
        if (by_row && block > 0) continue;
        const std::int64_t place =
            by_row ? group * kGroupRows + row : (group * count + block) * kGroupRows + row;
        std::memcpy(scales + place * kScaleBytes, from, kScaleBytes);
      }
    }
  }
  if (!by_row) return;
  std::byte* mark = memory + PackedBytes(type, rows, columns) - kRowScaleMark.size();
  std::memcpy(mark, kRowScaleMark.data(), kRowScaleMark.size());
}

void UnpackWeights(BlockType type, std::int64_t rows, std::int64_t columns, const std::byte* memory,
                   std::byte* blocks) {
  const PackedWeights packed = ViewPacked(type, rows, columns, memory);
  const std::size_t code_bytes = CodeBytes(type);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t group = row / kGroupRows;
    for (std::int64_t block = 0; block < packed.blocks; ++block) {
      std::byte* to = blocks + (row * packed.blocks + block) * BlockBytes(type);
      const std::int64_t place =
          packed.scaled_by_row ? row
                               : (group * packed.blocks + block) * kGroupRows + row % kGroupRows;
      std::memcpy(to, packed.scales + place, kScaleBytes);
      const auto* from = reinterpret_cast<const std::byte*>(packed.codes) +
                         (group * packed.blocks + block) * kGroupRows * code_bytes;
      UnpackBlock(type, row % kGroupRows, from, to + kScaleBytes);
    }
  }
}

}  // namespace chatglm::kernels
