#pragma once

#include <vector>

#include "session/cache_slot.h"

namespace chatglm {

/// A prompt for a job and who holds the most of its beginning.
struct PromptPlan {
  std::vector<TokenId> tokens;
  std::size_t answer_tokens = 0;     ///< at the end of `tokens`, raw ones of the answer's beginning
  std::size_t reused = 0;            ///< tokens of `source`
  CacheSlot* source = nullptr;       ///< nullptr when nothing is reused
  std::vector<BlockMatch> restored;  ///< what the store adds behind `reused`
  /// The rounds before, when their raw tokens came from the store.
  KnownConversation conversation;

  /// Tokens to be evaluated.
  std::size_t work() const;
};

/// Chooses among the prompts that the official code could make of the same text the one that takes
/// the least work. `store` may be nullptr.
PromptPlan PlanPrompt(const Job& job, std::vector<CacheSlot>& slots, PrefixStore* store,
                      std::size_t context_tokens);

}  // namespace chatglm
