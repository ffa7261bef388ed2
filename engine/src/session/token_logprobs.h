#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace chatglm {

/// How likely the model itself held a token, before temperature, penalties and cuts.
struct TokenLogprob {
  std::string bytes;  ///< what the token writes; may be a part of a character
  double logprob = 0;
};

/// A token of a reply, with the likeliest ones in its place, the best first.
struct ChosenToken {
  TokenLogprob token;
  std::vector<TokenLogprob> top;
};

/// Reads the likelihoods off `logits`, which are finite and belong to ids from 0 on.
ChosenToken DescribeChoice(const Tokenizer& tokenizer, std::span<const float> logits,
                           TokenId chosen, std::uint32_t top_count);

}  // namespace chatglm
