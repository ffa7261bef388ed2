#include "convert/float_matrix.h"

#include <algorithm>
#include <cmath>

#include "convert/row_encoder.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::uint64_t kMostNumbers = 100'000'000;

}  // namespace

void ThrowAdapterShape(const TensorRecord& tensor, const std::string& expected) {
  throw EngineError(ErrorCode::kInvalidCheckpoint,
                    tensor.file->name() + ": tensor " + QuoteForMessage(tensor.name) + " is " +
                        DataTypeName(tensor.type) + " of the shape " + ShapeText(tensor.shape) +
                        " in place of " + expected +
                        ". The adapter is damaged or belongs to another network.",
                    {"adapter_shape", tensor.file->name(), tensor.name});
}

FloatMatrix ReadFloatMatrix(const TensorRecord& tensor) {
  std::vector<std::uint64_t> shape = tensor.shape;
  if (shape.size() == 1) shape.insert(shape.begin(), 1);
  if (shape.size() != 2 || tensor.ElementCount() == 0 || tensor.ElementCount() > kMostNumbers) {
    ThrowAdapterShape(tensor, "a matrix of at most " + std::to_string(kMostNumbers) + " numbers");
  }
  ModelTensor source;
  source.name = tensor.name;
  source.rows = shape[0];
  source.columns = shape[1];
  source.weight = &tensor;
  const auto encoding = FloatEncodingOf(tensor.type);
  if (!encoding) ThrowAdapterShape(tensor, "numbers of 16 or 32 bits");
  source.encoding = *encoding;
  RowSlice slice;
  ReadSlice(source, 0, source.rows, slice);
  FloatMatrix matrix{source.rows, source.columns, std::vector<float>(source.rows * source.columns)};
  for (std::uint64_t row = 0; row < matrix.rows; ++row) {
    DecodeRow(slice, row, matrix.Row(row));
    if (!std::ranges::all_of(matrix.Row(row), [](float value) { return std::isfinite(value); })) {
      ThrowAdapterShape(tensor, "finite numbers");
    }
  }
  return matrix;
}

}  // namespace chatglm
