#include "support/digest.h"

#include <sha256/sha256.h>

#define XXH_INLINE_ALL
#include <xxhash/xxhash.h>

#include <bit>
#include <cstring>

namespace chatglm {

static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(Digest) == SHA256_DIGEST_SIZE);
static_assert(sizeof(Checksum) == sizeof(XXH128_canonical_t));

DigestBuilder::DigestBuilder() : state_(std::make_unique<sha256_t>()) { sha256_init(state_.get()); }

DigestBuilder::~DigestBuilder() = default;

void DigestBuilder::Add(std::span<const std::byte> bytes) {
  sha256_update(state_.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

void DigestBuilder::AddText(std::string_view text) {
  AddNumber(text.size());
  Add(std::as_bytes(std::span(text)));
}

void DigestBuilder::AddNumber(std::uint64_t number) {
  Add(std::as_bytes(std::span(&number, std::size_t{1})));
}

Digest DigestBuilder::Finish() {
  Digest digest;
  sha256_final(state_.get(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string ToHex(std::span<const std::byte> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const std::byte byte : bytes) {
    hex += kDigits[std::to_integer<int>(byte) >> 4];
    hex += kDigits[std::to_integer<int>(byte) & 15];
  }
  return hex;
}

struct ChecksumBuilder::State {
  XXH3_state_t xxh3;
};

ChecksumBuilder::ChecksumBuilder() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->xxh3);
}

ChecksumBuilder::~ChecksumBuilder() = default;

void ChecksumBuilder::Add(std::span<const std::byte> bytes) {
  XXH3_128bits_update(&state_->xxh3, bytes.data(), bytes.size());
}

Checksum ChecksumBuilder::Finish() {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state_->xxh3));
  XXH3_128bits_reset(&state_->xxh3);
  Checksum checksum;
  std::memcpy(checksum.data(), &canonical, sizeof(checksum));
  return checksum;
}

Checksum ComputeChecksum(std::span<const std::byte> first, std::span<const std::byte> second) {
  ChecksumBuilder builder;
  builder.Add(first);
  builder.Add(second);
  return builder.Finish();
}

}  // namespace chatglm
