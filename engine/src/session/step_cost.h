#pragma once

#include <cstddef>
#include <span>

#include "session/prompt_lookup.h"

namespace chatglm {

/// What a step takes by how many tokens it evaluates, learnt from the steps themselves: reading
/// the weights costs the same for one token as for some, multiplying them costs for each.
class StepCost {
 public:
  /// A step of `tokens` took `seconds`.
  void Observe(std::size_t tokens, double seconds);
  /// What a step of `tokens` takes, in units of its own.
  double Of(std::size_t tokens) const;

  /// How many tokens a step may have, `most` at the most, so that it takes no more than `times`
  /// what a step of `tokens` takes.
  std::size_t TokensWithin(double times, std::size_t tokens, std::size_t most) const;

  /// How much of `draft` to evaluate in a step that has `others` tokens of other replies, so that
  /// the step yields the most tokens for its time. 0: none of it.
  std::size_t BestDraft(std::span<const DraftToken> draft, std::size_t others) const;

 private:
  /// Sums of a least-squares line through (tokens, seconds), of which old ones fade.
  double weight_ = 0;
  double tokens_ = 0;
  double squares_ = 0;
  double seconds_ = 0;
  double products_ = 0;
};

}  // namespace chatglm
