#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatglm {

/// U+FFFD in UTF-8.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

struct CodePoint {
  std::uint32_t value;  ///< undefined when `valid` is false
  std::size_t length;   ///< bytes; 1 when `valid` is false
  bool valid;
};

/// The code point that starts at `text[0]`, which must exist. Surrogates, overlong forms and
/// values above U+10FFFF are not valid.
CodePoint DecodeUtf8(std::string_view text);

/// `bytes` with each byte that is part of no code point replaced by U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view bytes);

/// How many bytes at the end of `bytes` may be the beginning of a code point (0 to 3).
std::size_t IncompleteUtf8Tail(std::string_view bytes);

}  // namespace chatglm
