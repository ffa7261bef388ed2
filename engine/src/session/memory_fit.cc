#include "session/memory_fit.h"

#include <algorithm>
#include <optional>

#include "llama/memory_simulation.h"

namespace chatglm {
namespace {

constexpr std::uint32_t kDefaultContext = 8192;  // the official max_length

bool HasSameWeights(const Placement& a, const Placement& b) {
  return a.gpu_layers == b.gpu_layers && a.devices == b.devices && a.tensor_split == b.tensor_split;
}

}  // namespace

SchedulerOptions PlanScheduler(const Placement& placement, std::uint32_t trained, int threads) {
  return {.context_tokens = std::min(placement.context_length.value_or(kDefaultContext), trained),
          .threads = threads,
          .cache_type = placement.cache_type};
}

std::vector<std::vector<MemoryUse>> FitMemory(const std::filesystem::path& file,
                                              std::span<const Placement> placements,
                                              const StopFlag& stop) {
  std::vector<std::vector<MemoryUse>> results;
  std::optional<MemorySimulation> simulation;  // of the placement before, where it has the same
  for (std::size_t i = 0; i < placements.size(); ++i) {
    stop.ThrowIfSet();
    if (!simulation || !HasSameWeights(placements[i], placements[i - 1])) {
      simulation.reset();
      simulation.emplace(file, placements[i]);
    }
    results.push_back(simulation->Measure(
        ContextOptions(PlanScheduler(placements[i], simulation->trained_context(), 1))));
  }
  return results;
}

}  // namespace chatglm
