#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "llama/context.h"

namespace chatglm {

struct ScoreRequest {
  /// What is read, `[gMASK] sop` included.
  std::vector<TokenId> tokens;
  /// Index of the first token that is judged; at least 1, below the number of tokens.
  std::uint32_t scored_from;
  /// UTF-8. Where what is foretold for each judged token is written to, whole.
  std::optional<std::string> write_distributions = std::nullopt;
  /// UTF-8. What another model has written there by the same tokens.
  std::optional<std::string> reference = std::nullopt;
};

/// How a model that is measured stands to the reference at one token.
struct Divergence {
  /// Kullback-Leibler, of this model from the reference, in nats: sum of p log(p / q) with the
  /// reference's p.
  double nats;
  /// What the reference held the token for.
  double reference_logprob;
  /// Whether both hold the same token for the likeliest.
  bool same_choice;
};

/// One element for each judged token.
struct ScoreResult {
  std::vector<double> logprobs;         ///< natural logarithms of what the model held it for
  std::vector<Divergence> divergences;  ///< empty without a reference
};

/// Reads the tokens in a context of its own and tells how well each was foretold by those before
/// it. Throws EngineError: kInvalidParams for tokens that the model does not have or more than it
/// was made for, kCancelled, kOutOfMemory, and what the files of distributions throw.
ScoreResult ScoreTokens(std::shared_ptr<const Model> model, const ScoreRequest& request,
                        int threads, CacheType cache_type, const StopFlag& stop);

}  // namespace chatglm
