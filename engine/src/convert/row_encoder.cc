#include "convert/row_encoder.h"

#include <cmath>
#include <cstring>
#include <string>

#include "convert/block_repack.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

constexpr float kMaxF16 = 65504.0f;
constexpr float kMaxBf16 = 3.38953139e38f;

[[noreturn]] void ThrowNotFinite(const TensorRecord& tensor) {
  throw EngineError(ErrorCode::kInvalidCheckpoint,
                    tensor.file->name() + ": tensor " + QuoteForMessage(tensor.name) +
                        " holds numbers that are infinite or not numbers. Download the file again, "
                        "or use a checkpoint from before its training failed.",
                    {"not_finite", tensor.file->name(), tensor.name});
}

void DecodeFloats(const TensorRecord& tensor, std::span<const std::byte> bytes,
                  std::span<float> out) {
  const auto count = static_cast<std::int64_t>(out.size());
  switch (tensor.type) {
    case DataType::kF16:
      ggml_fp16_to_fp32_row(reinterpret_cast<const ggml_fp16_t*>(bytes.data()), out.data(), count);
      break;
    case DataType::kBf16:
      ggml_bf16_to_fp32_row(reinterpret_cast<const ggml_bf16_t*>(bytes.data()), out.data(), count);
      break;
    default:
      std::memcpy(out.data(), bytes.data(), out.size_bytes());
  }
}

float LargestMagnitude(const TensorRecord& tensor, std::span<const float> values) {
  float largest = 0;
  for (const float value : values) {
    if (!std::isfinite(value)) ThrowNotFinite(tensor);
    largest = std::max(largest, std::abs(value));
  }
  return largest;
}

void CheckRange(const ModelTensor& tensor, std::span<const float> values, ggml_type type) {
  const float largest = LargestMagnitude(*tensor.weight, values);
  const float limit = type == GGML_TYPE_F32    ? INFINITY
                      : type == GGML_TYPE_BF16 ? kMaxBf16
                                               : kMaxF16;
  if (largest <= limit) return;
  throw EngineError(ErrorCode::kUnsupportedConversion,
                    "The tensor " + tensor.weight->name + " holds " + std::to_string(largest) +
                        ", which is too large for " + ggml_type_name(type) + ". Convert to " +
                        (type == GGML_TYPE_BF16 ? "the checkpoint's own precision" : "bf16") +
                        " instead.");
}

std::span<const std::byte> RowBytes(const RowSlice& slice, std::uint64_t row) {
  const std::uint64_t size = slice.tensor->SourceRowBytes();
  return std::span(slice.bytes)
      .subspan(static_cast<std::size_t>(row * size), static_cast<std::size_t>(size));
}

/// Whether the checkpoint's bytes are already those of the type.
bool IsSameType(SourceEncoding encoding, ggml_type type) {
  return (encoding == SourceEncoding::kF16 && type == GGML_TYPE_F16) ||
         (encoding == SourceEncoding::kBf16 && type == GGML_TYPE_BF16) ||
         (encoding == SourceEncoding::kF32 && type == GGML_TYPE_F32);
}

/// Whether the row of official INT4 or INT8 was written as blocks of the same codes.
bool Repack(const RowSlice& slice, std::uint64_t row, ggml_type type, std::span<std::byte> out) {
  const SourceEncoding encoding = slice.tensor->encoding;
  if (encoding == SourceEncoding::kInt4 || encoding == SourceEncoding::kInt8) {
    const ggml_fp16_t scale = ggml_fp32_to_fp16(slice.scales[row]);
    if (ggml_fp16_to_fp32(scale) != slice.scales[row]) return false;
    const std::span<const std::byte> codes = RowBytes(slice, row);
    if (encoding == SourceEncoding::kInt4 && type == GGML_TYPE_Q4_0) {
      RepackInt4AsQ4_0(codes, scale, out);
      return true;
    }
    if (encoding == SourceEncoding::kInt4 && type == GGML_TYPE_Q8_0) {
      RepackInt4AsQ8_0(codes, scale, out);
      return true;
    }
    if (encoding == SourceEncoding::kInt8 && type == GGML_TYPE_Q8_0) {
      RepackInt8AsQ8_0(codes, scale, out);
      return true;
    }
  }
  return false;
}

}  // namespace

void ReadSlice(const ModelTensor& tensor, std::uint64_t first_row, std::uint64_t row_count,
               RowSlice& slice) {
  slice.tensor = &tensor;
  slice.row_count = row_count;
  const std::uint64_t row_bytes = tensor.SourceRowBytes();
  slice.bytes.resize(static_cast<std::size_t>(row_count * row_bytes));
  tensor.weight->Read(first_row * row_bytes / DataTypeSize(tensor.weight->type), slice.bytes);
  slice.scales.clear();
  if (tensor.scale == nullptr) return;
  std::vector<std::byte> bytes(
      static_cast<std::size_t>(row_count * DataTypeSize(tensor.scale->type)));
  tensor.scale->Read(first_row, bytes);
  slice.scales.resize(static_cast<std::size_t>(row_count));
  DecodeFloats(*tensor.scale, bytes, slice.scales);
  LargestMagnitude(*tensor.scale, slice.scales);
}

void DecodeRow(const RowSlice& slice, std::uint64_t row, std::span<float> out) {
  const std::span<const std::byte> bytes = RowBytes(slice, row);
  switch (slice.tensor->encoding) {
    case SourceEncoding::kInt4:
      return DecodeInt4(bytes, slice.scales[row], out);
    case SourceEncoding::kInt8:
      return DecodeInt8(bytes, slice.scales[row], out);
    default:
      return DecodeFloats(*slice.tensor->weight, bytes, out);
  }
}

void EncodeRows(const RowSlice& slice, std::uint64_t begin, std::uint64_t end, ggml_type type,
                std::span<std::byte> out) {
  const auto columns = static_cast<std::int64_t>(slice.tensor->columns);
  const std::size_t row_size = ggml_row_size(type, columns);
  std::vector<float> values(static_cast<std::size_t>(columns));
  for (std::uint64_t row = begin; row < end; ++row) {
    const std::span<std::byte> target =
        out.subspan(static_cast<std::size_t>(row - begin) * row_size, row_size);
    if (Repack(slice, row, type, target)) continue;
    DecodeRow(slice, row, values);
    CheckRange(*slice.tensor, values, type);
    if (IsSameType(slice.tensor->encoding, type)) {
      std::memcpy(target.data(), RowBytes(slice, row).data(), target.size());
      continue;
    }
    ggml_quantize_chunk(type, values.data(), target.data(), 0, 1, columns, nullptr);
  }
}

}  // namespace chatglm
