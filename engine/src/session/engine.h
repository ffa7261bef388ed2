#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "llama/backend.h"
#include "session/benchmark.h"
#include "session/generation.h"
#include "session/scheduler.h"
#include "session/text_score.h"
#include "session/weights_keeper.h"

namespace chatglm {

struct LoadOptions {
  std::string path;  ///< UTF-8
  Placement placement = {};
  std::optional<int> threads = std::nullopt;  ///< one a physical core
  /// Where conversations are kept so that they are not read again; nowhere when absent.
  std::optional<PrefixStore::Options> store = std::nullopt;
  /// Where the weights are kept as our kernels read them, so that the next load only maps them;
  /// written after the load when it is not there. Not kept when absent.
  std::optional<std::filesystem::path> packed_file = std::nullopt;
};

struct PrepareRequest {
  std::vector<Round> rounds;
  std::optional<AdapterUse> adapter_use = std::nullopt;
};

struct CountRequest {
  ChatPrompt prompt;
  std::optional<AdapterUse> adapter_use = std::nullopt;
};

struct LoadedModel {
  ModelDescription description;
  std::vector<MemoryUse> memory;  ///< as allocated
  std::uint32_t context_length;
  int threads;
  std::string kernels;    ///< as KernelsInUse says
  bool is_mapped_packed;  ///< from LoadOptions::packed_file
};

/// The model that is loaded and what may be asked of it. Any thread may call anything.
class Engine {
 public:
  /// Unloads what is loaded, cancelling its replies, and loads another model. Throws EngineError.
  LoadedModel Load(const LoadOptions& options, const StopFlag& stop,
                   const std::function<void(float)>& on_progress);
  void Unload();

  /// Of the loaded model; nothing is computed without one.
  WorkState work_state() const;

  /// As Scheduler::Generate; kModelNotLoaded when there is no model.
  GenerateResult Generate(const GenerateRequest& request, GenerateListener listener,
                          const StopFlag& stop);
  /// Brings back what the cache on disk knows of `rounds`, so that the next question is answered at
  /// once; nothing is evaluated. Returns how many tokens are ready.
  std::uint32_t Prepare(const PrepareRequest& prepare, const StopFlag& stop);
  /// As Scheduler::ClearCache; does nothing when no model is loaded.
  void ClearCache(bool keeps_nothing);
  /// What Generate would read for `prompt`; nothing is evaluated.
  PromptCount Count(const CountRequest& request);
  /// Throws EngineError with the reason why replies cannot be written with it.
  void CheckAdapter(const AdapterUse& use);
  /// As RunBenchmark, with the loaded model; kModelNotLoaded when there is none.
  BenchmarkResult Benchmark(const BenchmarkRequest& request, const StopFlag& stop) const;
  /// As ScoreTokens, with the loaded model; kModelNotLoaded when there is none.
  ScoreResult Score(const ScoreRequest& request, const StopFlag& stop) const;
  std::vector<TokenId> Tokenize(const std::string& text, bool with_prefix) const;
  /// Throws EngineError(kInvalidParams) for an id that the model does not have.
  std::string Detokenize(const std::vector<TokenId>& ids) const;

 private:
  std::shared_ptr<Scheduler> Current() const;
  std::shared_ptr<const Adapter> FindAdapter(const AdapterUse& use, const Scheduler& scheduler);

  std::mutex load_mutex_;  // one load at a time
  mutable std::mutex mutex_;
  std::shared_ptr<Scheduler> scheduler_;  // guarded by mutex_
  AdapterShelf adapters_;
  WeightsKeeper weights_keeper_;  // last, so that it ends before what it asks for the work state
};

}  // namespace chatglm
