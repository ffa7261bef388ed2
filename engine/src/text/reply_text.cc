#include "text/reply_text.h"

#include <algorithm>

#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::string_view kYearMarker = "[[训练时间]]";
constexpr std::string_view kYear = "2023年";

/// White space by Python's str.isspace, which the official code strips with.
bool IsPythonSpace(std::uint32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

std::size_t LeadingSpace(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const CodePoint point = DecodeUtf8(text.substr(length));
    if (!point.valid || !IsPythonSpace(point.value)) break;
    length += point.length;
  }
  return length;
}

/// Where the white space that ends `text` begins.
std::size_t TrailingSpaceBegin(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    const CodePoint point = DecodeUtf8(text.substr(begin, end - begin));
    if (!point.valid || begin + point.length != end || !IsPythonSpace(point.value)) break;
    end = begin;
  }
  return end;
}

/// Where the longest end of `text` begins that is a proper beginning of `whole`.
std::size_t PartialMatchBegin(std::string_view text, std::string_view whole) {
  for (std::size_t length = std::min(text.size(), whole.size() - 1); length > 0; --length) {
    if (text.ends_with(whole.substr(0, length))) return text.size() - length;
  }
  return text.size();
}

}  // namespace

std::string ReplyText::Take(std::string_view more) {
  if (is_stopped_ || more.empty()) return "";
  pending_ += more;

  std::size_t stop = std::string::npos;
  for (const std::string& candidate : rules_.stop_strings) {
    stop = std::min(stop, pending_.find(candidate));
  }
  if (stop != std::string::npos) {
    pending_.erase(stop);
    is_stopped_ = true;
    return "";  // Finish returns what stands before the stop string
  }

  std::size_t end = pending_.size();
  for (const std::string& candidate : rules_.stop_strings) {
    end = std::min(end, PartialMatchBegin(pending_, candidate));
  }
  if (rules_.is_chat) {
    end = std::min(end, PartialMatchBegin(pending_, kYearMarker));
    end = TrailingSpaceBegin(std::string_view(pending_).substr(0, end));
  }
  return Emit(end);
}

std::string ReplyText::Emit(std::size_t length) {
  std::string piece = pending_.substr(0, length);
  pending_.erase(0, length);
  if (rules_.is_chat) {
    if (text_.empty()) piece.erase(0, LeadingSpace(piece));
    for (std::size_t at = 0; (at = piece.find(kYearMarker, at)) != std::string::npos;) {
      piece.replace(at, kYearMarker.size(), kYear);
    }
  }
  text_ += piece;
  return piece;
}

std::string ReplyText::Finish(bool is_interrupted) {
  std::string piece = is_interrupted ? "" : Take(decoder_.Finish());
  if (rules_.is_chat) pending_.erase(TrailingSpaceBegin(pending_));
  return piece + Emit(pending_.size());
}

}  // namespace chatglm
