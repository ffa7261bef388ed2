#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chatglm {

/// Cuts a stream into messages by their Content-Length headers.
/// Source: the base protocol of the Language Server Protocol 3.17.
class FrameReader {
 public:
  static constexpr std::size_t kMostHeaderBytes = 4096;
  static constexpr std::size_t kMostContentBytes = 64u << 20;

  enum class Problem {
    kBadHeader,    ///< no usable Content-Length; the next message may follow
    kTooLarge,     ///< the content was skipped; the next message follows
    kNoHeaderEnd,  ///< the stream is lost
  };
  struct Frame {
    std::string content;
    std::optional<Problem> problem;
  };

  void Feed(std::string_view bytes) { buffer_ += bytes; }
  /// The next whole message or problem, if there is one yet. Nothing comes after kNoHeaderEnd.
  std::optional<Frame> Next();

 private:
  std::optional<Frame> NextHeader();

  std::string buffer_;
  std::optional<std::size_t> content_size_;  // set: a header was read, its content is awaited
  std::size_t to_skip_ = 0;
};

/// `content` with its header.
std::string EncodeFrame(std::string_view content);

}  // namespace chatglm
