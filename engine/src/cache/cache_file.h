#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "support/digest.h"

namespace chatglm {

using CachedToken = std::int32_t;

/// Tokens that one block holds at most. A shorter one is the end of what was evaluated.
inline constexpr std::size_t kBlockTokens = 256;

/// What the keys and values of a few tokens in a row are named by: those tokens and all before
/// them, of one model.
struct BlockKey {
  Digest parent;
  Digest key;
};

BlockKey MakeBlockKey(const Digest& parent, std::span<const CachedToken> tokens);

/// Evaluated tokens in a row.
struct Block {
  Digest parent;
  Digest key;
  std::vector<CachedToken> tokens;
  /// As libllama writes a sequence that holds these tokens alone.
  std::vector<std::byte> state;
};

/// The raw tokens of a conversation, which its text does not tell.
struct ConversationTokens {
  std::vector<CachedToken> tokens;
  /// For each round where its answer ends in `tokens`; 0 where that is not known.
  std::vector<std::uint32_t> answer_ends;
};

/// The file of a block up to its state, which follows. The checksum in it covers both.
std::vector<std::byte> EncodeBlockHead(const Block& block);

/// How much of a file DecodeBlockHead needs at most.
inline constexpr std::size_t kBlockHeadBytes = 104 + 4 * kBlockTokens;

struct BlockHead {
  BlockKey key;
  std::vector<CachedToken> tokens;
};

/// From the beginning of a file, which alone cannot be checked: what it says to be, when that is a
/// block after `parent` of the tokens in it.
std::optional<BlockHead> DecodeBlockHead(std::span<const std::byte> beginning,
                                         const Digest& parent);
/// The state in the file of a block, whatever the bytes are: nothing when they are cut, damaged, of
/// another version or not what `key` names.
std::optional<std::span<const std::byte>> DecodeBlock(std::span<const std::byte> file,
                                                      const BlockKey& key);

std::vector<std::byte> EncodeConversation(const Digest& key, const ConversationTokens& value);
/// As DecodeBlock.
std::optional<ConversationTokens> DecodeConversation(std::span<const std::byte> file,
                                                     const Digest& key);

}  // namespace chatglm
