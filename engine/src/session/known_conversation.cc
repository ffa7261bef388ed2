#include "session/known_conversation.h"

#include <algorithm>

#include "session/adapter.h"

namespace chatglm {

std::size_t CommonPrefix(std::span<const TokenId> a, std::span<const TokenId> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

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

KnownConversation WithRound(KnownConversation known, const std::vector<Round>& rounds, Round last,
                            const std::vector<TokenId>& tokens) {
  const bool continued = KnownTokens(known, rounds).has_value() &&
                         CommonPrefix(known.tokens, tokens) >= known.answer_ends[rounds.size() - 1];
  if (!continued) known.answer_ends.clear();
  known.answer_ends.resize(rounds.size(), 0);
  known.answer_ends.push_back(tokens.size());
  known.rounds = rounds;
  known.rounds.push_back(std::move(last));
  known.tokens = tokens;
  return known;
}

Digest DigestOf(std::span<const Round> rounds) {
  DigestBuilder builder;
  for (const Round& round : rounds) {
    builder.AddText(round.question);
    builder.AddText(round.answer);
    // Conversations without roles keep the digests that are on the disk.
    if (round.role == QuestionRole{} && round.tool.empty()) continue;
    builder.AddText(round.role.system);
    builder.AddText(round.role.is_observation ? "observation" : "user");
    builder.AddText(round.tool);
  }
  return builder.Finish();
}

ConversationTokens ToRecord(const KnownConversation& known) {
  ConversationTokens record{known.tokens, {}};
  for (const std::size_t end : known.answer_ends) {
    record.answer_ends.push_back(static_cast<std::uint32_t>(end));
  }
  return record;
}

std::optional<KnownConversation> FromRecord(ConversationTokens record,
                                            const std::vector<Round>& rounds, TokenId id_end) {
  const auto is_id = [id_end](TokenId id) { return id >= kPrefixToken && id < id_end; };
  if (record.answer_ends.size() != rounds.size() || !std::ranges::all_of(record.tokens, is_id)) {
    return std::nullopt;
  }
  return KnownConversation{
      rounds, {record.answer_ends.begin(), record.answer_ends.end()}, std::move(record.tokens)};
}

}  // namespace chatglm
