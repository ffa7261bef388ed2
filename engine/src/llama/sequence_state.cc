#include "llama/sequence_state.h"

#include <ggml.h>

#include <cstring>

#include "support/engine_error.h"

namespace chatglm {
namespace {

// llama_context::state_seq_write_data and llama_kv_cache::state_write of the pinned release. A
// model with positions in two dimensions would write more for each cell; no ChatGLM has them.
struct Head {
  std::uint32_t magic;
  std::int32_t sequence;
  std::uint32_t stream_count;
  std::uint32_t cell_count;
};

struct Cell {
  std::int32_t position;
  std::uint32_t sequence_count;
  std::int32_t sequence;
};

[[noreturn]] void ThrowUnknown() {
  throw EngineError(ErrorCode::kUnsupportedFormat,
                    "This libllama lays out its cache in another way than the one that adapters "
                    "with a prefix were made for. Use the libraries that came with the app.");
}

[[noreturn]] void ThrowOtherType() {
  throw EngineError(ErrorCode::kUnsupportedFormat,
                    "An adapter with a prefix needs a cache in F16. Choose that for the cache and "
                    "load the model again.");
}

/// Takes one number after the other out of a state.
class Reader {
 public:
  explicit Reader(std::span<std::byte> state) : rest_(state) {}

  template <typename T>
  T Take() {
    T value;
    std::memcpy(&value, TakeBytes(sizeof(T)).data(), sizeof(T));
    return value;
  }

  std::span<std::byte> TakeBytes(std::size_t count) {
    if (count > rest_.size()) ThrowUnknown();
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  bool IsAtEnd() const { return rest_.empty(); }

 private:
  std::span<std::byte> rest_;
};

}  // namespace

bool HoldsPositions(std::span<const std::byte> state, std::int32_t begin, std::size_t count) {
  Head head;
  if (state.size() < sizeof(head) + count * sizeof(Cell)) return false;
  std::memcpy(&head, state.data(), sizeof(head));
  if (head.stream_count != 1 || head.cell_count != count) return false;
  std::vector<bool> is_held(count);
  for (std::size_t i = 0; i < count; ++i) {
    Cell cell;
    std::memcpy(&cell, state.data() + sizeof(head) + i * sizeof(cell), sizeof(cell));
    const std::int64_t offset = std::int64_t{cell.position} - begin;
    if (cell.sequence_count != 1 || offset < 0 || offset >= static_cast<std::int64_t>(count) ||
        is_held[static_cast<std::size_t>(offset)]) {
      return false;
    }
    is_held[static_cast<std::size_t>(offset)] = true;
  }
  return true;
}

SequenceStateCells::SequenceStateCells(std::span<std::byte> state, std::size_t count,
                                       std::uint32_t layer_count, std::size_t width)
    : width_(width) {
  Reader reader(state);
  reader.Take<Head>();
  cells_.resize(count);
  for (std::size_t cell = 0; cell < count; ++cell) {
    cells_.at(static_cast<std::size_t>(reader.Take<Cell>().position)) = cell;
  }
  is_transposed_ = reader.Take<std::uint32_t>() != 0;
  if (reader.Take<std::uint32_t>() != layer_count) ThrowUnknown();
  const std::size_t bytes = count * width * sizeof(ggml_fp16_t);
  for (std::uint32_t layer = 0; layer < layer_count; ++layer) {
    if (reader.Take<std::int32_t>() != GGML_TYPE_F16) ThrowOtherType();
    if (reader.Take<std::uint64_t>() != width * sizeof(ggml_fp16_t)) ThrowUnknown();
    keys_.push_back(reader.TakeBytes(bytes));
  }
  for (std::uint32_t layer = 0; layer < layer_count; ++layer) {
    if (reader.Take<std::int32_t>() != GGML_TYPE_F16) ThrowOtherType();
    if (is_transposed_) {
      if (reader.Take<std::uint32_t>() != sizeof(ggml_fp16_t)) ThrowUnknown();
      if (reader.Take<std::uint32_t>() != width) ThrowUnknown();
    } else if (reader.Take<std::uint64_t>() != width * sizeof(ggml_fp16_t)) {
      ThrowUnknown();
    }
    values_.push_back(reader.TakeBytes(bytes));
  }
  if (!reader.IsAtEnd()) ThrowUnknown();
}

void SequenceStateCells::WriteKeys(std::uint32_t layer, std::span<const float> numbers) {
  for (std::size_t position = 0; position < cells_.size(); ++position) {
    for (std::size_t i = 0; i < width_; ++i) {
      const ggml_fp16_t number = ggml_fp32_to_fp16(numbers[position * width_ + i]);
      std::memcpy(keys_[layer].data() + (cells_[position] * width_ + i) * sizeof(number), &number,
                  sizeof(number));
    }
  }
}

void SequenceStateCells::WriteValues(std::uint32_t layer, std::span<const float> numbers) {
  for (std::size_t position = 0; position < cells_.size(); ++position) {
    for (std::size_t i = 0; i < width_; ++i) {
      const std::size_t index =
          is_transposed_ ? i * cells_.size() + cells_[position] : cells_[position] * width_ + i;
      const ggml_fp16_t number = ggml_fp32_to_fp16(numbers[position * width_ + i]);
      std::memcpy(values_[layer].data() + index * sizeof(number), &number, sizeof(number));
    }
  }
}

}  // namespace chatglm
