#include "llama/memory_simulation.h"

#include "llama/context_params.h"
#include "llama/kernels.h"
#include "llama/log.h"
#include "llama/memory_breakdown.h"
#include "llama/model_params.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

struct FreeContext {
  void operator()(llama_context* context) const { llama_free(context); }
};
using ContextPointer = std::unique_ptr<llama_context, FreeContext>;

ContextPointer Simulate(llama_model* model, const Context::Options& options) {
  const LogCapture silence;
  ContextPointer context(llama_init_from_model(model, MakeContextParams(options)));
  if (!context) {
    throw EngineError(ErrorCode::kLoadFailed,
                      "The memory of a context of " + std::to_string(options.cache_tokens) +
                          " tokens could not be computed. Choose a shorter context.");
  }
  return context;
}

/// Whether the CPU's backend computes in memory of the first GPU, as it does where there is any.
bool UsesPinnedMemory(const llama_model_params& params) {
  ggml_backend_dev_t first = nullptr;
  if (params.devices) {
    first = params.devices[0];
  } else {
    first = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU);
    if (!first) first = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_IGPU);
  }
  return first && ggml_backend_dev_host_buffer_type(first) != nullptr;
}

}  // namespace

MemorySimulation::MemorySimulation(const std::filesystem::path& file, const Placement& placement) {
  ModelParams params(placement);
  counts_host_twice_ = KernelsAreLoaded() && !UsesPinnedMemory(params.native());
  params.native().no_alloc = true;
  params.native().load_mode = LLAMA_LOAD_MODE_NONE;
  params.native().progress_callback = [](float, void*) { return true; };
  const LogCapture silence;
  model_ = llama_model_load_from_file(PathToUtf8(file).c_str(), params.native());
  if (!model_) {
    throw EngineError(ErrorCode::kLoadFailed,
                      "The memory that " + PathToUtf8(file) +
                          " takes could not be computed. Load it to see why.");
  }
}

MemorySimulation::~MemorySimulation() { llama_model_free(model_); }

std::uint32_t MemorySimulation::trained_context() const {
  return static_cast<std::uint32_t>(llama_model_n_ctx_train(model_));
}

std::vector<MemoryUse> MemorySimulation::Measure(const Context::Options& options) const {
  std::vector<MemoryUse> uses = MemoryByDevice(Simulate(model_, options).get());
  if (counts_host_twice_) uses.front().compute_bytes /= 2;
  return uses;
}

bool MemorySimulation::KeepsFileLayout() const {
  const Context::Options least{
      .cache_tokens = 256, .sequence_count = 1, .batch_tokens = 1, .threads = 1};
  const auto context = Simulate(model_, least);
  for (const auto& [type, bytes] : ReadMemoryBreakdown(context.get())) {
    if (bytes.model > 0 && !ggml_backend_buft_is_host(type)) return false;
  }
  return true;
}

}  // namespace chatglm
