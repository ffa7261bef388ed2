#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace chatglm {

/// The path as UTF-8, for messages and JSON, whatever the code page of Windows is.
std::string PathToUtf8(const std::filesystem::path& path);

/// The path that a UTF-8 text names.
std::filesystem::path PathFromUtf8(std::string_view text);

/// Whether `text` is well-formed UTF-8: no surrogates, nothing overlong, nothing above U+10FFFF.
bool IsValidUtf8(std::string_view text);

/// `text` from a file that nobody vouches for, made fit for a message: control characters and
/// malformed bytes become '?', and a long text is cut.
std::string QuoteForMessage(std::string_view text);

}  // namespace chatglm
