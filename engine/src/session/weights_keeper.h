#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "support/digest.h"
#include "support/stop_flag.h"

namespace chatglm {

/// Writes packed files beside everything else, one at a time. Any thread may call anything.
class WeightsKeeper {
 public:
  WeightsKeeper() = default;
  ~WeightsKeeper() { Stop(); }
  WeightsKeeper(const WeightsKeeper&) = delete;
  WeightsKeeper& operator=(const WeightsKeeper&) = delete;

  /// Begins to write the packed file of `source` and returns. Rests while `is_busy` says so. What
  /// goes wrong stands on stderr, and the next start reads the source again.
  void Begin(std::filesystem::path source, Digest source_identity, std::filesystem::path packed,
             std::function<bool()> is_busy);

  /// Gives up what is not done and waits for the end.
  void Stop();

 private:
  void StopLocked();

  std::mutex mutex_;
  std::unique_ptr<StopFlag> stop_;
  std::thread thread_;
};

}  // namespace chatglm
