#include "session/step_batch.h"

#include <algorithm>
#include <map>

namespace chatglm {
namespace {

/// What is guessed of one reply in a step.
constexpr std::size_t kMostDrafted = 24;
/// How much longer the steps of replies may take while the prompt of another one is read.
constexpr double kMostDelay = 2.0;

void AddPart(StepBatch& batch, CacheSlot& slot, std::size_t count) {
  const std::vector<TokenId>& tokens = slot.job->tokens();
  const std::size_t begin = slot.cached.size();
  const bool is_last = begin + count == tokens.size();
  for (std::size_t i = begin; i < begin + count; ++i) {
    batch.entries.push_back({tokens[i], static_cast<std::int32_t>(i), slot.sequence,
                             is_last && i + 1 == begin + count});
  }
  batch.parts.push_back(
      {&slot, count, is_last ? static_cast<int>(batch.entries.size()) - 1 : -1, {}});
}

/// Adds guesses after the next token of a reply. `others`: tokens that the step holds for other
/// replies in the end; `room`: guesses that it can take.
void AddDraft(StepBatch& batch, CacheSlot& slot, const StepCost& cost, std::size_t others,
              std::size_t room) {
  const std::vector<DraftToken> draft = slot.job->Draft(std::min(kMostDrafted, room));
  const std::size_t count = cost.BestDraft(draft, others);
  auto position = static_cast<std::int32_t>(slot.job->tokens().size());
  for (std::size_t i = 0; i < count; ++i) {
    batch.entries.push_back({draft[i].id, position++, slot.sequence, true});
    batch.parts.back().draft.push_back(draft[i].id);
  }
}

bool IsReady(const CacheSlot& slot) {
  return slot.job && slot.to_restore.empty() && slot.cached.size() >= slot.job->prefix_length();
}

bool IsWriting(const CacheSlot& slot) {
  return slot.job->tokens().size() - slot.cached.size() == 1;
}

}  // namespace

bool StepBatch::has_drafts() const {
  return std::any_of(parts.begin(), parts.end(),
                     [](const Part& part) { return !part.draft.empty(); });
}

std::optional<StepWeights> NextWeights(const std::vector<CacheSlot>& slots, const Digest& last) {
  std::map<Digest, const LoraUse*> ready;
  for (const CacheSlot& slot : slots) {
    if (IsReady(slot)) ready.emplace(slot.job->weights(), slot.job->lora());
  }
  if (ready.empty()) return std::nullopt;
  auto next = ready.upper_bound(last);
  if (next == ready.end()) next = ready.begin();
  return StepWeights{next->first, next->second};
}

StepBatch MakeStepBatch(std::vector<CacheSlot>& slots, const Digest& weights,
                        const StepLimits& limits) {
  const auto& [slice_tokens, cost, drafts] = limits;
  StepBatch batch;
  std::vector<CacheSlot*> reading;
  std::vector<CacheSlot*> writing;
  std::size_t all_writing = 0;
  for (CacheSlot& slot : slots) {
    if (!IsReady(slot)) continue;
    if (IsWriting(slot)) ++all_writing;
    if (slot.job->weights() == weights) (IsWriting(slot) ? writing : reading).push_back(&slot);
  }
  for (std::size_t i = 0; i < writing.size(); ++i) {
    const std::size_t others = batch.entries.size() + writing.size() - i - 1;
    AddPart(batch, *writing[i], 1);
    if (!drafts || !reading.empty()) continue;
    const std::size_t room = slice_tokens - std::min<std::size_t>(slice_tokens, others + 1);
    AddDraft(batch, *writing[i], cost, others, room);
  }
  std::size_t most = slice_tokens;
  if (all_writing > 0) most = cost.TokensWithin(kMostDelay, all_writing, slice_tokens);
  for (std::size_t i = 0; i < reading.size(); ++i) {
    const std::size_t used = batch.entries.size();
    if (used >= slice_tokens) break;
    const std::size_t left = most - std::min(most, used);
    const std::size_t share = std::max<std::size_t>(1, left / (reading.size() - i));
    const std::size_t missing = reading[i]->job->tokens().size() - reading[i]->cached.size();
    AddPart(batch, *reading[i], std::min(share, missing));
  }
  return batch;
}

}  // namespace chatglm
