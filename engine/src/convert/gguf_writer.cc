#include "convert/gguf_writer.h"

#include <gguf.h>

#include <algorithm>
#include <array>

#include "convert/parallel.h"
#include "convert/row_encoder.h"
#include "convert/row_slices.h"

namespace chatglm {

namespace {

std::uint64_t TensorBytes(const ModelTensor& tensor, ggml_type type) {
  return tensor.rows * ggml_row_size(type, static_cast<std::int64_t>(tensor.columns));
}

}  // namespace

std::uint64_t TensorFileBytes(const ModelTensor& tensor, ggml_type type) {
  constexpr std::uint64_t kAlignment = GGUF_DEFAULT_ALIGNMENT;
  return (TensorBytes(tensor, type) + kAlignment - 1) / kAlignment * kAlignment;
}

void GgufWriter::WriteHeader(std::span<const std::byte> header) { Write(header); }

void GgufWriter::WriteTensor(const ModelTensor& tensor, ggml_type type) {
  const std::uint64_t row_size = ggml_row_size(type, static_cast<std::int64_t>(tensor.columns));
  const std::uint64_t widest_row = std::max(row_size, tensor.SourceRowBytes());
  on_progress_({written_bytes_, total_bytes_, tensor.name});
  ForEachSlice(tensor, widest_row, stop_, [&](const RowSlice& slice) {
    encoded_.resize(static_cast<std::size_t>(slice.row_count * row_size));
    ParallelFor(thread_count_, slice.row_count, [&](std::uint64_t begin, std::uint64_t end) {
      EncodeRows(slice, begin, end, type,
                 std::span(encoded_).subspan(static_cast<std::size_t>(begin * row_size)));
    });
    Write(encoded_);
    on_progress_({written_bytes_, total_bytes_, tensor.name});
  });
  const std::array<std::byte, GGUF_DEFAULT_ALIGNMENT> padding{};
  Write(std::span(padding).first(
      static_cast<std::size_t>(TensorFileBytes(tensor, type) - TensorBytes(tensor, type))));
}

void GgufWriter::Write(std::span<const std::byte> bytes) {
  file_.Write(bytes);
  written_bytes_ += bytes.size();
}

}  // namespace chatglm
