#pragma once

// Products of packed weights and rounded activations, for any instruction set V. Included only by
// the files of isa/, each of which is compiled for its own instruction set.

#include "kernel_table.h"

namespace chatglm::kernels {

// Loops over chunks stay loops: unrolled by GCC 12 their sums no longer fit the registers.

/// INT4: a byte holds the code of one column in each of its halves.
template <class V>
struct Int4Format {
  static constexpr std::int64_t kBlockBytes = kGroupRows * kBlockColumns / 2;
  static constexpr std::int64_t kChunks = 4;  // of 64 bytes in a block
  static constexpr std::int64_t kCodeBytes = 1;

  template <int kTokens, int kVectors, class Sums>
  static inline void AddBlock(const std::uint8_t* codes, const std::byte* const (&inputs)[kTokens],
                              std::int64_t block, Sums (&sums)[kTokens][kVectors]) {
#pragma GCC unroll 1
    for (std::int64_t chunk = 0; chunk < kChunks; ++chunk) {
      typename V::Bytes lower[kVectors], upper[kVectors];
      for (int v = 0; v < kVectors; ++v) {
        V::LoadHalfBytes(codes + chunk * 64 + v * V::kLanes * 4, lower[v], upper[v]);
      }
      const std::int64_t column = block * kBlockColumns + chunk * 4;
      for (int t = 0; t < kTokens; ++t) {
        const auto input = V::BroadcastInt4Input(inputs[t] + column);
        for (int v = 0; v < kVectors; ++v) sums[t][v] = V::DotInt4(sums[t][v], lower[v], input);
      }
      for (int t = 0; t < kTokens; ++t) {
        const auto input = V::BroadcastInt4Input(inputs[t] + column + kBlockColumns / 2);
        for (int v = 0; v < kVectors; ++v) sums[t][v] = V::DotInt4(sums[t][v], upper[v], input);
      }
    }
  }
  static inline typename V::Int4Sums Start(std::int32_t start) { return V::StartInt4(start); }
};

/// INT8: a byte is a code plus 128.
template <class V>
struct Int8Format {
  static constexpr std::int64_t kBlockBytes = kGroupRows * kBlockColumns;
  static constexpr std::int64_t kChunks = 8;
  static constexpr std::int64_t kCodeBytes = V::kInt8CodeBytes;

