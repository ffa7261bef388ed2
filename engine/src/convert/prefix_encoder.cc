#include "convert/prefix_encoder.h"

#include <cmath>

#include "convert/float_matrix.h"
#include "convert/parallel.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr char kEmbedding[] = "transformer.prefix_encoder.embedding.weight";
constexpr char kInnerWeight[] = "transformer.prefix_encoder.trans.0.weight";
constexpr char kInnerBias[] = "transformer.prefix_encoder.trans.0.bias";
constexpr char kOuterWeight[] = "transformer.prefix_encoder.trans.2.weight";
constexpr char kOuterBias[] = "transformer.prefix_encoder.trans.2.bias";
constexpr std::uint64_t kMostPositions = 8192;
constexpr std::uint64_t kMostInner = 1 << 16;

/// Refuses another shape than `rows` by `columns`; `rows` of 0 are any up to `most_rows`.
FloatMatrix Read(const Checkpoint& checkpoint, const char* name, std::uint64_t rows,
                 std::uint64_t columns, std::uint64_t most_rows = 0) {
  const TensorRecord* tensor = checkpoint.Find(name);
  if (!tensor) {
    throw EngineError(ErrorCode::kMissingTensor,
                      PathToUtf8(checkpoint.folder()) + " lacks the tensor " + name +
                          ". Save the checkpoint again.",
                      {"tensor_missing", PathToUtf8(checkpoint.folder()), name});
  }
  FloatMatrix matrix = ReadFloatMatrix(*tensor);
  const bool has_rows = rows > 0 ? matrix.rows == rows : matrix.rows <= most_rows;
  if (!has_rows || matrix.columns != columns) {
    const std::string told =
        rows > 0 ? std::to_string(rows) : "at most " + std::to_string(most_rows);
    ThrowAdapterShape(*tensor, "[" + told + ", " + std::to_string(columns) + "]");
  }
  return matrix;
}

/// Rows of `input` times the transposed `weight`, plus `bias`.
FloatMatrix Linear(const FloatMatrix& input, const FloatMatrix& weight, const FloatMatrix& bias,
                   int thread_count, const StopFlag& stop) {
  FloatMatrix result{input.rows, weight.rows, std::vector<float>(input.rows * weight.rows)};
  ParallelFor(thread_count, weight.rows, [&](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t column = begin; column < end && !stop.IsSet(); ++column) {
      const auto factors = weight.Row(column);
      for (std::uint64_t row = 0; row < input.rows; ++row) {
        const auto values = input.Row(row);
        float sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * factors[i];
        result.Row(row)[column] = sum + bias.values[column];
      }
    }
  });
  stop.ThrowIfSet();
  return result;
}

}  // namespace

bool IsPrefixCheckpoint(const Checkpoint& checkpoint) {
  return checkpoint.Find(kEmbedding) != nullptr &&
         checkpoint.Find("transformer.embedding.word_embeddings.weight") == nullptr;
}

PrefixValues ReadPrefixValues(const Checkpoint& checkpoint, int thread_count,
                              const StopFlag& stop) {
  const CheckpointConfig& config = checkpoint.config();
  const std::uint64_t width =
      std::uint64_t{2} * config.layer_count * config.kv_head_count * config.head_size;
  FloatMatrix prefix = Read(checkpoint, kEmbedding, 0, width, kMostPositions);
  if (checkpoint.Find(kInnerWeight)) {
    const FloatMatrix inner_weight = Read(checkpoint, kInnerWeight, 0, width, kMostInner);
    const FloatMatrix inner_bias = Read(checkpoint, kInnerBias, 1, inner_weight.rows);
    FloatMatrix inner = Linear(prefix, inner_weight, inner_bias, thread_count, stop);
    for (float& value : inner.values) value = std::tanh(value);
    const FloatMatrix outer_weight = Read(checkpoint, kOuterWeight, width, inner.columns);
    const FloatMatrix outer_bias = Read(checkpoint, kOuterBias, 1, width);
    prefix = Linear(inner, outer_weight, outer_bias, thread_count, stop);
  }
  return {static_cast<std::uint32_t>(prefix.rows), std::move(prefix.values)};
}

}  // namespace chatglm
