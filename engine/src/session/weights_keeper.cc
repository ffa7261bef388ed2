#include "session/weights_keeper.h"

#include <chrono>
#include <cstdio>

#include "llama/packed_file.h"

namespace chatglm {
namespace {

constexpr std::chrono::milliseconds kRest{20};

}  // namespace

void WeightsKeeper::Begin(std::filesystem::path source, Digest source_identity,
                          std::filesystem::path packed, std::function<bool()> is_busy) {
  const std::lock_guard lock(mutex_);
  StopLocked();
  stop_ = std::make_unique<StopFlag>();
  thread_ = std::thread([=, stop = stop_.get(), is_busy = std::move(is_busy)] {
    const auto wait = [&] {
      while (is_busy() && !stop->IsSet()) std::this_thread::sleep_for(kRest);
    };
    try {
      WritePackedFile(source, source_identity, packed, *stop, wait);
    } catch (const std::exception& error) {
      if (stop->IsSet()) return;
      std::fprintf(stderr, "engine: the weights are not kept for the next start: %s\n",
                   error.what());
    }
  });
}

void WeightsKeeper::Stop() {
  const std::lock_guard lock(mutex_);
  StopLocked();
}

void WeightsKeeper::StopLocked() {
  if (stop_) stop_->Set();
  if (thread_.joinable()) thread_.join();
}

}  // namespace chatglm
