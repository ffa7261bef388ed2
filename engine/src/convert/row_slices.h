#pragma once

#include <cstdint>
#include <functional>

#include "convert/row_encoder.h"
#include "support/stop_flag.h"

namespace chatglm {

/// Reads the tensor in slices of some 32 MB, so that memory does not grow with the model, and gives
/// each to `use`. `widest_row` is the larger of a row's sizes in the checkpoint and the GGUF file.
void ForEachSlice(const ModelTensor& tensor, std::uint64_t widest_row, const StopFlag& stop,
                  const std::function<void(const RowSlice& slice)>& use);

/// Whether every number of every fp32 matrix is the same after a conversion to fp16. Reads the
/// matrices until the first number that is not.
bool AllFitF16(const std::vector<ModelTensor>& tensors, int thread_count, const StopFlag& stop);

}  // namespace chatglm
