#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel_table.h"

namespace chatglm::kernels {

/// How weights come: ggml's blocks of 32 columns with a half as their scale.
enum class BlockType { kQ4_0, kQ8_0 };

/// Bytes that a packed matrix takes: as many as its blocks when the rows fill their groups. When a
/// row has one scale, most of the end is never touched.
std::size_t PackedBytes(BlockType type, std::int64_t rows, std::int64_t columns);

/// Where each part of a packed matrix lies in `memory`, which PackWeights has filled.
PackedWeights ViewPacked(BlockType type, std::int64_t rows, std::int64_t columns,
                         const std::byte* memory);

/// Bytes from `first` to `last` of a packed matrix that nothing reads.
struct UnusedBytes {
  std::size_t first, last;
};
UnusedBytes FindUnused(BlockType type, std::int64_t rows, std::int64_t columns,
                       const std::byte* memory);

/// Lays the rows of a matrix out for the kernels. For each group of 16 rows and each block of 32
/// columns, 4 columns of each row follow one another: the codes of INT4 in the lower halves of the
/// bytes for the columns 0..15 and in the upper ones for 16..31, those of INT8 plus 128. When all
/// blocks of every row have the same scale, as in the official packing, it is kept once a row, and
/// the last bytes say so. Uses at most `threads` threads.
void PackWeights(BlockType type, std::int64_t rows, std::int64_t columns, const std::byte* blocks,
                 int threads, std::byte* memory);

/// The inverse, bit for bit.
void UnpackWeights(BlockType type, std::int64_t rows, std::int64_t columns, const std::byte* memory,
                   std::byte* blocks);

}  // namespace chatglm::kernels
