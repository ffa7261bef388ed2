#include "convert/row_slices.h"

#include <algorithm>
#include <atomic>

#include "convert/parallel.h"

namespace chatglm {

namespace {

constexpr std::uint64_t kSliceBytes = std::uint64_t{32} << 20;

bool FitsF16(const RowSlice& slice, int thread_count) {
  std::atomic<bool> fits = true;
  ParallelFor(thread_count, slice.row_count, [&](std::uint64_t begin, std::uint64_t end) {
    std::vector<float> values(static_cast<std::size_t>(slice.tensor->columns));
    for (std::uint64_t row = begin; row < end && fits; ++row) {
      DecodeRow(slice, row, values);
      const bool same = std::ranges::all_of(
          values, [](float value) { return ggml_fp16_to_fp32(ggml_fp32_to_fp16(value)) == value; });
      if (!same) fits = false;
    }
  });
  return fits;
}

}  // namespace

void ForEachSlice(const ModelTensor& tensor, std::uint64_t widest_row, const StopFlag& stop,
                  const std::function<void(const RowSlice& slice)>& use) {
  const std::uint64_t rows_a_slice = std::max<std::uint64_t>(1, kSliceBytes / widest_row);
  RowSlice slice;
  for (std::uint64_t row = 0; row < tensor.rows; row += rows_a_slice) {
    stop.ThrowIfSet();
    ReadSlice(tensor, row, std::min(rows_a_slice, tensor.rows - row), slice);
    use(slice);
  }
}

bool AllFitF16(const std::vector<ModelTensor>& tensors, int thread_count, const StopFlag& stop) {
  bool fits = true;
  for (const ModelTensor& tensor : tensors) {
    const bool is_matrix = tensor.role != TensorRole::kVector;
    if (!is_matrix || tensor.encoding != SourceEncoding::kF32) continue;
    ForEachSlice(tensor, tensor.SourceRowBytes(), stop,
                 [&](const RowSlice& slice) { fits = fits && FitsF16(slice, thread_count); });
    if (!fits) return false;
  }
  return true;
}

}  // namespace chatglm
