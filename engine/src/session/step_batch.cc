#include "session/step_batch.h"

#include <algorithm>

namespace chatglm {
namespace {

void AddPart(StepBatch& batch, CacheSlot& slot, std::size_t count) {
  const std::vector<TokenId>& tokens = slot.job->tokens();
  const std::size_t begin = slot.cached.size();
  const bool is_last = begin + count == tokens.size();
  for (std::size_t i = begin; i < begin + count; ++i) {
    batch.entries.push_back({tokens[i], static_cast<std::int32_t>(i), slot.sequence,
                             is_last && i + 1 == begin + count});
  }
  batch.parts.push_back({&slot, count, is_last ? static_cast<int>(batch.entries.size()) - 1 : -1});
}

}  // namespace

StepBatch MakeStepBatch(std::vector<CacheSlot>& slots, std::uint32_t slice_tokens) {
  StepBatch batch;
  std::vector<CacheSlot*> reading;
  for (CacheSlot& slot : slots) {
    if (!slot.job || !slot.to_restore.empty()) continue;
    if (slot.job->tokens().size() - slot.cached.size() == 1) {
      AddPart(batch, slot, 1);
    } else {
      reading.push_back(&slot);
    }
  }
  for (std::size_t i = 0; i < reading.size(); ++i) {
    const std::size_t used = batch.entries.size();
    if (used >= slice_tokens) break;
    const std::size_t share =
        std::max<std::size_t>(1, (slice_tokens - used) / (reading.size() - i));
    const std::size_t missing = reading[i]->job->tokens().size() - reading[i]->cached.size();
    AddPart(batch, *reading[i], std::min(share, missing));
  }
  return batch;
}

}  // namespace chatglm
