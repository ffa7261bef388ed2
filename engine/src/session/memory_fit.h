#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "session/scheduler.h"

namespace chatglm {

/// The scheduler of a model that was made for `trained` tokens: 8192 of them unless `placement`
/// says otherwise.
SchedulerOptions PlanScheduler(const Placement& placement, std::uint32_t trained, int threads);

/// What Engine::Load would allocate for each placement, computed from the header of the file; one
/// list each. Works beside a loaded model. Throws what MemorySimulation throws, and kCancelled.
std::vector<std::vector<MemoryUse>> FitMemory(const std::filesystem::path& file,
                                              std::span<const Placement> placements,
                                              const StopFlag& stop);

}  // namespace chatglm
