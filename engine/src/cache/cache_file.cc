#include "cache/cache_file.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace chatglm {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::array<char, 8> kBlockMagic{'C', 'G', 'L', 'M', 'B', 'L', 'C', 'K'};
constexpr std::array<char, 8> kConversationMagic{'C', 'G', 'L', 'M', 'T', 'A', 'L', 'K'};

/// Little-endian, as it lies in memory. `first` and `second` count elements behind it; a block
/// continues with its state. The checksum covers everything behind itself.
struct Head {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t head_bytes;
  Checksum checksum;
  Digest key;
  Digest parent;
  std::uint32_t first;
  std::uint32_t second;
};
static_assert(sizeof(Head) + 4 * kBlockTokens == kBlockHeadBytes);

constexpr std::size_t kCheckedFrom = offsetof(Head, key);

template <typename Element>
std::vector<Element> ReadElements(std::span<const std::byte> bytes, std::size_t count) {
  std::vector<Element> elements(count);
  // None have no address, and memcpy takes nothing without one.
  if (count > 0) std::memcpy(elements.data(), bytes.data(), count * sizeof(Element));
  return elements;
}

/// The head when it is one of `magic` and this version, and the elements that it counts are there.
std::optional<Head> ReadHead(std::span<const std::byte> bytes, const std::array<char, 8>& magic) {
  Head head;
  if (bytes.size() < sizeof(head)) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof(head));
  const std::uint64_t elements = std::uint64_t{head.first} + head.second;
  if (head.magic != magic || head.version != kVersion ||
      head.head_bytes != sizeof(head) + elements * 4 || head.head_bytes > bytes.size()) {
    return std::nullopt;
  }
  return head;
}

bool IsWhole(const Head& head, std::span<const std::byte> file) {
  return ComputeChecksum(file.subspan(kCheckedFrom), {}) == head.checksum;
}

std::vector<std::byte> WriteHead(Head head, std::span<const CachedToken> first,
                                 std::span<const std::uint32_t> second,
                                 std::span<const std::byte> behind) {
  head.version = kVersion;
  head.first = static_cast<std::uint32_t>(first.size());
  head.second = static_cast<std::uint32_t>(second.size());
  std::vector<std::byte> bytes(sizeof(head) + first.size_bytes() + second.size_bytes());
  head.head_bytes = static_cast<std::uint32_t>(bytes.size());
  std::memcpy(bytes.data(), &head, sizeof(head));
  std::ranges::copy(std::as_bytes(first), bytes.begin() + sizeof(head));
  std::ranges::copy(std::as_bytes(second),
                    bytes.begin() + static_cast<std::ptrdiff_t>(sizeof(head) + first.size_bytes()));
  const Checksum checksum = ComputeChecksum(std::span(bytes).subspan(kCheckedFrom), behind);
  std::ranges::copy(checksum, bytes.begin() + offsetof(Head, checksum));
  return bytes;
}

}  // namespace

BlockKey MakeBlockKey(const Digest& parent, std::span<const CachedToken> tokens) {
  DigestBuilder builder;
  builder.Add(parent);
  builder.Add(std::as_bytes(tokens));
  return {parent, builder.Finish()};
}

std::vector<std::byte> EncodeBlockHead(const Block& block) {
  Head head{};
  head.magic = kBlockMagic;
  head.key = block.key;
  head.parent = block.parent;
  return WriteHead(head, block.tokens, {}, block.state);
}

std::optional<BlockHead> DecodeBlockHead(std::span<const std::byte> beginning,
                                         const Digest& parent) {
  const auto head = ReadHead(beginning, kBlockMagic);
  if (!head || head->first == 0 || head->first > kBlockTokens || head->second != 0) {
    return std::nullopt;
  }
  BlockHead block;
  block.tokens = ReadElements<CachedToken>(beginning.subspan(sizeof(Head)), head->first);
  block.key = MakeBlockKey(parent, block.tokens);
  if (head->parent != parent || head->key != block.key.key) return std::nullopt;
  return block;
}

std::optional<std::span<const std::byte>> DecodeBlock(std::span<const std::byte> file,
                                                      const BlockKey& key) {
  const auto block = DecodeBlockHead(file, key.parent);
  const auto head = ReadHead(file, kBlockMagic);
  if (!block || block->key.key != key.key || !head || !IsWhole(*head, file)) return std::nullopt;
  return file.subspan(head->head_bytes);
}

std::vector<std::byte> EncodeConversation(const Digest& key, const ConversationTokens& value) {
  Head head{};
  head.magic = kConversationMagic;
  head.key = key;
  return WriteHead(head, value.tokens, value.answer_ends, {});
}

std::optional<ConversationTokens> DecodeConversation(std::span<const std::byte> file,
                                                     const Digest& key) {
  const auto head = ReadHead(file, kConversationMagic);
  if (!head || head->key != key || head->head_bytes != file.size() || !IsWhole(*head, file)) {
    return std::nullopt;
  }
  const auto elements = file.subspan(sizeof(Head));
  ConversationTokens value{
      ReadElements<CachedToken>(elements, head->first),
      ReadElements<std::uint32_t>(elements.subspan(std::size_t{head->first} * 4), head->second)};
  const auto is_inside = [&](std::uint32_t end) { return end <= value.tokens.size(); };
  if (!std::ranges::all_of(value.answer_ends, is_inside)) return std::nullopt;
  return value;
}

}  // namespace chatglm
