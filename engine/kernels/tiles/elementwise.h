#pragma once

// Operations on rows of floats, for any instruction set V. Included only by the files of isa/.

#include "kernel_table.h"

namespace chatglm::kernels {

/// e to the power of x: 2^n · 2^f with |f| <= 1/2. The polynomial is the Taylor series of 2^f to
/// the seventh power, whose error is below 1e-8; under -87.3 the result is 0.
template <class V>
inline typename V::Floats Exp(typename V::Floats x) {
  const auto in_twos = V::Multiply(x, V::Fill(1.44269504088896341f));
  const auto whole = V::Round(in_twos);
  // In two parts, so that nothing of x is lost.
  auto rest = V::MultiplyAdd(whole, V::Fill(-0.693359375f), x);
  rest = V::MultiplyAdd(whole, V::Fill(2.12194440e-4f), rest);
  auto sum = V::Fill(1.0f / 5040);
  sum = V::MultiplyAdd(sum, rest, V::Fill(1.0f / 720));
  sum = V::MultiplyAdd(sum, rest, V::Fill(1.0f / 120));
  sum = V::MultiplyAdd(sum, rest, V::Fill(1.0f / 24));
  sum = V::MultiplyAdd(sum, rest, V::Fill(1.0f / 6));
  sum = V::MultiplyAdd(sum, rest, V::Fill(0.5f));
  sum = V::MultiplyAdd(sum, rest, V::Fill(1.0f));
  sum = V::MultiplyAdd(sum, rest, V::Fill(1.0f));
  return V::ZeroWhereBelow(V::ScaleByPowerOfTwo(sum, whole), x, V::Fill(-87.3f));
}

template <class V>
void RmsNorm(const float* row, std::int64_t count, float epsilon, float* output) {
  // In doubles as ggml does it, since thousands of squares are added; in several sums, so that
  // none waits for the one before it.
  constexpr std::int64_t kSums = 16;
  double sums[kSums] = {};
  std::int64_t at = 0;
  for (; at + kSums <= count; at += kSums) {
    for (std::int64_t i = 0; i < kSums; ++i) {
      sums[i] += static_cast<double>(row[at + i]) * row[at + i];
    }
  }
  double squares = 0;
  for (; at < count; ++at) squares += static_cast<double>(row[at]) * row[at];
  for (const double sum : sums) squares += sum;
  const float mean = static_cast<float>(squares / static_cast<double>(count));
  const float scale = 1.0f / V::SquareRoot(mean + epsilon);
  const auto scales = V::Fill(scale);
  std::int64_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    V::Store(output + i, V::Multiply(V::Load(row + i), scales));
  }
  for (; i < count; ++i) output[i] = row[i] * scale;
}

template <class V>
inline typename V::Floats SwigluVector(typename V::Floats gate, typename V::Floats up) {
  const auto one = V::Fill(1.0f);
  // Above 88 the sigmoid is as good as 0 and the power would overflow.
  const auto power = V::Minimum(V::Subtract(V::Zero(), gate), V::Fill(88.0f));
  return V::Multiply(V::Divide(gate, V::Add(one, Exp<V>(power))), up);
}

template <class V>
void Swiglu(const float* gate, const float* up, std::int64_t count, float* output) {
  std::int64_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    V::Store(output + i, SwigluVector<V>(V::Load(gate + i), V::Load(up + i)));
  }
  if (i == count) return;
  float gates[V::kLanes] = {}, ups[V::kLanes] = {};
  for (std::int64_t j = i; j < count; ++j) {
    gates[j - i] = gate[j];
    ups[j - i] = up[j];
  }
  V::Store(gates, SwigluVector<V>(V::Load(gates), V::Load(ups)));
  for (std::int64_t j = i; j < count; ++j) output[j] = gates[j - i];
}

template <class V>
void AddRows(const float* a, const float* b, std::int64_t count, float* output) {
  std::int64_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    V::Store(output + i, V::Add(V::Load(a + i), V::Load(b + i)));
  }
  for (; i < count; ++i) output[i] = a[i] + b[i];
}

template <class V>
void MultiplyRows(const float* a, const float* b, std::int64_t count, float* output) {
  std::int64_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    V::Store(output + i, V::Multiply(V::Load(a + i), V::Load(b + i)));
  }
  for (; i < count; ++i) output[i] = a[i] * b[i];
}

template <class V>
void ToHalves(const float* row, std::int64_t count, std::uint16_t* output) {
  std::int64_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) V::StoreHalves(output + i, V::Load(row + i));
  for (; i < count; ++i) output[i] = V::FloatToHalf(row[i]);
}

template <class V>
void Dot(const float* a, const float* b, std::int64_t count, float* result) {
  auto sums = V::Zero();
  std::int64_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    sums = V::MultiplyAdd(V::Load(a + i), V::Load(b + i), sums);
  }
  float sum = V::Sum(sums);
  for (; i < count; ++i) sum += a[i] * b[i];
  *result = sum;
}

/// Rounds 32 floats to whole numbers of at most 127 in size and returns their scale, as ggml's
/// Q8_0 does, whose scale is a half.
template <class V>
inline float RoundBlock(const float* row, std::int32_t* codes) {
  auto largest = V::Zero();
  for (std::int64_t i = 0; i < kBlockColumns; i += V::kLanes) {
    largest = V::Maximum(largest, V::Absolute(V::Load(row + i)));
  }
  const float most = V::Largest(largest);
  const float scale = most / 127.0f;
  const auto inverse = V::Fill(most == 0.0f ? 0.0f : 127.0f / most);
  for (std::int64_t i = 0; i < kBlockColumns; i += V::kLanes) {
    V::StoreRounded(codes + i, V::Multiply(V::Load(row + i), inverse));
  }
  return scale;
}

template <class V>
void RoundForInt4(const float* row, std::int64_t blocks, const Activations& to) {
  for (std::int64_t block = 0; block < blocks; ++block) {
    std::int32_t rounded[kBlockColumns];
    to.scales[block] = RoundBlock<V>(row + block * kBlockColumns, rounded);
    to.starts[block] = V::Int4StartOf(rounded);
    auto* codes = reinterpret_cast<std::int8_t*>(to.codes) + block * kBlockColumns;
    for (std::int64_t i = 0; i < kBlockColumns; ++i) {
      codes[i] = static_cast<std::int8_t>(rounded[i]);
    }
  }
}

template <class V>
void RoundForInt8(const float* row, std::int64_t blocks, const Activations& to) {
  for (std::int64_t block = 0; block < blocks; ++block) {
    std::int32_t rounded[kBlockColumns];
    to.scales[block] = RoundBlock<V>(row + block * kBlockColumns, rounded);
    to.starts[block] = V::Int8StartOf(rounded);
    V::StoreInt8Input(rounded, to.codes + block * kBlockColumns * V::kInt8CodeBytes);
  }
}

}  // namespace chatglm::kernels
