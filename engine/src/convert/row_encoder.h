#pragma once

#include <ggml.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "convert/model_tensors.h"

namespace chatglm {

/// Some rows of a tensor as the checkpoint holds them.
struct RowSlice {
  const ModelTensor* tensor = nullptr;
  std::uint64_t row_count = 0;
  std::vector<std::byte> bytes;  ///< row after row
  std::vector<float> scales;     ///< one a row; of kInt8 and kInt4 only
};

/// Reads rows `first_row`, … of the tensor into `slice`, whose memory is used again.
void ReadSlice(const ModelTensor& tensor, std::uint64_t first_row, std::uint64_t row_count,
               RowSlice& slice);

/// Writes rows [begin, end) of the slice in `type` to `out`, which starts at row `begin`. Exact
/// where `type` can hold the numbers; the official INT4 and INT8 are repacked, not quantised again.
/// Several threads may encode rows of one slice. Throws EngineError(kInvalidCheckpoint) for a
/// number that is not finite, (kUnsupportedConversion) for one too large for `type`.
void EncodeRows(const RowSlice& slice, std::uint64_t begin, std::uint64_t end, ggml_type type,
                std::span<std::byte> out);

/// The numbers of one row.
void DecodeRow(const RowSlice& slice, std::uint64_t row, std::span<float> out);

}  // namespace chatglm
