#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace chatglm {

/// Whether `state`, as the pinned libllama writes a sequence, holds the positions from `begin` on,
/// `count` of them, each once and of one sequence. libllama itself checks types and sizes when it
/// reads keys and values; what it believes unchecked is checked here.
bool HoldsPositions(std::span<const std::byte> state, std::int32_t begin, std::size_t count);

/// Where keys and values stand in such a state of `count` cells, to be replaced. Every layer has
/// `width` numbers of each in a cell.
class SequenceStateCells {
 public:
  /// `state` must outlive it and hold what HoldsPositions wants. Throws
  /// EngineError(kUnsupportedFormat) when the numbers are no F16.
  SequenceStateCells(std::span<std::byte> state, std::size_t count, std::uint32_t layer_count,
                     std::size_t width);

  /// `numbers`: [position][width].
  void WriteKeys(std::uint32_t layer, std::span<const float> numbers);
  void WriteValues(std::uint32_t layer, std::span<const float> numbers);

 private:
  /// The cell of each position.
  std::vector<std::size_t> cells_;
  std::size_t width_;
  bool is_transposed_ = false;
  std::vector<std::span<std::byte>> keys_;
  std::vector<std::span<std::byte>> values_;
};

}  // namespace chatglm
