#include "support/utf8.h"

#include <cstdint>

namespace chatglm {

namespace {

/// Length of the character that starts at `text[0]`, 0 when it is malformed.
std::size_t CharacterLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const std::uint8_t second = byte(1);
  if (first == 0xE0 && second < 0xA0) return 0;  // overlong
  if (first == 0xED && second > 0x9F) return 0;  // surrogate
  if (first == 0xF0 && second < 0x90) return 0;  // overlong
  if (first == 0xF4 && second > 0x8F) return 0;  // above U+10FFFF
  return length;
}

}  // namespace

std::string PathToUtf8(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

std::filesystem::path PathFromUtf8(std::string_view text) {
  return std::filesystem::path(std::u8string(text.begin(), text.end()));
}

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string QuoteForMessage(std::string_view text) {
  constexpr std::size_t kMaxSize = 120;
  std::string quoted = "'";
  while (!text.empty() && quoted.size() < kMaxSize) {
    const std::size_t length = CharacterLength(text);
    const bool is_plain = length > 1 || (length == 1 && text[0] >= 0x20 && text[0] != 0x7F);
    quoted += is_plain ? text.substr(0, length) : "?";
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return quoted + (text.empty() ? "'" : "…'");
}

}  // namespace chatglm
