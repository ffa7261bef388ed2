#pragma once

#include "session/cache_slot.h"

namespace chatglm {

enum class SlotRestore { kDone, kNoSpace };

/// Moves what slots hold to the store and back, a block at a time, so that no step waits long.
/// Without a store it does nothing. Belongs to the scheduler's thread.
class SlotStore {
 public:
  SlotStore(Context& context, PrefixStore* store) : context_(context), store_(store) {}

  PrefixStore* store() const { return store_; }

  /// From now on there is none. No slot may have something to restore.
  void Drop() { store_ = nullptr; }

  /// Whether SaveNext has something to do. What is left after the whole blocks counts when the slot
  /// has no job.
  bool HasUnsaved(const CacheSlot& slot) const;
  /// Saves the first part of the slot that the store lacks.
  void SaveNext(CacheSlot& slot);
  /// Saves all that SaveNext would, as far as the store has room for it now.
  void SaveAll(CacheSlot& slot);
  /// Brings back the next block. One that is gone or damaged ends it, and the rest is evaluated.
  /// kNoSpace: the cache is full, and nothing has changed.
  SlotRestore RestoreNext(CacheSlot& slot);

 private:
  Context& context_;
  PrefixStore* store_;
};

}  // namespace chatglm
