#include "session/benchmark.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <numeric>
#include <vector>

#include "llama/token_reads.h"
#include "support/engine_error.h"

namespace chatglm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kMicroBatch = 512;
constexpr std::uint32_t kWarmUpTokens = 64;
constexpr std::size_t kReadBytes = std::size_t{512} << 20;  // far more than any cache holds
constexpr int kReadPasses = 4;

double Seconds(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void Evaluate(Context& context, const std::vector<BatchEntry>& batch, const StopFlag& stop) {
  if (context.Evaluate(batch, [&stop] { return stop.IsSet(); }) != EvaluateStatus::kDone) {
    throw EngineError(ErrorCode::kCancelled, "The measurement was cancelled.");
  }
}

}  // namespace

double MeasureMemoryRead(int threads) {
  const std::vector<std::uint64_t> memory(kReadBytes / sizeof(std::uint64_t), 1);
  const std::size_t share = memory.size() / static_cast<std::size_t>(threads);
  std::atomic<std::uint64_t> sum = 0;  // kept and atomic, so that no read is left out
  const auto start = Clock::now();
  std::vector<std::future<void>> readers;  // not std::jthread, which not every compiler has
  for (int i = 0; i < threads; ++i) {
    const auto begin = memory.begin() + static_cast<std::ptrdiff_t>(share) * i;
    readers.push_back(std::async(std::launch::async, [begin, share, &sum] {
      for (int pass = 0; pass < kReadPasses; ++pass) {
        sum += std::reduce(begin, begin + static_cast<std::ptrdiff_t>(share), std::uint64_t{0});
      }
    }));
  }
  for (auto& reader : readers) reader.get();
  return static_cast<double>(sum.load() * sizeof(std::uint64_t)) / Seconds(start);
}

BenchmarkResult RunBenchmark(std::shared_ptr<const Model> model, const BenchmarkRequest& request,
                             int threads, CacheType cache_type, const StopFlag& stop) {
  BenchmarkResult result;
  result.memory_bytes_per_second = MeasureMemoryRead(threads);
  result.bytes_per_token = BytesPerToken(*model);
  Context context(model, {.cache_tokens = request.prompt_tokens + request.generated_tokens,
                          .sequence_count = 1,
                          .batch_tokens = kMicroBatch,
                          .threads = threads,
                          .cache_type = cache_type});
  const std::uint32_t vocabulary = model->description().vocabulary_size;
  const auto entry = [vocabulary](std::uint32_t position, bool wants_logits) {
    const auto token = static_cast<TokenId>(position % vocabulary);  // any will do
    return BatchEntry{token, static_cast<std::int32_t>(position), 0, wants_logits};
  };
  std::vector<BatchEntry> warm_up;
  while (warm_up.size() < std::min(request.prompt_tokens, kWarmUpTokens)) {
    warm_up.push_back(entry(static_cast<std::uint32_t>(warm_up.size()), false));
  }
  warm_up.back().wants_logits = true;
  Evaluate(context, warm_up, stop);
  Evaluate(context, {entry(static_cast<std::uint32_t>(warm_up.size()), true)}, stop);
  context.Remove(0, 0);

  auto start = Clock::now();
  for (std::uint32_t done = 0; done < request.prompt_tokens;) {
    std::vector<BatchEntry> batch;
    while (batch.size() < kMicroBatch && done < request.prompt_tokens) {
      batch.push_back(entry(done, done + 1 == request.prompt_tokens));
      ++done;
    }
    Evaluate(context, batch, stop);
  }
  result.prompt_tokens_per_second = request.prompt_tokens / Seconds(start);
  start = Clock::now();
  for (std::uint32_t i = 0; i < request.generated_tokens; ++i) {
    Evaluate(context, {entry(request.prompt_tokens + i, true)}, stop);
  }
  result.tokens_per_second = request.generated_tokens / Seconds(start);
  return result;
}

}  // namespace chatglm
