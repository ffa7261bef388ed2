#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sha256_t;

namespace chatglm {

using Digest = std::array<std::byte, 32>;

/// SHA-256 of what is added, for names that nobody can make two things share.
class DigestBuilder {
 public:
  DigestBuilder();
  ~DigestBuilder();
  DigestBuilder(const DigestBuilder&) = delete;
  DigestBuilder& operator=(const DigestBuilder&) = delete;

  void Add(std::span<const std::byte> bytes);
  /// Adds the length too, so that "ab", "c" and "a", "bc" differ.
  void AddText(std::string_view text);
  void AddNumber(std::uint64_t number);
  /// Call once, last.
  Digest Finish();

 private:
  std::unique_ptr<sha256_t> state_;
};

/// In hexadecimal.
std::string ToHex(std::span<const std::byte> bytes);

using Checksum = std::array<std::byte, 16>;

/// XXH3 of what is added: finds damage at the speed of memory, but not intent.
class ChecksumBuilder {
 public:
  ChecksumBuilder();
  ~ChecksumBuilder();
  ChecksumBuilder(const ChecksumBuilder&) = delete;
  ChecksumBuilder& operator=(const ChecksumBuilder&) = delete;

  void Add(std::span<const std::byte> bytes);
  /// Begins anew afterwards.
  Checksum Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The checksum of both one after the other.
Checksum ComputeChecksum(std::span<const std::byte> first, std::span<const std::byte> second);

}  // namespace chatglm
