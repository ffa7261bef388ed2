#include "reference.h"

#include <ggml.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace chatglm::kernels {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t x = state_ += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }

 private:
  std::uint64_t state_;
};

std::size_t BlockBytes(BlockType type) { return type == BlockType::kQ4_0 ? 18 : 34; }

}  // namespace

float HalfToFloat(std::uint16_t half) { return ggml_fp16_to_fp32(half); }
std::uint16_t FloatToHalf(float value) { return ggml_fp32_to_fp16(value); }

ReferenceMatrix::ReferenceMatrix(BlockType type, std::int64_t rows, std::int64_t columns,
                                 bool one_scale_a_row, std::uint64_t seed)
    : type_(type), columns_(columns) {
  const std::int64_t blocks = columns / kBlockColumns;
  blocks_.resize(static_cast<std::size_t>(rows * blocks) * BlockBytes(type));
  Random random(seed);
  for (std::byte& byte : blocks_) byte = static_cast<std::byte>(random.Next());
  for (std::int64_t i = 0; i < rows * blocks; ++i) {
    const std::int64_t step = one_scale_a_row ? i / blocks : i;
    const std::uint16_t scale = FloatToHalf(0.001f * static_cast<float>(1 + step % 13));
    std::memcpy(blocks_.data() + static_cast<std::size_t>(i) * BlockBytes(type), &scale, 2);
  }
}

double ReferenceMatrix::At(std::int64_t row, std::int64_t column) const {
  const std::int64_t block = (row * columns_ + column) / kBlockColumns;
  const std::byte* data = blocks_.data() + static_cast<std::size_t>(block) * BlockBytes(type_);
  std::uint16_t scale;
  std::memcpy(&scale, data, sizeof(scale));
  const std::int64_t i = column % kBlockColumns;
  if (type_ == BlockType::kQ8_0) {
    return static_cast<double>(HalfToFloat(scale)) * static_cast<std::int8_t>(data[2 + i]);
  }
  const int both = std::to_integer<int>(data[2 + i % 16]);
  return static_cast<double>(HalfToFloat(scale)) * ((i < 16 ? both & 15 : both >> 4) - 8);
}

ReferenceMatrix::Product ReferenceMatrix::Multiply(std::int64_t row, const float* vector) const {
  Product product{0, 0};
  for (std::int64_t column = 0; column < columns_; ++column) {
    const double term = At(row, column) * static_cast<double>(vector[column]);
    product.value += term;
    product.size += std::abs(term);
  }
  return product;
}

std::vector<float> RandomFloats(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(static_cast<double>(random.Next() >> 40) / (1 << 23) - 1.0);
  }
  return values;
}

std::vector<double> ReferenceAttention(const float* query, std::int64_t head_size,
                                       const std::uint16_t* keys, const std::uint16_t* values,
                                       const std::uint16_t* mask, std::int64_t count) {
  std::vector<double> scores(static_cast<std::size_t>(count));
  for (std::int64_t key = 0; key < count; ++key) {
    double score = mask ? static_cast<double>(HalfToFloat(mask[key])) : 0.0;
    for (std::int64_t i = 0; i < head_size; ++i) {
      score += static_cast<double>(query[i]) * HalfToFloat(keys[key * head_size + i]);
    }
    scores[static_cast<std::size_t>(key)] = score;
  }
  const double most = *std::max_element(scores.begin(), scores.end());
  std::vector<double> output(static_cast<std::size_t>(head_size), 0.0);
  double total = 0;
  for (std::int64_t key = 0; key < count; ++key) {
    const double weight = std::exp(scores[static_cast<std::size_t>(key)] - most);
    total += weight;
    for (std::int64_t i = 0; i < head_size; ++i) {
      output[static_cast<std::size_t>(i)] += weight * HalfToFloat(values[key * head_size + i]);
    }
  }
  for (double& value : output) value /= total;
  return output;
}

}  // namespace chatglm::kernels
