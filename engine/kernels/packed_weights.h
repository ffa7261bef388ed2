#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel_table.h"

namespace chatglm::kernels {

/// How weights come: ggml's blocks of 32 columns with a half as their scale.
enum class BlockType { kQ4_0, kQ8_0 };

/// Bytes that PackWeights writes at most. Less is used when a row has one scale; the memory behind
/// it is never touched.
std::size_t PackedBytes(BlockType type, std::int64_t rows, std::int64_t columns);

/// Where each part of a packed matrix lies in `memory`, which PackWeights has filled.
PackedWeights ViewPacked(BlockType type, std::int64_t rows, std::int64_t columns,
                         const std::byte* memory);

/// Lays the rows of a matrix out for the kernels. For each group of 16 rows and each block of 32
/// columns, 4 columns of each row follow one another: the codes of INT4 in the lower halves of the
/// bytes for the columns 0..15 and in the upper ones for 16..31, those of INT8 plus 128. When all
/// blocks of every row have the same scale, as in the official packing, it is kept once a row.
/// Uses at most `threads` threads.
void PackWeights(BlockType type, std::int64_t rows, std::int64_t columns, const std::byte* blocks,
                 int threads, std::byte* memory);

/// The inverse, bit for bit.
void UnpackWeights(BlockType type, std::int64_t rows, std::int64_t columns, const std::byte* memory,
                   std::byte* blocks);

}  // namespace chatglm::kernels
