#include "fuzz/fuzz_cache.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "cache/cache_file.h"

namespace chatglm::fuzz {
namespace {

// Where they lie in a file; what the checksum covers begins with the key.
constexpr std::size_t kChecksumAt = 16;
constexpr std::size_t kKeyAt = kChecksumAt + sizeof(Checksum);
constexpr std::size_t kParentAt = kKeyAt + sizeof(Digest);

Digest DigestAt(std::span<const std::byte> file, std::size_t position) {
  Digest digest{};
  std::memcpy(digest.data(), file.data() + position, sizeof(digest));
  return digest;
}

}  // namespace

void ReadCacheFile(std::string_view bytes) {
  std::vector<std::byte> file(bytes.size());
  std::ranges::transform(bytes, file.begin(), [](char byte) { return std::byte(byte); });
  Digest key{};
  Digest parent{};
  if (file.size() >= kParentAt + sizeof(Digest)) {
    key = DigestAt(file, kKeyAt);
    parent = DigestAt(file, kParentAt);
    const Checksum checksum = ComputeChecksum(std::span(file).subspan(kKeyAt), {});
    std::ranges::copy(checksum, file.begin() + kChecksumAt);
  }
  const auto head = DecodeBlockHead(file, parent);
  const auto state = DecodeBlock(file, head ? head->key : BlockKey{parent, key});
  if (head.has_value() != state.has_value()) std::abort();
  DecodeConversation(file, key);
}

}  // namespace chatglm::fuzz
