#include "support/utf8.h"

namespace chatglm {

namespace {

std::size_t LengthFromLeadByte(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Whether `second` may follow `lead`: excludes overlong forms, surrogates and too large values.
bool IsSecondByte(unsigned char lead, char second) {
  const auto byte = static_cast<unsigned char>(second);
  if (lead == 0xE0) return byte >= 0xA0 && byte <= 0xBF;
  if (lead == 0xED) return byte >= 0x80 && byte <= 0x9F;
  if (lead == 0xF0) return byte >= 0x90 && byte <= 0xBF;
  if (lead == 0xF4) return byte >= 0x80 && byte <= 0x8F;
  return IsContinuation(second);
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = LengthFromLeadByte(lead);
  if (length == 1) return {lead, 1, true};
  if (length == 0 || text.size() < length || !IsSecondByte(lead, text[1])) return {0, 1, false};
  std::uint32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return {0, 1, false};
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  return {value, length, true};
}

std::string ReplaceInvalidUtf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const CodePoint point = DecodeUtf8(bytes);
    text += point.valid ? bytes.substr(0, point.length) : kReplacementCharacter;
    bytes.remove_prefix(point.length);
  }
  return text;
}

std::size_t IncompleteUtf8Tail(std::string_view bytes) {
  for (std::size_t tail = 1; tail <= 3 && tail <= bytes.size(); ++tail) {
    const char byte = bytes[bytes.size() - tail];
    if (IsContinuation(byte)) continue;
    const auto lead = static_cast<unsigned char>(byte);
    if (LengthFromLeadByte(lead) <= tail) return 0;
    return tail == 1 || IsSecondByte(lead, bytes[bytes.size() - tail + 1]) ? tail : 0;
  }
  return 0;
}

std::string PathToUtf8(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

std::filesystem::path PathFromUtf8(std::string_view text) {
  return std::filesystem::path(std::u8string(text.begin(), text.end()));
}

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = DecodeUtf8(text);
    if (!point.valid) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

std::string QuoteForMessage(std::string_view text) {
  constexpr std::size_t kMaxSize = 120;
  std::string quoted = "'";
  while (!text.empty() && quoted.size() < kMaxSize) {
    const CodePoint point = DecodeUtf8(text);
    const bool is_plain = point.valid && point.value >= 0x20 && point.value != 0x7F;
    quoted += is_plain ? text.substr(0, point.length) : "?";
    text.remove_prefix(point.length);
  }
  return quoted + (text.empty() ? "'" : "…'");
}

}  // namespace chatglm