  template <int kTokens, int kVectors, class Sums>
  static inline void AddBlock(const std::uint8_t* codes, const std::byte* const (&inputs)[kTokens],
                              std::int64_t block, Sums (&sums)[kTokens][kVectors]) {
#pragma GCC unroll 1
    for (std::int64_t chunk = 0; chunk < kChunks; ++chunk) {
      typename V::Int8Weights weights[kVectors];
      for (int v = 0; v < kVectors; ++v) {
        weights[v] = V::LoadInt8(codes + chunk * 64 + v * V::kLanes * 4);
      }
      const std::int64_t column = block * kBlockColumns + chunk * 4;
      for (int t = 0; t < kTokens; ++t) {
        const auto input = V::BroadcastInt8Input(inputs[t] + column * kCodeBytes);
        for (int v = 0; v < kVectors; ++v) sums[t][v] = V::DotInt8(sums[t][v], weights[v], input);
      }
    }
  }
  static inline typename V::Int8Sums Start(std::int32_t start) { return V::StartInt8(start); }
};

/// One group of rows and kTokens tokens. Each output is summed in the same order whatever the
/// tile, so that a token's results do not depend on which others are computed with it.
template <class V, class Format, bool kByRow, int kTokens>
inline void MultiplyTile(const PackedWeights& weights, const Activations& inputs,
                         std::int64_t token, std::int64_t group, float* output,
                         std::int64_t stride) {
  constexpr int kVectors = kGroupRows / V::kLanes;
  const std::int64_t blocks = weights.blocks;
  const std::uint8_t* codes = weights.codes + group * blocks * Format::kBlockBytes;
  const std::uint16_t* scales = weights.scales + (kByRow ? group : group * blocks) * kGroupRows;
  const std::byte* rows[kTokens];
  for (int t = 0; t < kTokens; ++t) {
    rows[t] = inputs.codes + (token + t) * blocks * kBlockColumns * Format::kCodeBytes;
  }
  const float* input_scales = inputs.scales + token * blocks;
  const std::int32_t* starts = inputs.starts + token * blocks;

  typename V::Floats totals[kTokens][kVectors];
  for (int t = 0; t < kTokens; ++t) {
    for (int v = 0; v < kVectors; ++v) totals[t][v] = V::Zero();
  }
  for (std::int64_t block = 0; block < blocks; ++block) {
    decltype(Format::Start(0)) sums[kTokens][kVectors];
    for (int t = 0; t < kTokens; ++t) {
      for (int v = 0; v < kVectors; ++v) sums[t][v] = Format::Start(starts[t * blocks + block]);
    }
    const std::uint8_t* block_codes = codes + block * Format::kBlockBytes;
    if constexpr (kTokens == 1) {
      for (std::int64_t line = 0; line < Format::kBlockBytes; line += 64) {
        V::Prefetch(block_codes + V::kPrefetchBytes + line);
      }
    }
    Format::AddBlock(block_codes, rows, block, sums);
    for (int t = 0; t < kTokens; ++t) {
      const auto scale = V::Broadcast(input_scales + t * blocks + block);
      for (int v = 0; v < kVectors; ++v) {
        auto sum = V::ToFloats(sums[t][v]);
        if constexpr (!kByRow) {
          sum = V::Multiply(sum, V::LoadHalves(scales + block * kGroupRows + v * V::kLanes));
        }
        totals[t][v] = V::MultiplyAdd(sum, scale, totals[t][v]);
      }
    }
  }
  const std::int64_t row = group * kGroupRows;
  for (int t = 0; t < kTokens; ++t) {
    float* to = output + (token + t) * stride + row;
    for (int v = 0; v < kVectors; ++v) {
      auto total = totals[t][v];
      if constexpr (kByRow) total = V::Multiply(total, V::LoadHalves(scales + v * V::kLanes));
      if (row + (v + 1) * V::kLanes <= weights.rows) {
        V::Store(to + v * V::kLanes, total);
        continue;
      }
      float rest[V::kLanes];
      V::Store(rest, total);
      for (std::int64_t i = 0; row + v * V::kLanes + i < weights.rows; ++i) {
        if (i == V::kLanes) break;
        to[v * V::kLanes + i] = rest[i];
      }
    }
  }
}

template <class V, class Format, bool kByRow, int kTokens>
inline void MultiplyTokens(const PackedWeights& weights, const Activations& inputs,
                           std::int64_t token, std::int64_t first, std::int64_t last, float* output,
                           std::int64_t stride) {
  for (; token + kTokens <= inputs.tokens; token += kTokens) {
    for (std::int64_t group = first; group < last; ++group) {
      MultiplyTile<V, Format, kByRow, kTokens>(weights, inputs, token, group, output, stride);
    }
  }
  if constexpr (kTokens > 1) {
    MultiplyTokens<V, Format, kByRow, kTokens / 2>(weights, inputs, token, first, last, output,
                                                   stride);
  }
}

/// Groups of rows that stay in a level-2 cache while tile after tile of the tokens passes over
/// them; a tile of tokens stays in the first level meanwhile.
template <class V, class Format>
void MultiplyPacked(const PackedWeights& weights, const Activations& inputs, std::int64_t first,
                    std::int64_t last, float* output, std::int64_t stride) {
  if (weights.scaled_by_row) {
    MultiplyTokens<V, Format, true, V::kTokens>(weights, inputs, 0, first, last, output, stride);
  } else {
    MultiplyTokens<V, Format, false, V::kTokens>(weights, inputs, 0, first, last, output, stride);
  }
}

/// Rows of halves and float inputs: kRows rows and kTokens tokens at a time.
template <class V, int kRows, int kTokens>
inline void MultiplyHalfTile(const HalfMatrix& matrix, const float* input,
                             std::int64_t input_stride, std::int64_t row, float* output,
                             std::int64_t stride) {
  typename V::Floats sums[kTokens][kRows];
#pragma GCC unroll 16
  for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) sums[t][r] = V::Zero();
  }
  const auto* data = reinterpret_cast<const std::uint16_t*>(matrix.data + row * matrix.row_bytes);
  const std::int64_t row_halves = matrix.row_bytes / 2;
  std::int64_t column = 0;
  for (; column + V::kLanes <= matrix.columns; column += V::kLanes) {
    typename V::Floats weights[kRows];
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) weights[r] = V::LoadHalves(data + r * row_halves + column);
#pragma GCC unroll 16
    for (int t = 0; t < kTokens; ++t) {
      const auto values = V::Load(input + t * input_stride + column);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        sums[t][r] = V::MultiplyAdd(weights[r], values, sums[t][r]);
      }
    }
  }
#pragma GCC unroll 16
  for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      float sum = V::Sum(sums[t][r]);
      for (std::int64_t rest = column; rest < matrix.columns; ++rest) {
        sum += V::HalfToFloat(data[r * row_halves + rest]) * input[t * input_stride + rest];
      }
      output[t * stride + row + r] = sum;
    }
  }
}

template <class V, int kTokens>
inline void MultiplyHalfTokens(const HalfMatrix& matrix, const float* input,
                               std::int64_t input_stride, std::int64_t tokens, std::int64_t row,
                               std::int64_t last, float* output, std::int64_t stride) {
  for (; tokens >= kTokens; tokens -= kTokens) {
    std::int64_t at = row;
    for (; at + 4 <= last; at += 4) {
      MultiplyHalfTile<V, 4, kTokens>(matrix, input, input_stride, at, output, stride);
    }
    for (; at < last; ++at) {
      MultiplyHalfTile<V, 1, kTokens>(matrix, input, input_stride, at, output, stride);
    }
    input += kTokens * input_stride;
    output += kTokens * stride;
  }
  if constexpr (kTokens > 1) {
    MultiplyHalfTokens<V, kTokens - 1>(matrix, input, input_stride, tokens, row, last, output,
                                       stride);
  }
}

template <class V>
void MultiplyHalf(const HalfMatrix& matrix, const float* input, std::int64_t input_stride,
                  std::int64_t tokens, std::int64_t first, std::int64_t last, float* output,
                  std::int64_t stride) {
  MultiplyHalfTokens<V, 2>(matrix, input, input_stride, tokens, first, last, output, stride);
}

}  // namespace chatglm::kernels
