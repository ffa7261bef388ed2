#pragma once

#include <optional>
#include <span>
#include <vector>

#include "cache/cache_file.h"
#include "text/prompt_format.h"

namespace chatglm {

/// Rounds whose raw tokens are known, so that the next turn continues them as the official code
/// does with its cache.
struct KnownConversation {
  std::vector<Round> rounds;
  /// For each round where its raw answer ends in `tokens`; 0 where that is not known.
  std::vector<std::size_t> answer_ends;
  std::vector<TokenId> tokens;
};

/// The raw tokens of `rounds` when `known` begins with them.
std::optional<std::vector<TokenId>> KnownTokens(const KnownConversation& known,
                                                const std::vector<Round>& rounds);

/// `known` with the round whose answer ends `tokens`; `rounds` are those before it. Ends of earlier
/// answers stay known when the turn continued their raw tokens.
KnownConversation WithRound(KnownConversation known, const std::vector<Round>& rounds, Round last,
                            const std::vector<TokenId>& tokens);

/// Of the texts of rounds, in their order.
Digest DigestOf(std::span<const Round> rounds);

ConversationTokens ToRecord(const KnownConversation& known);
/// Nothing when the record is of another number of rounds or has ids from `id_end` on.
std::optional<KnownConversation> FromRecord(ConversationTokens record,
                                            const std::vector<Round>& rounds, TokenId id_end);

std::size_t CommonPrefix(std::span<const TokenId> a, std::span<const TokenId> b);

}  // namespace chatglm
