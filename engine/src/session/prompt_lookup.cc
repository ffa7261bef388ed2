#include "session/prompt_lookup.h"

#include <algorithm>
#include <bit>

namespace chatglm {
namespace {

constexpr std::size_t kLeastMatch = 2;
constexpr std::size_t kMostMatch = 16;
/// What an old lesson still counts after a new one.
constexpr double kMemory = 0.95;

std::uint64_t KeyOf(TokenId first, TokenId second) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(first)) << 32 |
         static_cast<std::uint32_t>(second);
}

/// 2, 3 to 4, 5 to 8, and more tokens.
std::size_t AccountOf(std::size_t match_length) {
  return std::min<std::size_t>(std::bit_width(match_length - 1) - 1, 3);
}

/// How many tokens before `position` equal those at the end.
std::size_t MatchBefore(std::span<const TokenId> tokens, std::size_t position) {
  std::size_t length = 0;
  while (length < std::min(position, kMostMatch) &&
         tokens[position - 1 - length] == tokens[tokens.size() - 1 - length]) {
    ++length;
  }
  return length;
}

}  // namespace

void PromptLookup::Start(std::span<const TokenId> prompt) {
  *this = PromptLookup();
  for (const TokenId id : prompt) Append(id);
}

void PromptLookup::Add(TokenId id) {
  if (match_length_ > 0) Judge(id);
  Append(id);
}

void PromptLookup::Judge(TokenId id) {
  Account& account = accounts_[AccountOf(match_length_)];
  account.right = account.right * kMemory + (tokens_[guess_] == id ? 1.0 : 0.0);
  account.seen = account.seen * kMemory + 1.0;
}

/// A match that goes on is kept; else the last two tokens are looked up.
void PromptLookup::Append(TokenId id) {
  const bool goes_on = match_length_ > 0 && tokens_[guess_] == id;
  tokens_.push_back(id);
  if (tokens_.size() < kLeastMatch) return;
  const std::uint64_t key = KeyOf(tokens_[tokens_.size() - 2], id);
  if (goes_on) {
    ++guess_;
    match_length_ = std::min(match_length_ + 1, kMostMatch);
  } else if (const auto found = follower_.find(key); found != follower_.end()) {
    guess_ = found->second;
    match_length_ = MatchBefore(tokens_, guess_);
  } else {
    match_length_ = 0;
  }
  follower_[key] = tokens_.size();
}

double PromptLookup::ChanceAfter(std::size_t match_length) const {
  const Account& account = accounts_[AccountOf(match_length)];
  return account.right / account.seen;
}

std::vector<DraftToken> PromptLookup::Draft(std::size_t most) const {
  std::vector<DraftToken> draft;
  if (match_length_ == 0) return draft;
  double chance = 1.0;
  for (std::size_t i = 0; i < most && guess_ + i < tokens_.size(); ++i) {
    chance *= ChanceAfter(match_length_ + i);
    draft.push_back({tokens_[guess_ + i], chance});
  }
  return draft;
}

}  // namespace chatglm
