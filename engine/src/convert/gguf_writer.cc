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

void GgufWriter::WriteHeader(std::span<const std::byte> header) {
  file_.Write(header);
  file_.FinishBlock();
}

void GgufWriter::WriteTensor(const ModelTensor& tensor, ggml_type type) {
  const std::uint64_t row_size = ggml_row_size(type, static_cast<std::int64_t>(tensor.columns));
  const std::uint64_t widest_row = std::max(row_size, tensor.SourceRowBytes());
  Report(tensor.name);
  ForEachSlice(tensor, widest_row, stop_, [&](const RowSlice& slice) {
    encoded_.resize(static_cast<std::size_t>(slice.row_count * row_size));
    ParallelFor(thread_count_, slice.row_count, [&](std::uint64_t begin, std::uint64_t end) {
      EncodeRows(slice, begin, end, type,
                 std::span(encoded_).subspan(static_cast<std::size_t>(begin * row_size)));
    });
    file_.Write(encoded_);
    Report(tensor.name);
  });
  const std::array<std::byte, GGUF_DEFAULT_ALIGNMENT> padding{};
  file_.Write(std::span(padding).first(
      static_cast<std::size_t>(TensorFileBytes(tensor, type) - TensorBytes(tensor, type))));
  file_.FinishBlock();
}

void GgufWriter::Report(const std::string& step) {
  on_progress_({file_.written_bytes(), file_.total_bytes(), step});
}

}  // namespace chatglm
