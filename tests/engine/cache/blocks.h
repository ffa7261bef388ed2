#pragma once

#include <algorithm>
#include <numeric>
#include <string>

#include "cache/cache_file.h"

namespace chatglm::test {

inline std::vector<CachedToken> Tokens(std::size_t count, CachedToken first = 0) {
  std::vector<CachedToken> tokens(count);
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

inline Digest DigestOf(const std::string& text) {
  DigestBuilder builder;
  builder.AddText(text);
  return builder.Finish();
}

inline Block MakeBlock(const Digest& parent, std::vector<CachedToken> tokens,
                       std::size_t state_bytes = 100) {
  const BlockKey key = MakeBlockKey(parent, tokens);
  std::vector<std::byte> state(state_bytes);
  for (std::size_t i = 0; i < state.size(); ++i) {
    state[i] = static_cast<std::byte>(i * 31 + static_cast<std::size_t>(tokens.back()));
  }
  return {parent, key.key, std::move(tokens), std::move(state)};
}

inline BlockKey KeyOf(const Block& block) { return {block.parent, block.key}; }

inline std::vector<std::byte> FileOf(const Block& block) {
  auto file = EncodeBlockHead(block);
  file.insert(file.end(), block.state.begin(), block.state.end());
  return file;
}

}  // namespace chatglm::test
