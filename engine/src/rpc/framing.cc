#include "rpc/framing.h"

#include <algorithm>
#include <charconv>

namespace chatglm {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::size_t> ContentLength(std::string_view header) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(kLineEnd), header.size());
    std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(header.size(), end + kLineEnd.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (!EqualsIgnoringCase(line.substr(0, colon), "Content-Length")) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    std::size_t length = 0;
    const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error != std::errc{} || rest != value.data() + value.size()) return std::nullopt;
    return length;
  }
  return std::nullopt;
}

}  // namespace

std::optional<FrameReader::Frame> FrameReader::Next() {
  if (to_skip_ > 0) {
    const std::size_t skipped = std::min(to_skip_, buffer_.size());
    buffer_.erase(0, skipped);
    to_skip_ -= skipped;
    if (to_skip_ > 0) return std::nullopt;
  }
  if (!content_size_) {
    auto problem = NextHeader();
    if (problem || !content_size_) return problem;
  }
  if (buffer_.size() < *content_size_) return std::nullopt;
  Frame frame{buffer_.substr(0, *content_size_), std::nullopt};
  buffer_.erase(0, *content_size_);
  content_size_.reset();
  return frame;
}

std::optional<FrameReader::Frame> FrameReader::NextHeader() {
  const std::size_t end = buffer_.find(kHeaderEnd);
  if (end == std::string::npos || end > kMostHeaderBytes) {
    if (buffer_.size() <= kMostHeaderBytes) return std::nullopt;
    return Frame{"", Problem::kNoHeaderEnd};
  }
  const auto length = ContentLength(std::string_view(buffer_).substr(0, end));
  buffer_.erase(0, end + kHeaderEnd.size());
  if (!length) return Frame{"", Problem::kBadHeader};
  if (*length > kMostContentBytes) {
    to_skip_ = *length;
    return Frame{"", Problem::kTooLarge};
  }
  content_size_ = length;
  return std::nullopt;
}

std::string EncodeFrame(std::string_view content) {
  return "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + std::string(content);
}

}  // namespace chatglm
