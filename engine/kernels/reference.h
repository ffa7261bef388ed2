#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "packed_weights.h"

namespace chatglm::kernels {

/// What the kernels compute, in plain loops over doubles. The check at the start and the tests
/// compare with it.
class ReferenceMatrix {
 public:
  /// Random blocks as ggml has them; the scale of a block changes from block to block unless
  /// `one_scale_a_row`.
  ReferenceMatrix(BlockType type, std::int64_t rows, std::int64_t columns, bool one_scale_a_row,
                  std::uint64_t seed);

  const std::byte* blocks() const { return blocks_.data(); }
  std::size_t bytes() const { return blocks_.size(); }
  double At(std::int64_t row, std::int64_t column) const;
  /// A row times a vector, and the sum of the products' sizes, to which errors are compared.
  struct Product {
    double value, size;
  };
  Product Multiply(std::int64_t row, const float* vector) const;

 private:
  BlockType type_;
  std::int64_t columns_;
  std::vector<std::byte> blocks_;
};

/// Floats between -1 and 1. Source of the numbers: splitmix64, Sebastiano Vigna, public domain.
std::vector<float> RandomFloats(std::size_t count, std::uint64_t seed);

float HalfToFloat(std::uint16_t half);
std::uint16_t FloatToHalf(float value);

/// One query over the keys that its mask (0 or minus infinity) shows; rows of halves.
std::vector<double> ReferenceAttention(const float* query, std::int64_t head_size,
                                       const std::uint16_t* keys, const std::uint16_t* values,
                                       const std::uint16_t* mask, std::int64_t count);

}  // namespace chatglm::kernels
