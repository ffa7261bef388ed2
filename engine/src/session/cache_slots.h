#pragma once

#include <cstdint>
#include <vector>

#include "session/prompt_plan.h"
#include "session/slot_store.h"

namespace chatglm {

/// Hands out the sequences of a context so that a job evaluates as little as possible. Belongs to
/// the scheduler's thread.
class CacheSlots {
 public:
  /// `store` may be nullptr.
  CacheSlots(Context& context, std::uint32_t count, PrefixStore* store);

  /// Gives `job` a slot and starts it or, after Preempt, goes on with it. Returns nullptr when all
  /// slots are taken, or for a preparation that has nothing to do.
  CacheSlot* Acquire(Job& job);
  /// Ends the job of `slot`; remembers the conversation when the reply is its next answer.
  void Release(CacheSlot& slot, bool is_answer);
  /// Takes the slot from its job and forgets its tokens.
  void Preempt(CacheSlot& slot);
  /// Forgets the tokens of the idle slot that was used the longest time ago. False when there is
  /// none.
  bool EvictOne();
  /// Forgets all that is not of a running job.
  void ForgetIdle();
  /// Does without the store from now on.
  void DropStore();

  /// Brings back the next block of `slot`. Forgets idle conversations when there is no room.
  void RestoreNext(CacheSlot& slot);
  /// Lets `slot` hold the prefix of its job's adapter and nothing else. False when there is no
  /// room.
  bool InsertPrefix(CacheSlot& slot);
  bool HasUnsaved() const;
  /// False while the store has too much to write.
  bool CanSave() const;
  /// Saves one block of those that the store lacks, when it can.
  void SaveOne();
  /// Saves everything and waits for the disk when that must be.
  void SaveAll();

  std::vector<CacheSlot>& all() { return slots_; }

 private:
  CacheSlot* FindIdle(bool must_be_empty);
  CacheSlot* Place(const PromptPlan& plan);
  void Clear(CacheSlot& slot);
  void Truncate(CacheSlot& slot, std::size_t count);

  Context& context_;
  SlotStore slot_store_;
  std::vector<CacheSlot> slots_;
  std::uint64_t clock_ = 0;
  /// By the adapter's identity; of those that were used last.
  std::vector<std::pair<Digest, std::vector<std::byte>>> prefix_states_;
};

}  // namespace chatglm
