#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "support/file_reader.h"

namespace chatglm {

/// Type of a tensor's elements as a checkpoint stores them.
enum class DataType { kF16, kBf16, kF32, kF64, kI8, kU8, kI16, kI32, kI64, kBool };

/// Bytes of one element.
std::uint64_t DataTypeSize(DataType type);

/// Short name, as in safetensors but in lower case ("bf16").
std::string DataTypeName(DataType type);

/// "[4608, 4096]", for messages.
std::string ShapeText(const std::vector<std::uint64_t>& shape);

/// Where a tensor's elements lie in a file. Its makers have checked that every element that shape
/// and strides can name lies within the file and that no product overflows.
struct TensorRecord {
  std::string name;
  DataType type = DataType::kF16;
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> strides;  ///< in elements, one a dimension; 0 repeats
  std::shared_ptr<const FileReader> file;
  std::uint64_t offset = 0;  ///< of element 0, in bytes from the start of the file

  std::uint64_t ElementCount() const;
  std::uint64_t ByteCount() const { return ElementCount() * DataTypeSize(type); }

  /// Whether the elements lie one after the other in row-major order.
  bool IsContiguous() const;

  /// Reads the elements `first`, `first` + 1, … in row-major order, as many as fill `out`.
  void Read(std::uint64_t first, std::span<std::byte> out) const;
};

/// Strides of a row-major tensor. Needs a shape whose element count fits 64 bits.
std::vector<std::uint64_t> ContiguousStrides(const std::vector<std::uint64_t>& shape);

}  // namespace chatglm
