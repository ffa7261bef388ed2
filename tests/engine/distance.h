#pragma once

#include <cmath>
#include <span>

namespace chatglm::test {

inline double StandardDeviation(std::span<const float> values) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const double mean = sum / static_cast<double>(values.size());
  return std::sqrt(squares / static_cast<double>(values.size()) - mean * mean);
}

/// Root mean square of the differences, in standard deviations of `expected`.
inline double Distance(std::span<const float> actual, std::span<const float> expected) {
  double squares = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    squares += std::pow(static_cast<double>(actual[i]) - expected[i], 2);
  }
  return std::sqrt(squares / static_cast<double>(actual.size())) / StandardDeviation(expected);
}

}  // namespace chatglm::test
