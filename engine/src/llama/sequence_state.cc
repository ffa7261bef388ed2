#include "llama/sequence_state.h"

#include <cstring>

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

}  // namespace chatglm
