#pragma once

#include <vector>

#include "session/cache_slots.h"

namespace chatglm {

/// What one step evaluates.
struct StepBatch {
  /// The part of one slot: `count` tokens after those that it holds. `logits_index` is the entry
  /// whose logits give the next token, or -1 while the prompt is not read to its end.
  struct Part {
    CacheSlot* slot;
    std::size_t count;
    int logits_index;
  };

  std::vector<BatchEntry> entries;
  std::vector<Part> parts;
};

/// The next token of every reply that is being written, then equal shares of `slice_tokens` for
/// the prompts that are being read.
StepBatch MakeStepBatch(std::vector<CacheSlot>& slots, std::uint32_t slice_tokens);

}  // namespace chatglm
