#include "session/slot_store.h"

#include <algorithm>
#include <chrono>

namespace chatglm {
namespace {

/// Fewer tokens at the end are evaluated anew.
constexpr std::size_t kLeastSaved = 16;

}  // namespace

bool SlotStore::HasUnsaved(const CacheSlot& slot) const {
  if (!store_ || !slot.to_restore.empty()) return false;
  const std::size_t whole = slot.cached.size() / kBlockTokens;
  if (whole > slot.stored_blocks.size()) return true;
  return !slot.job && slot.cached.size() >= slot.stored_tokens + kLeastSaved;
}

void SlotStore::SaveNext(CacheSlot& slot) {
  const std::size_t begin = slot.stored_blocks.size() * kBlockTokens;
  const auto rest = std::span<const TokenId>(slot.cached).subspan(begin);
  const auto tokens = rest.first(std::min(rest.size(), kBlockTokens));
  const Digest root = WithAdapter(store_->root(), slot.adapter);
  const Digest& parent = slot.stored_blocks.empty() ? root : slot.stored_blocks.back();
  const BlockKey key = MakeBlockKey(parent, tokens);
  if (!store_->Has(parent, tokens)) {
    auto state = context_.Save(slot.sequence, static_cast<std::int32_t>(begin), tokens.size());
    if (!state.empty()) {
      store_->Save({key.parent, key.key, {tokens.begin(), tokens.end()}, std::move(state)});
    }
  }
  if (tokens.size() == kBlockTokens) slot.stored_blocks.push_back(key.key);
  slot.stored_tokens = begin + tokens.size();
}

void SlotStore::SaveAll(CacheSlot& slot) {
  while (HasUnsaved(slot) && store_->CanSave()) SaveNext(slot);
}

SlotRestore SlotStore::RestoreNext(CacheSlot& slot) {
  const auto started_at = std::chrono::steady_clock::now();
  const BlockMatch block = slot.to_restore.front();
  const auto state = store_->Load(block.key);
  const auto begin = static_cast<std::int32_t>(block.begin);
  const RestoreStatus status =
      state ? context_.Restore(slot.sequence, begin, block.token_count, *state)
            : RestoreStatus::kDamaged;
  if (status == RestoreStatus::kNoSpace) return SlotRestore::kNoSpace;
  if (status == RestoreStatus::kDamaged) {
    slot.to_restore.clear();
    return SlotRestore::kDone;
  }
  if (block.match_count < block.token_count) {
    context_.Remove(slot.sequence, begin + static_cast<std::int32_t>(block.match_count));
  }
  const auto tokens = std::span(slot.job->tokens()).subspan(block.begin, block.match_count);
  slot.cached.insert(slot.cached.end(), tokens.begin(), tokens.end());
  if (block.match_count == kBlockTokens) slot.stored_blocks.push_back(block.key.key);
  slot.stored_tokens = slot.cached.size();
  slot.to_restore.pop_front();
  slot.job->AddRestored(block.match_count, std::chrono::steady_clock::now() - started_at);
  return SlotRestore::kDone;
}

}  // namespace chatglm
