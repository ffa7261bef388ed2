#include "session/cache_slots.h"

#include <algorithm>

namespace chatglm {
namespace {

std::size_t CommonPrefix(const std::vector<TokenId>& a, const std::vector<TokenId>& b) {
  const auto [end, other_end] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

/// The raw tokens of `rounds` when `known` begins with them.
std::optional<std::vector<TokenId>> KnownTokens(const KnownConversation& known,
                                                const std::vector<Round>& rounds) {
  if (rounds.empty() || known.rounds.size() < rounds.size() ||
      !std::equal(rounds.begin(), rounds.end(), known.rounds.begin())) {
    return std::nullopt;
  }
  const std::size_t end = known.answer_ends[rounds.size() - 1];
  if (end == 0) return std::nullopt;
  return std::vector<TokenId>(known.tokens.begin(),
                              known.tokens.begin() + static_cast<std::ptrdiff_t>(end));
}

std::vector<TokenId> Joined(std::vector<TokenId> tokens, std::span<const TokenId> more) {
  tokens.insert(tokens.end(), more.begin(), more.end());
  return tokens;
}

}  // namespace

CacheSlots::CacheSlots(Context& context, std::uint32_t count) : context_(context), slots_(count) {
  for (std::uint32_t i = 0; i < count; ++i) slots_[i].sequence = static_cast<SequenceId>(i);
}

PromptPlan CacheSlots::Plan(const Job& job) {
  PromptPlan best;
  best.tokens = job.is_started() ? job.tokens() : Joined(job.rebuilt_prompt(), job.answer_start());
  const auto consider = [&best](std::vector<TokenId> tokens, std::size_t answer_tokens,
                                CacheSlot& slot) {
    // At least one token must be evaluated, for its logits.
    const std::size_t reused = std::min(CommonPrefix(tokens, slot.cached), tokens.size() - 1);
    const std::size_t work = tokens.size() - reused;
    if (reused > 0 && work < best.tokens.size() - best.reused) {
      best = {std::move(tokens), reused, &slot, answer_tokens};
    }
  };
  const auto consider_question = [&](const std::vector<TokenId>& question, CacheSlot& slot) {
    if (question.size() + job.answer_start().size() >= context_.cache_tokens()) return;
    if (!job.answer_start().empty() && CommonPrefix(question, slot.written) == question.size()) {
      const auto answer = std::span(slot.written).subspan(question.size());
      const std::size_t count = job.MatchAnswerStart(answer);
      if (count > 0) consider(Joined(question, answer.first(count)), count, slot);
    }
    consider(Joined(question, job.answer_start()), 0, slot);
  };
  for (CacheSlot& slot : slots_) {
    if (job.is_started()) {
      consider(job.tokens(), 0, slot);
      continue;
    }
    consider_question(job.rebuilt_prompt(), slot);
    if (!job.chat()) continue;
    const auto known = KnownTokens(slot.conversation, job.chat()->rounds);
    if (known) consider_question(Joined(*known, job.next_turn()), slot);
  }
  return best;
}

CacheSlot* CacheSlots::FindIdle(bool must_be_empty) {
  CacheSlot* oldest = nullptr;
  for (CacheSlot& slot : slots_) {
    if (slot.job || (must_be_empty && !slot.cached.empty())) continue;
    if (!oldest || slot.last_used < oldest->last_used) oldest = &slot;
  }
  return oldest;
}

CacheSlot* CacheSlots::Acquire(Job& job) {
  const PromptPlan plan = Plan(job);
  CacheSlot* slot = plan.source;
  const bool would_lose = slot && (slot->job || slot->cached.size() > plan.reused);
  if (!slot || would_lose) {
    CacheSlot* other = FindIdle(/*must_be_empty=*/true);
    if (!other && (!slot || slot->job)) other = FindIdle(/*must_be_empty=*/false);
    if (!other && (!slot || slot->job)) return nullptr;
    if (other && other != slot) {
      Clear(*other);
      if (slot) {
        context_.Share(slot->sequence, other->sequence, static_cast<std::int32_t>(plan.reused));
        other->cached.assign(plan.tokens.begin(),
                             plan.tokens.begin() + static_cast<std::ptrdiff_t>(plan.reused));
        other->conversation = slot->conversation;
      }
      slot = other;
    }
  }
  Truncate(*slot, plan.reused);
  slot->job = &job;
  slot->last_used = ++clock_;
  if (!job.is_started()) job.Start(plan.tokens, plan.reused, plan.answer_tokens);
  return slot;
}

void CacheSlots::Release(CacheSlot& slot, bool is_answer) {
  const Job& job = *slot.job;
  slot.job = nullptr;
  slot.last_used = ++clock_;
  slot.written = job.tokens();
  const ChatPrompt* chat = job.chat();
  if (!is_answer || !chat) {
    slot.conversation = {};
    return;
  }
  // Ends of earlier answers stay known when this turn continued their raw tokens.
  KnownConversation& known = slot.conversation;
  const bool continued =
      KnownTokens(known, chat->rounds).has_value() &&
      CommonPrefix(known.tokens, job.tokens()) >= known.answer_ends[chat->rounds.size() - 1];
  if (!continued) known.answer_ends.clear();
  known.answer_ends.resize(chat->rounds.size(), 0);
  known.answer_ends.push_back(job.tokens().size());
  known.rounds = chat->rounds;
  known.rounds.push_back({chat->question, job.reply()});
  known.tokens = job.tokens();
}

void CacheSlots::Preempt(CacheSlot& slot) {
  slot.job = nullptr;
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

void CacheSlots::Clear(CacheSlot& slot) {
  Truncate(slot, 0);
  slot.written.clear();
  slot.conversation = {};
}

void CacheSlots::Truncate(CacheSlot& slot, std::size_t count) {
  if (slot.cached.size() > count) {
    context_.Remove(slot.sequence, static_cast<std::int32_t>(count));
    slot.cached.resize(count);
  }
}

}  // namespace chatglm
