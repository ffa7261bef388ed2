#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checkpoint/tensor_record.h"

namespace chatglm {

/// Row after row; a vector is one row.
struct FloatMatrix {
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  std::vector<float> values;

  std::span<float> Row(std::uint64_t row) {
    return std::span(values).subspan(row * columns, columns);
  }
  std::span<const float> Row(std::uint64_t row) const {
    return std::span(values).subspan(row * columns, columns);
  }
};

/// The numbers of a small tensor of one or two dimensions. Throws EngineError(kInvalidCheckpoint)
/// when it is none, has more than a hundred million numbers, or one that is not finite.
FloatMatrix ReadFloatMatrix(const TensorRecord& tensor);

/// For a tensor that does not fit the others or the network. `expected`: "[8, 4096]".
[[noreturn]] void ThrowAdapterShape(const TensorRecord& tensor, const std::string& expected);

}  // namespace chatglm
