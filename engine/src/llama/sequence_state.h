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

}  // namespace chatglm
