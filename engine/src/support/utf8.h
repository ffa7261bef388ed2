#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace chatglm {

/// The path as UTF-8, for messages and JSON, whatever the code page of Windows is.
std::string PathToUtf8(const std::filesystem::path& path);

/// The path that a UTF-8 text names.
std::filesystem::path PathFromUtf8(std::string_view text);

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

/// Whether `text` is well-formed UTF-8: no surrogates, nothing overlong, nothing above U+10FFFF.
bool IsValidUtf8(std::string_view text);

/// `text` from a file that nobody vouches for, made fit for a message: control characters and
/// malformed bytes become '?', and a long text is cut.
std::string QuoteForMessage(std::string_view text);

}  // namespace chatglm
