#pragma once

#include <optional>
#include <vector>

#include "session/cache_slots.h"
#include "session/step_cost.h"

namespace chatglm {

/// What one step evaluates.
struct StepBatch {
  /// The part of one slot: `count` tokens after those that it holds, then guesses at what follows.
  /// `logits_index` is the entry whose logits give the next token, or -1 while the prompt is not
  /// read to its end; the entries after it belong to the guesses.
  struct Part {
    CacheSlot* slot;
    std::size_t count;
    int logits_index;
    std::vector<TokenId> draft;
  };

  std::vector<BatchEntry> entries;
  std::vector<Part> parts;

  bool has_drafts() const;
};

/// What one step is evaluated with.
struct StepWeights {
  Digest identity;  ///< Job::weights
  const LoraUse* lora;
};

/// Whose turn it is among the jobs that are ready, in a circle from those of the last step on.
/// Nothing when no job is ready.
std::optional<StepWeights> NextWeights(const std::vector<CacheSlot>& slots, const Digest& last);

struct StepLimits {
  std::uint32_t slice_tokens;
  const StepCost& cost;
  bool drafts;
};

/// For the jobs with these weights: the next token of every reply that is being written, then equal
/// shares of `slice_tokens` for the prompts that are being read: of less while replies are being
/// written, with whatever weights, so that their next tokens come in about twice the usual time.
/// When no prompt is being read and with `drafts`, replies go on with as many guesses as are worth
/// it.
StepBatch MakeStepBatch(std::vector<CacheSlot>& slots, const Digest& weights,
                        const StepLimits& limits);

}  // namespace chatglm
