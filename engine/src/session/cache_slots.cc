#include "session/cache_slots.h"

#include <algorithm>

namespace chatglm {
namespace {

/// Each takes some 4 MB.
constexpr std::size_t kMostPrefixStates = 8;

}  // namespace

CacheSlots::CacheSlots(Context& context, std::uint32_t count, PrefixStore* store)
    : context_(context), slot_store_(context, store), slots_(count) {
  for (std::uint32_t i = 0; i < count; ++i) slots_[i].sequence = static_cast<SequenceId>(i);
}

CacheSlot* CacheSlots::FindIdle(bool must_be_empty) {
  CacheSlot* oldest = nullptr;
  for (CacheSlot& slot : slots_) {
    if (slot.job || (must_be_empty && !slot.cached.empty())) continue;
    if (!oldest || slot.last_used < oldest->last_used) oldest = &slot;
  }
  return oldest;
}

/// A slot that holds the `reused` tokens of the plan and nothing else.
CacheSlot* CacheSlots::Place(const PromptPlan& plan) {
  CacheSlot* slot = plan.source;
  const bool would_lose = slot && (slot->job || slot->cached.size() > plan.reused);
  if (!slot || would_lose) {
    CacheSlot* other = FindIdle(/*must_be_empty=*/true);
    if (!other && (!slot || slot->job)) other = FindIdle(/*must_be_empty=*/false);
    if (other && other != slot) {
      Clear(*other);
      if (slot) {
        context_.Share(slot->sequence, other->sequence, static_cast<std::int32_t>(plan.reused));
        other->cached.assign(plan.tokens.begin(),
                             plan.tokens.begin() + static_cast<std::ptrdiff_t>(plan.reused));
        other->conversation = slot->conversation;
        other->stored_blocks = slot->stored_blocks;
        other->stored_tokens = slot->stored_tokens;
      }
      slot = other;
    }
  }
  Truncate(*slot, plan.reused);
  return slot;
}

CacheSlot* CacheSlots::Acquire(Job& job) {
  if (!FindIdle(/*must_be_empty=*/false)) return nullptr;
  const PromptPlan plan = PlanPrompt(job, slots_, slot_store_.store(), context_.cache_tokens());
  if (job.is_preparation() && plan.restored.empty()) {
    job.Start(plan.tokens, plan.reused, 0);
    return nullptr;
  }
  CacheSlot* slot = Place(plan);
  slot->to_restore.assign(plan.restored.begin(), plan.restored.end());
  if (slot_store_.store()) slot_store_.store()->Touch(plan.restored);
  if (!plan.conversation.rounds.empty()) slot->conversation = plan.conversation;
  slot->adapter = job.adapter_identity();
  slot->job = &job;
  slot->last_used = ++clock_;
  if (!job.is_started()) job.Start(plan.tokens, plan.reused, plan.answer_tokens);
  return slot;
}

void CacheSlots::Release(CacheSlot& slot, bool is_answer) {
  const Job& job = *slot.job;
  slot.job = nullptr;
  slot.last_used = ++clock_;
  slot.to_restore.clear();
  if (job.is_preparation()) return;
  slot.written = job.tokens();
  const ChatPrompt* chat = job.chat();
  if (!is_answer || !chat) {
    slot.conversation = {};
    return;
  }
  slot.conversation = WithRound(std::move(slot.conversation), chat->rounds,
                                {chat->question, job.reply(), chat->role}, job.tokens());
  if (PrefixStore* store = slot_store_.store()) {
    store->SaveConversation(WithAdapter(DigestOf(slot.conversation.rounds), slot.adapter),
                            ToRecord(slot.conversation));
  }
}

void CacheSlots::Preempt(CacheSlot& slot) {
  slot.job = nullptr;
  slot.to_restore.clear();
  Clear(slot);
}

bool CacheSlots::EvictOne() {
  CacheSlot* oldest = nullptr;
  for (CacheSlot& slot : slots_) {
    if (slot.job || slot.cached.empty()) continue;
    if (!oldest || slot.last_used < oldest->last_used) oldest = &slot;
  }
  if (!oldest) return false;
  Clear(*oldest);
  return true;
}

void CacheSlots::ForgetIdle() {
  for (CacheSlot& slot : slots_) {
    if (slot.job) continue;
    slot.stored_tokens = slot.cached.size();
    slot.stored_blocks.resize(slot.cached.size() / kBlockTokens);
    Clear(slot);
  }
}

void CacheSlots::DropStore() {
  for (CacheSlot& slot : slots_) slot.to_restore.clear();
  slot_store_.Drop();
}

void CacheSlots::RestoreNext(CacheSlot& slot) {
  if (slot_store_.RestoreNext(slot) == SlotRestore::kNoSpace && !EvictOne()) {
    slot.to_restore.clear();
  }
}

bool CacheSlots::InsertPrefix(CacheSlot& slot) {
  Truncate(slot, 0);
  const Adapter& adapter = *slot.job->adapter();
  auto found =
      std::ranges::find(prefix_states_, adapter.identity, [](const auto& e) { return e.first; });
  if (found == prefix_states_.end()) {
    std::vector<std::byte> state = MakePrefixState(context_, slot.sequence, *adapter.prefix);
    if (state.empty()) return false;
    if (prefix_states_.size() >= kMostPrefixStates) prefix_states_.erase(prefix_states_.begin());
    prefix_states_.emplace_back(adapter.identity, std::move(state));
    found = prefix_states_.end() - 1;
  }
  const std::size_t length = adapter.prefix_length();
  if (context_.Restore(slot.sequence, 0, length, found->second) != RestoreStatus::kDone)
    return false;
  slot.cached.assign(length, kPrefixToken);
  slot.job->AddReused(length);
  return true;
}

void CacheSlots::SaveAll() {
  for (CacheSlot& slot : slots_) {
    while (slot_store_.HasUnsaved(slot)) {
      slot_store_.store()->Flush();
      slot_store_.SaveNext(slot);
    }
  }
}

bool CacheSlots::CanSave() const { return slot_store_.store() && slot_store_.store()->CanSave(); }

bool CacheSlots::HasUnsaved() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [this](const CacheSlot& slot) { return slot_store_.HasUnsaved(slot); });
}

void CacheSlots::SaveOne() {
  if (!CanSave()) return;
  for (CacheSlot& slot : slots_) {
    if (slot_store_.HasUnsaved(slot)) return slot_store_.SaveNext(slot);
  }
}

void CacheSlots::Clear(CacheSlot& slot) {
  slot_store_.SaveAll(slot);
  Truncate(slot, 0);
  slot.written.clear();
  slot.conversation = {};
}

void CacheSlots::Truncate(CacheSlot& slot, std::size_t count) {
  if (slot.cached.size() > count) {
    slot_store_.SaveAll(slot);
    context_.Remove(slot.sequence, static_cast<std::int32_t>(count));
    slot.cached.resize(count);
  }
  slot.stored_blocks.resize(std::min(slot.stored_blocks.size(), count / kBlockTokens));
  slot.stored_tokens = std::min(slot.stored_tokens, count);
}

}  // namespace chatglm
