#include "session/token_logprobs.h"

#include <algorithm>
#include <numeric>

#include "session/log_sum_exp.h"

namespace chatglm {

ChosenToken DescribeChoice(const Tokenizer& tokenizer, std::span<const float> logits,
                           TokenId chosen, std::uint32_t top_count) {
  const double total = LogSumExp(logits);
  const auto describe = [&](TokenId id) {
    return TokenLogprob{tokenizer.Bytes(id), logits[static_cast<std::size_t>(id)] - total};
  };
  std::vector<TokenId> ids(logits.size());
  std::iota(ids.begin(), ids.end(), 0);
  const std::size_t count = std::min<std::size_t>(top_count, ids.size());
  const auto is_likelier = [&](TokenId left, TokenId right) {
    return logits[static_cast<std::size_t>(left)] > logits[static_cast<std::size_t>(right)];
  };
  std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), ids.end(),
                    is_likelier);
  ChosenToken result{describe(chosen), {}};
  for (std::size_t i = 0; i < count; ++i) result.top.push_back(describe(ids[i]));
  return result;
}

}  // namespace chatglm
