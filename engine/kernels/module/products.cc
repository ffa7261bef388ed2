#include "module/products.h"

#include <omp.h>

#include <algorithm>

#include "module/device.h"
#include "module/packed_buffer.h"

namespace chatglm::kernels {
namespace {

/// Weights that a thread takes at a time: they stay in its level-2 cache while all tokens pass.
constexpr std::int64_t kChunkBytes = 160 << 10;
/// A run of memory that is worth being read in one go.
constexpr std::int64_t kLeastChunkBytes = 48 << 10;
/// Chunks for each thread, so that none waits long for another.
constexpr std::int64_t kChunksPerThread = 6;
/// Blocks that are rounded in one go.
constexpr std::int64_t kRoundedBlocks = 64;

std::int64_t ChunkOf(std::int64_t units, std::int64_t unit_bytes) {
  const std::int64_t fitting = std::max<std::int64_t>(1, kChunkBytes / unit_bytes);
  const std::int64_t least = std::max<std::int64_t>(1, kLeastChunkBytes / unit_bytes);
  const std::int64_t fair = units / (omp_get_num_threads() * kChunksPerThread);
  return std::clamp(fair, least, fitting);
}

std::size_t CodeBytes(BlockType type) {
  return type == BlockType::kQ4_0 ? Kernels().int4_code_bytes : Kernels().int8_code_bytes;
}

Activations Place(BlockType type, std::int64_t columns, std::int64_t tokens, std::byte* memory) {
  const std::int64_t blocks = columns / kBlockColumns;
  Activations activations{.codes = memory, .scales = nullptr, .starts = nullptr, .tokens = tokens};
  memory += static_cast<std::size_t>(columns * tokens) * CodeBytes(type);
  activations.scales = reinterpret_cast<float*>(memory);
  memory += static_cast<std::size_t>(blocks * tokens) * sizeof(float);
  activations.starts = reinterpret_cast<std::int32_t*>(memory);
  return activations;
}

void ComputePacked(BlockType type, ggml_tensor* operation, const Workspace& workspace) {
  const ggml_tensor* weights = operation->src[0];
  const auto* input = static_cast<const float*>(operation->src[1]->data);
  const std::int64_t columns = weights->ne[0], rows = weights->ne[1];
  const std::int64_t tokens = ggml_nrows(operation->src[1]);
  const std::int64_t blocks = columns / kBlockColumns;
  const Activations activations = Place(type, columns, tokens, workspace.shared);
  const bool is_int4 = type == BlockType::kQ4_0;
  const auto round = is_int4 ? Kernels().round_for_int4 : Kernels().round_for_int8;
  const std::int64_t parts = (blocks + kRoundedBlocks - 1) / kRoundedBlocks;
#pragma omp for schedule(static)
  for (std::int64_t part = 0; part < tokens * parts; ++part) {
    const std::int64_t first = part / parts * blocks + part % parts * kRoundedBlocks;
    const std::int64_t count = std::min(kRoundedBlocks, blocks - part % parts * kRoundedBlocks);
    round(input + first * kBlockColumns, count,
          {.codes = activations.codes + first * kBlockColumns * CodeBytes(type),
           .scales = activations.scales + first,
           .starts = activations.starts + first,
           .tokens = 1});
  }

  const PackedWeights packed =
      ViewPacked(type, rows, columns, static_cast<const std::byte*>(weights->data));
  const auto multiply = is_int4 ? Kernels().multiply_int4 : Kernels().multiply_int8;
  const std::int64_t groups = (rows + kGroupRows - 1) / kGroupRows;
  const std::int64_t chunk = ChunkOf(groups, kGroupRows * columns / (is_int4 ? 2 : 1));
#pragma omp for schedule(dynamic, 1)
  for (std::int64_t first = 0; first < groups; first += chunk) {
    multiply(packed, activations, first, std::min(groups, first + chunk),
             static_cast<float*>(operation->data), rows);
  }
}

void ComputeHalves(ggml_tensor* operation) {
  const ggml_tensor* weights = operation->src[0];
  const ggml_tensor* input = operation->src[1];
  const std::int64_t rows = weights->ne[1];
  const HalfMatrix matrix{.data = static_cast<const std::byte*>(weights->data),
                          .row_bytes = static_cast<std::int64_t>(weights->nb[1]),
                          .columns = weights->ne[0]};
  const std::int64_t chunk = ChunkOf(rows, matrix.row_bytes);
#pragma omp for schedule(dynamic, 1)
  for (std::int64_t first = 0; first < rows; first += chunk) {
    Kernels().multiply_half(matrix, static_cast<const float*>(input->data), input->ne[0],
                            ggml_nrows(input), first, std::min(rows, first + chunk),
                            static_cast<float*>(operation->data), rows);
  }
}

/// For the small matrices that turn an 8-bit cache.
void ComputeFloats(ggml_tensor* operation) {
  const ggml_tensor* weights = operation->src[0];
  const ggml_tensor* input = operation->src[1];
  const std::int64_t rows = weights->ne[1], columns = weights->ne[0];
#pragma omp for schedule(static)
  for (std::int64_t token = 0; token < ggml_nrows(input); ++token) {
    const float* values = static_cast<const float*>(input->data) + token * columns;
    float* output = static_cast<float*>(operation->data) + token * rows;
    for (std::int64_t row = 0; row < rows; ++row) {
      const auto* data = static_cast<const std::byte*>(weights->data) + row * weights->nb[1];
      Kernels().dot(reinterpret_cast<const float*>(data), values, columns, output + row);
    }
  }
}

}  // namespace

WorkspaceNeed NeedOfProduct(const ggml_tensor* operation) {
  const ggml_tensor* weights = operation->src[0];
  const auto type = PackableType(weights);
  if (!type || !IsInPackedBuffer(weights)) return {};
  const auto values = static_cast<std::size_t>(ggml_nelements(operation->src[1]));
  return {.shared_bytes = values * CodeBytes(*type) +
                          values / kBlockColumns * (sizeof(float) + sizeof(std::int32_t))};
}

void ComputeProduct(ggml_tensor* operation, const Workspace& workspace) {
  const ggml_tensor* weights = operation->src[0];
  const auto type = PackableType(weights);
  if (type && IsInPackedBuffer(weights)) return ComputePacked(*type, operation, workspace);
  return weights->type == GGML_TYPE_F16 ? ComputeHalves(operation) : ComputeFloats(operation);
}

}  // namespace chatglm::kernels
