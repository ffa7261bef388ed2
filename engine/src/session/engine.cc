#include "session/engine.h"

#include <cstdio>

#include "llama/kernels.h"
#include "llama/model_identity.h"
#include "llama/packed_file.h"
#include "session/memory_fit.h"
#include "support/processor.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

/// Null when there is no packed file, or when it cannot be used.
std::shared_ptr<const Model> LoadPacked(const LoadOptions& options, const Digest& file,
                                        const StopFlag& stop,
                                        const std::function<void(float)>& on_progress) {
  const std::filesystem::path path = PathFromUtf8(options.path);
  if (!options.packed_file || options.placement.gpu_layers != 0 ||
      !IsPackedFileOf(*options.packed_file, path, file)) {
    return nullptr;
  }
  try {
    return Model::Load(
        {.path = path, .placement = options.placement, .packed = options.packed_file}, stop,
        on_progress);
  } catch (const EngineError& error) {
    if (error.code() != ErrorCode::kLoadFailed) throw;
    std::fprintf(stderr, "engine: the weights that were kept are not used: %s\n", error.what());
    return nullptr;
  }
}

}  // namespace

LoadedModel Engine::Load(const LoadOptions& options, const StopFlag& stop,
                         const std::function<void(float)>& on_progress) {
  const std::lock_guard load_lock(load_mutex_);
  Unload();  // first, so that two models never need memory at once
  const std::filesystem::path path = PathFromUtf8(options.path);
  const Digest file = IdentifyFile(path);
  auto model = LoadPacked(options, file, stop, on_progress);
  const bool is_mapped_packed = model != nullptr;
  if (!model) {
    model = Model::Load({.path = path, .placement = options.placement}, stop, on_progress);
  }
  const std::uint32_t trained = model->description().context_length;
  const int threads = options.threads.value_or(PhysicalCores());
  std::unique_ptr<PrefixStore> store;
  if (options.store) {
    store = std::make_unique<PrefixStore>(*options.store, IdentifyModel(file, options.placement));
  }
  auto scheduler = std::make_shared<Scheduler>(
      std::move(model), PlanScheduler(options.placement, trained, threads), std::move(store));
  stop.ThrowIfSet();
  if (options.packed_file && !is_mapped_packed && options.placement.gpu_layers == 0 &&
      KernelsAreInUse()) {
    weights_keeper_.Begin(path, file, *options.packed_file,
                          [this] { return work_state().is_computing; });
  }
  const std::lock_guard lock(mutex_);
  scheduler_ = scheduler;
  return {scheduler->model().description(),
          scheduler->memory(),
          scheduler->context_tokens(),
          threads,
          KernelsInUse(),
          is_mapped_packed};
}

void Engine::Unload() {
  weights_keeper_.Stop();
  std::shared_ptr<Scheduler> old;
  {
    const std::lock_guard lock(mutex_);
    old = std::move(scheduler_);
    scheduler_ = nullptr;
  }
  if (old) old->Close();
}

WorkState Engine::work_state() const {
  const std::lock_guard lock(mutex_);
  return scheduler_ ? scheduler_->work_state() : WorkState{};
}

std::shared_ptr<Scheduler> Engine::Current() const {
  const std::lock_guard lock(mutex_);
  if (!scheduler_) {
    throw EngineError(ErrorCode::kModelNotLoaded, "No model is loaded. Load one first.");
  }
  return scheduler_;
}

std::shared_ptr<const Adapter> Engine::FindAdapter(const AdapterUse& use,
                                                   const Scheduler& scheduler) {
  return adapters_.Find(use, scheduler.shared_model(), scheduler.cache_type());
}

void Engine::CheckAdapter(const AdapterUse& use) { FindAdapter(use, *Current()); }

GenerateResult Engine::Generate(const GenerateRequest& request, GenerateListener listener,
                                const StopFlag& stop) {
  const auto scheduler = Current();
  if (!request.adapter_use) return scheduler->Generate(request, std::move(listener), stop);
  GenerateRequest adapted = request;
  adapted.adapter = FindAdapter(*request.adapter_use, *scheduler);
  return scheduler->Generate(adapted, std::move(listener), stop);
}

std::uint32_t Engine::Prepare(const PrepareRequest& prepare, const StopFlag& stop) {
  GenerateRequest request;
  request.prompt = ChatPrompt{prepare.rounds, ""};
  request.adapter_use = prepare.adapter_use;
  request.max_length = std::numeric_limits<std::uint32_t>::max();
  request.is_preparation = true;
  return Generate(request, {}, stop).statistics.reused_tokens;
}

void Engine::ClearCache(bool keeps_nothing) {
  std::shared_ptr<Scheduler> scheduler;
  {
    const std::lock_guard lock(mutex_);
    scheduler = scheduler_;
  }
  if (scheduler) scheduler->ClearCache(keeps_nothing);
}

PromptCount Engine::Count(const CountRequest& request) {
  const auto scheduler = Current();
  const ChatPrompt& prompt = request.prompt;
  const PromptFormat& format = scheduler->model().prompt_format();
  // The system's text stays when the first round is forgotten, so it is none of the round's tokens.
  QuestionRole role = prompt.role;
  if (!prompt.rounds.empty()) role.system = prompt.rounds.front().role.system;
  const auto count = [&](std::span<const Round> rounds) {
    return static_cast<std::uint32_t>(format.Conversation(rounds, prompt.question, role).size());
  };
  const std::uint32_t alone = count({});
  PromptCount result;
  result.prompt_tokens = alone;
  for (Round round : prompt.rounds) {
    round.role.system.clear();
    result.round_tokens.push_back(count(std::span(&round, 1)) - alone);
  }
  if (!prompt.rounds.empty()) {
    role.system = prompt.role.system;
    result.prompt_tokens = count(prompt.rounds);
  }
  if (request.adapter_use) {
    result.prompt_tokens += FindAdapter(*request.adapter_use, *scheduler)->prefix_length();
  }
  return result;
}

BenchmarkResult Engine::Benchmark(const BenchmarkRequest& request, const StopFlag& stop) const {
  const auto scheduler = Current();
  return RunBenchmark(scheduler->shared_model(), request, scheduler->threads(),
                      scheduler->cache_type(), stop);
}

ScoreResult Engine::Score(const ScoreRequest& request, const StopFlag& stop) const {
  const auto scheduler = Current();
  return ScoreTokens(scheduler->shared_model(), request, scheduler->threads(),
                     scheduler->cache_type(), stop);
}

std::vector<TokenId> Engine::Tokenize(const std::string& text, bool with_prefix) const {
  const auto scheduler = Current();
  const Model& model = scheduler->model();
  return with_prefix ? model.prompt_format().Completion(text) : model.tokenizer().Encode(text);
}

std::string Engine::Detokenize(const std::vector<TokenId>& ids) const {
  const auto scheduler = Current();
  const Model& model = scheduler->model();
  for (const TokenId id : ids) {
    if (id < 0 || static_cast<std::uint32_t>(id) >= model.description().vocabulary_size) {
      throw EngineError(ErrorCode::kInvalidParams,
                        "The model has no token " + std::to_string(id) + ".");
    }
  }
  return model.tokenizer().Decode(ids);
}

}  // namespace chatglm
