#pragma once

#include <cstdint>
#include <functional>

namespace chatglm {

/// Splits [0, count) in one range for each of `thread_count` threads (0: one a core) and waits for
/// all. What one of them throws is thrown here, once all have ended.
void ParallelFor(int thread_count, std::uint64_t count,
                 const std::function<void(std::uint64_t begin, std::uint64_t end)>& work);

}  // namespace chatglm
