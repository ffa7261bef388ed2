#include "session/step_cost.h"

#include <algorithm>

namespace chatglm {
namespace {

/// What an old step still counts after a new one.
constexpr double kMemory = 0.98;
/// While all steps were alike: a step costs as much as so many tokens more, as on a common CPU.
constexpr double kUsualBase = 4.0;
/// Steps are alike when their numbers of tokens vary by less than this.
constexpr double kLeastVariance = 0.05;

}  // namespace

void StepCost::Observe(std::size_t tokens, double seconds) {
  const auto count = static_cast<double>(tokens);
  for (double* sum : {&weight_, &tokens_, &squares_, &seconds_, &products_}) *sum *= kMemory;
  weight_ += 1;
  tokens_ += count;
  squares_ += count * count;
  seconds_ += seconds;
  products_ += count * seconds;
}

double StepCost::Of(std::size_t tokens) const {
  const auto count = static_cast<double>(tokens);
  if (weight_ == 0) return kUsualBase + count;
  const double mean = tokens_ / weight_;
  const double variance = squares_ / weight_ - mean * mean;
  const double mean_seconds = seconds_ / weight_;
  const double usual_slope = mean_seconds / (kUsualBase + mean);
  if (variance < kLeastVariance) return mean_seconds + usual_slope * (count - mean);
  const double slope = (products_ / weight_ - mean * mean_seconds) / variance;
  // Noise must make no token free, nor a step of one token free.
  const double bounded = std::clamp(slope, usual_slope / 100, mean_seconds / mean);
  return mean_seconds + bounded * (count - mean);
}

std::size_t StepCost::TokensWithin(double times, std::size_t tokens, std::size_t most) const {
  const double slope = Of(tokens + 1) - Of(tokens);
  const double extra = (times - 1) * Of(tokens) / slope;
  return std::min(most, tokens + static_cast<std::size_t>(std::min(extra, 1e6)));
}

std::size_t StepCost::BestDraft(std::span<const DraftToken> draft, std::size_t others) const {
  double yield = static_cast<double>(others) + 1;
  double best = yield / Of(others + 1);
  std::size_t length = 0;
  for (std::size_t i = 0; i < draft.size(); ++i) {
    yield += draft[i].chance;
    const double rate = yield / Of(others + 2 + i);
    if (rate <= best) continue;
    best = rate;
    length = i + 1;
  }
  return length;
}

}  // namespace chatglm
