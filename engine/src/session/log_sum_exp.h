#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace chatglm {

/// The logarithm of the sum of the exponentials of `values`, which are finite and at least one;
/// without overflow.
template <typename Number>
double LogSumExp(std::span<const Number> values) {
  const double largest = *std::ranges::max_element(values);
  double sum = 0;
  for (const Number value : values) sum += std::exp(value - largest);
  return largest + std::log(sum);
}

}  // namespace chatglm
