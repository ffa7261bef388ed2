#pragma once

#include <atomic>

#include "support/engine_error.h"

namespace chatglm {

/// Set once, by any thread, to ask a long task to end. Outlives the task.
class StopFlag {
 public:
  void Set() { stopped_.store(true, std::memory_order_relaxed); }
  bool IsSet() const { return stopped_.load(std::memory_order_relaxed); }

  /// Throws EngineError(kCancelled) when set; long loops call it once a step.
  void ThrowIfSet() const {
    if (IsSet()) throw EngineError(ErrorCode::kCancelled, "Cancelled.");
  }

 private:
  std::atomic<bool> stopped_{false};
};

}  // namespace chatglm
