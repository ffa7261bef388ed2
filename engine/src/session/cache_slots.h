#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "llama/context.h"
#include "session/job.h"

namespace chatglm {

/// Rounds whose raw tokens the scheduler knows, so that the next turn continues them as the
/// official code does with its cache.
struct KnownConversation {
  std::vector<Round> rounds;
  /// For each round where its raw answer ends in `tokens`; 0 where that is not known.
  std::vector<std::size_t> answer_ends;
  std::vector<TokenId> tokens;
};

/// A sequence of the cache. It keeps its tokens when its job ends, for the next job that begins
/// alike.
struct CacheSlot {
  SequenceId sequence = 0;
  std::vector<TokenId> cached;  ///< tokens that the cache holds, from position 0
  /// Prompt and reply of the last job. The cache lacks the reply's last token.
  std::vector<TokenId> written;
  KnownConversation conversation;
  Job* job = nullptr;
  std::uint64_t last_used = 0;
};

/// A prompt for a job and where the cache holds the most of its beginning.
struct PromptPlan {
  std::vector<TokenId> tokens;
  std::size_t reused = 0;
  CacheSlot* source = nullptr;    ///< nullptr when nothing is reused
  std::size_t answer_tokens = 0;  ///< at the end of `tokens`, raw ones of the answer's beginning
};

/// Hands out the sequences of a context so that a job evaluates as little as possible. Belongs to
/// the scheduler's thread.
class CacheSlots {
 public:
  CacheSlots(Context& context, std::uint32_t count);

  /// Gives `job` a slot and starts it or, after Preempt, goes on with it. Returns nullptr when all
  /// slots are taken.
  CacheSlot* Acquire(Job& job);
  /// Ends the job of `slot`; remembers the conversation when the reply is its next answer.
  void Release(CacheSlot& slot, bool is_answer);
  /// Takes the slot from its job and forgets its tokens.
  void Preempt(CacheSlot& slot);
  /// Forgets the tokens of the idle slot that was used the longest time ago. False when there is
  /// none.
  bool EvictOne();

  std::vector<CacheSlot>& all() { return slots_; }

 private:
  PromptPlan Plan(const Job& job);
  CacheSlot* FindIdle(bool must_be_empty);
  void Clear(CacheSlot& slot);
  void Truncate(CacheSlot& slot, std::size_t count);

  Context& context_;
  std::vector<CacheSlot> slots_;
  std::uint64_t clock_ = 0;
};

}  // namespace chatglm
