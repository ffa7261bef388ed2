#include "checkpoint/tensor_record.h"

#include <algorithm>
#include <cstring>

namespace chatglm {

namespace {

/// Reads `count` elements that lie `stride` apart. Takes the whole span in one go when it is
/// short, so that a transposed matrix needs no system call an element.
void ReadStrided(const TensorRecord& tensor, std::uint64_t first_element, std::uint64_t stride,
                 std::span<std::byte> out) {
  constexpr std::uint64_t kMaxSpanBytes = 1 << 22;
  const std::uint64_t size = DataTypeSize(tensor.type);
  const std::uint64_t start = tensor.offset + first_element * size;
  if (stride == 1) {
    tensor.file->Read(start, out);
    return;
  }
  const std::uint64_t count = out.size() / size;
  const std::uint64_t per_span =
      stride == 0 ? count : std::max<std::uint64_t>(1, kMaxSpanBytes / (stride * size));
  std::vector<std::byte> span;
  for (std::uint64_t done = 0; done < count; done += per_span) {
    const std::uint64_t now = std::min(per_span, count - done);
    span.resize(static_cast<std::size_t>(((now - 1) * stride + 1) * size));
    tensor.file->Read(start + done * stride * size, span);
    for (std::uint64_t i = 0; i < now; ++i) {
      std::memcpy(&out[(done + i) * size], &span[i * stride * size], size);
    }
  }
}

}  // namespace

std::uint64_t DataTypeSize(DataType type) {
  switch (type) {
    case DataType::kI8:
    case DataType::kU8:
    case DataType::kBool:
      return 1;
    case DataType::kF16:
    case DataType::kBf16:
    case DataType::kI16:
      return 2;
    case DataType::kF32:
    case DataType::kI32:
      return 4;
    case DataType::kF64:
    case DataType::kI64:
      return 8;
  }
  return 0;
}

std::string DataTypeName(DataType type) {
  switch (type) {
    case DataType::kF16:
      return "f16";
    case DataType::kBf16:
      return "bf16";
    case DataType::kF32:
      return "f32";
    case DataType::kF64:
      return "f64";
    case DataType::kI8:
      return "i8";
    case DataType::kU8:
      return "u8";
    case DataType::kI16:
      return "i16";
    case DataType::kI32:
      return "i32";
    case DataType::kI64:
      return "i64";
    case DataType::kBool:
      return "bool";
  }
  return "";
}

std::string ShapeText(const std::vector<std::uint64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  }
  return text + "]";
}

std::uint64_t TensorRecord::ElementCount() const {
  std::uint64_t count = 1;
  for (const std::uint64_t size : shape) count *= size;
  return count;
}

bool TensorRecord::IsContiguous() const {
  std::uint64_t expected = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && strides[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
}

void TensorRecord::Read(std::uint64_t first, std::span<std::byte> out) const {
  const std::uint64_t size = DataTypeSize(type);
  if (out.empty()) return;
  if (IsContiguous()) {
    file->Read(offset + first * size, out);
    return;
  }
  const std::uint64_t row = shape.back();
  while (!out.empty()) {
    std::uint64_t index = first / row;
    const std::uint64_t column = first % row;
    std::uint64_t element = column * strides.back();
    for (std::size_t i = shape.size() - 1; i-- > 0;) {
      element += index % shape[i] * strides[i];
      index /= shape[i];
    }
    const std::uint64_t count = std::min<std::uint64_t>(row - column, out.size() / size);
    ReadStrided(*this, element, strides.back(), out.first(static_cast<std::size_t>(count * size)));
    out = out.subspan(static_cast<std::size_t>(count * size));
    first += count;
  }
}

std::vector<std::uint64_t> ContiguousStrides(const std::vector<std::uint64_t>& shape) {
  std::vector<std::uint64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

}  // namespace chatglm
