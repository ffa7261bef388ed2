#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "text/tokenizer.h"

namespace chatglm {

/// A guess at a token that comes next. `chance`: that it and all guesses before it are right.
struct DraftToken {
  TokenId id;
  double chance;
};

/// Guesses what a reply goes on with from what follows the same words earlier in its conversation:
/// prompt lookup decoding (Saxena, 2023). Every token of the reply is also a lesson, whether it was
/// drafted or not, so how often guesses are right is known before any is paid for.
class PromptLookup {
 public:
  /// Begins anew with the tokens of a prompt, which teach nothing about the reply.
  void Start(std::span<const TokenId> prompt);
  /// Goes on with a token of the reply.
  void Add(TokenId id);
  /// At most `most` guesses at what comes next; none when the last two tokens stand nowhere else.
  std::vector<DraftToken> Draft(std::size_t most) const;

 private:
  /// Guesses after longer matches are right more often: each kind keeps its own account.
  struct Account {
    double right = 0.5;
    double seen = 1.0;
  };

  void Append(TokenId id);
  void Judge(TokenId id);
  double ChanceAfter(std::size_t match_length) const;

  std::vector<TokenId> tokens_;
  /// After two tokens, where the one stands that followed them the last time.
  std::unordered_map<std::uint64_t, std::size_t> follower_;
  std::size_t guess_ = 0;         ///< where the guess at the next token stands
  std::size_t match_length_ = 0;  ///< tokens before it that are those at the end; 0: no guess
  std::array<Account, 4> accounts_;
};

}  // namespace chatglm
