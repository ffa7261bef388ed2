// bench-speed MODEL THREADS REPETITIONS CASE…: tokens per second of the engine's context, with the
// kernels that CHATGLM_ENGINE_KERNELS allows. A case is KIND:COUNT:DEPTH: a prompt of COUNT tokens,
// a reply of COUNT tokens, or 8 steps of a batch of COUNT sequences, after DEPTH tokens. Prints one
// line of JSON for each case, and one with the memory of the process.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "llama/backend.h"
#include "llama/context.h"

namespace {

using chatglm::BatchEntry;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kMicroBatch = 512;  // as llama-bench has it
constexpr std::uint32_t kMostSequences = 16;
constexpr int kBatchSteps = 8;

struct Case {
  std::string text, kind;
  int count = 0, depth = 0;
};

Case Parse(const std::string& text) {
  const std::size_t first = text.find(':'), second = text.find(':', first + 1);
  if (second == std::string::npos) {
    std::fprintf(stderr, "bench-speed: no case: %s\n", text.c_str());
    std::exit(2);
  }
  return {text, text.substr(0, first), std::stoi(text.substr(first + 1, second)),
          std::stoi(text.substr(second + 1))};
}

class Bench {
 public:
  explicit Bench(chatglm::Context& context) : context_(context) {}

  double Measure(const Case& test) {
    Fill(test.depth);
    const auto start = Clock::now();
    int tokens = test.count;
    if (test.kind == "prompt") {
      Read(test.depth, test.count);
    } else if (test.kind == "reply") {
      for (int i = 0; i < test.count; ++i) Read(test.depth + i, 1);
    } else {
      for (int step = 0; step < kBatchSteps; ++step) Step(test.count, test.depth + step);
      tokens *= kBatchSteps;
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    for (int sequence = 1; sequence < test.count; ++sequence) {
      if (test.kind == "batch") context_.Remove(sequence, 0);
    }
    context_.Remove(0, test.depth);
    return tokens / seconds;
  }

 private:
  BatchEntry Entry(int position, int sequence, bool wants_logits) const {
    const auto vocabulary = static_cast<int>(context_.model().description().vocabulary_size);
    return {(position * 7 + sequence * 13 + 5) % vocabulary, position, sequence, wants_logits};
  }
  void Evaluate(const std::vector<BatchEntry>& batch) {
    if (context_.Evaluate(batch, {}) != chatglm::EvaluateStatus::kDone) std::abort();
  }
  void Read(int from, int count) {
    std::vector<BatchEntry> batch;
    for (int i = 0; i < count; ++i) {
      batch.push_back(Entry(from + i, 0, i + 1 == count));
      if (batch.size() < kMicroBatch && i + 1 < count) continue;
      Evaluate(batch);
      batch.clear();
    }
  }
  void Step(int sequences, int position) {
    std::vector<BatchEntry> batch;
    for (int i = 0; i < sequences; ++i) batch.push_back(Entry(position, i, true));
    Evaluate(batch);
  }
  void Fill(int depth) {
    if (filled_ > depth) context_.Remove(0, depth);
    if (filled_ < depth) Read(filled_, depth - filled_);
    filled_ = depth;
  }

  chatglm::Context& context_;
  int filled_ = 0;
};

long ResidentKilobytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long kilobytes = 0;
    if (word == field && status >> kilobytes) return kilobytes;
  }
  return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 5) {
    std::fputs("usage: bench-speed MODEL THREADS REPETITIONS CASE…\n", stderr);
    return 2;
  }
  std::vector<Case> cases;
  std::uint32_t cache_tokens = 0;
  for (int i = 4; i < argument_count; ++i) {
    cases.push_back(Parse(arguments[i]));
    const Case& test = cases.back();
    const int tokens =
        test.kind == "batch" ? test.count * (test.depth + kBatchSteps) : test.depth + test.count;
    cache_tokens = std::max(cache_tokens, static_cast<std::uint32_t>(tokens));
  }
  // Each case after those that are less deep, so that nothing is read twice.
  std::ranges::stable_sort(cases, {}, &Case::depth);
  chatglm::LoadBackends(CHATGLM_MODULE_FOLDER);
  const auto model = chatglm::Model::Load({.path = arguments[1]}, {}, [](float) {});
  chatglm::Context context(model, {.cache_tokens = cache_tokens,
                                   .sequence_count = kMostSequences,
                                   .batch_tokens = kMicroBatch,
                                   .threads = std::atoi(arguments[2])});
  Bench bench(context);
  bench.Measure({"", "prompt", 16, 0});  // warms up
  for (const Case& test : cases) {
    std::printf("{\"name\":\"%s\",\"tokensPerSecond\":[", test.text.c_str());
    for (int i = 0; i < std::atoi(arguments[3]); ++i) {
      std::printf("%s%.3f", i == 0 ? "" : ",", bench.Measure(test));
    }
    std::printf("]}\n");
    std::fflush(stdout);
  }
  std::printf("{\"residentBytes\":%ld,\"peakBytes\":%ld}\n", ResidentKilobytes("VmRSS:") * 1024,
              ResidentKilobytes("VmHWM:") * 1024);
  return 0;
}
