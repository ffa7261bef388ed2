#include "session/prompt_plan.h"

#include <algorithm>

namespace chatglm {
namespace {

std::vector<TokenId> Joined(std::vector<TokenId> tokens, std::span<const TokenId> more) {
  tokens.insert(tokens.end(), more.begin(), more.end());
  return tokens;
}

class Planner {
 public:
  Planner(const Job& job, std::vector<CacheSlot>& slots, PrefixStore* store,
          std::size_t context_tokens)
      : job_(job), slots_(slots), store_(store), context_tokens_(context_tokens) {}

  PromptPlan Run() {
    best_.tokens = job_.is_started() ? job_.tokens() : Whole(job_.rebuilt_prompt());
    if (job_.is_started()) {
      Consider(job_.tokens(), 0, {});
      return std::move(best_);
    }
    ConsiderQuestion(job_.rebuilt_prompt(), {});
    if (!job_.chat() || job_.chat()->rounds.empty()) return std::move(best_);
    const std::vector<Round>& rounds = job_.chat()->rounds;
    for (const CacheSlot& slot : slots_) {
      if (IsAlike(slot)) ConsiderKnown(slot.conversation, {});
    }
    if (const auto stored = FindStored(rounds)) ConsiderKnown(*stored, *stored);
    return std::move(best_);
  }

 private:
  /// Whether what the slot holds was computed as the job's would be.
  bool IsAlike(const CacheSlot& slot) const { return slot.adapter == job_.adapter_identity(); }

  std::vector<TokenId> Whole(const std::vector<TokenId>& question) const {
    return Joined(question, job_.answer_start());
  }

  std::optional<KnownConversation> FindStored(const std::vector<Round>& rounds) const {
    if (!store_) return std::nullopt;
    auto record = store_->FindConversation(WithAdapter(DigestOf(rounds), job_.adapter_identity()));
    if (!record) return std::nullopt;
    return FromRecord(std::move(*record), rounds, job_.vocabulary_size());
  }

  void ConsiderKnown(const KnownConversation& known, const KnownConversation& from_store) {
    const auto tokens = KnownTokens(known, job_.chat()->rounds);
    if (tokens) ConsiderQuestion(Joined(*tokens, job_.next_turn()), from_store);
  }

  void ConsiderQuestion(const std::vector<TokenId>& question, const KnownConversation& known) {
    if (question.size() + job_.answer_start().size() >= context_tokens_) return;
    if (!job_.answer_start().empty()) {
      for (const CacheSlot& slot : slots_) {
        if (!IsAlike(slot) || CommonPrefix(question, slot.written) < question.size()) continue;
        const auto answer = std::span(slot.written).subspan(question.size());
        const std::size_t count = job_.MatchAnswerStart(answer);
        if (count > 0) Consider(Joined(question, answer.first(count)), count, known);
      }
    }
    Consider(Whole(question), 0, known);
  }

  void Consider(std::vector<TokenId> tokens, std::size_t answer_tokens,
                const KnownConversation& known) {
    PromptPlan plan{std::move(tokens), answer_tokens, 0, nullptr, {}, known};
    // At least one token must be evaluated, for its logits.
    const auto beginning = std::span<const TokenId>(plan.tokens).first(plan.tokens.size() - 1);
    for (CacheSlot& slot : slots_) {
      const std::size_t reused = IsAlike(slot) ? CommonPrefix(beginning, slot.cached) : 0;
      if (reused > plan.reused && reused >= job_.prefix_length()) {
        plan.reused = reused;
        plan.source = &slot;
      }
    }
    AddStored(plan, beginning);
    if (plan.work() < best_.work()) best_ = std::move(plan);
  }

  /// A block is restored as a whole, so what a slot holds of the first one does not count.
  void AddStored(PromptPlan& plan, std::span<const TokenId> beginning) const {
    if (!store_) return;
    const Digest root = WithAdapter(store_->root(), job_.adapter_identity());
    for (const BlockMatch& block : store_->Find(beginning, root)) {
      if (block.begin + block.match_count <= plan.reused) continue;
      if (plan.restored.empty()) plan.reused = std::min(plan.reused, block.begin);
      plan.restored.push_back(block);
    }
    if (plan.reused == 0) plan.source = nullptr;
  }

  const Job& job_;
  std::vector<CacheSlot>& slots_;
  PrefixStore* store_;
  std::size_t context_tokens_;
  PromptPlan best_;
};

}  // namespace

std::size_t PromptPlan::work() const {
  const std::size_t end =
      restored.empty() ? reused : restored.back().begin + restored.back().match_count;
  return tokens.size() - end;
}

PromptPlan PlanPrompt(const Job& job, std::vector<CacheSlot>& slots, PrefixStore* store,
                      std::size_t context_tokens) {
  return Planner(job, slots, store, context_tokens).Run();
}

}  // namespace chatglm
