#pragma once

#include <cstdint>
#include <memory>

#include "llama/context.h"

namespace chatglm {

struct BenchmarkRequest {
  std::uint32_t prompt_tokens;
  std::uint32_t generated_tokens;
};

/// What bounds a reply on this computer.
struct BenchmarkResult {
  double memory_bytes_per_second = 0;  ///< that `threads` together read
  std::uint64_t bytes_per_token = 0;   ///< of weights, that each generated token reads
  double prompt_tokens_per_second = 0;
  double tokens_per_second = 0;
};

/// Evaluates a prompt and then tokens one by one in a context of its own, with nothing of ours
/// between: the speed of libllama alone. The context is used once before it is timed, as one that
/// has written replies is. Throws EngineError: kCancelled, kOutOfMemory.
BenchmarkResult RunBenchmark(std::shared_ptr<const Model> model, const BenchmarkRequest& request,
                             int threads, CacheType cache_type, const StopFlag& stop);

/// How fast so many threads read memory that no cache holds, in bytes a second.
double MeasureMemoryRead(int threads);

}  // namespace chatglm
