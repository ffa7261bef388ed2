#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace chatglm {

struct ReplyRules {
  /// Strip white space at both ends and put the training year in place of its marker, as the
  /// official `process_response` does.
  bool is_chat = true;
  /// The reply ends before the first of these; none is empty.
  std::vector<std::string> stop_strings;
  /// What the reply begins with already; the tokens go on behind it.
  std::string start = {};
};

/// The text of a reply while its tokens arrive. What Add returns never changes later: white space
/// that may turn out to be the end, parts of characters, of the marker and of a stop string are
/// held back. Linear in the length of the reply.
class ReplyText {
 public:
  ReplyText(const Tokenizer& tokenizer, ReplyRules rules)
      : decoder_(tokenizer, /*is_beginning=*/rules.start.empty()),
        rules_(std::move(rules)),
        text_(rules_.start) {}

  /// Text that became final with `id`.
  std::string Add(TokenId id) { return Take(decoder_.Add(id)); }
  /// The rest. Call once, at the end. A character whose bytes have not all arrived becomes U+FFFD,
  /// or is left out when the reply was interrupted.
  std::string Finish(bool is_interrupted = false);

  /// Whether a stop string was met; nothing comes after it.
  bool is_stopped() const { return is_stopped_; }
  /// The start and all that was returned.
  const std::string& text() const { return text_; }

 private:
  std::string Take(std::string_view more);
  std::string Emit(std::size_t length);

  TokenDecoder decoder_;
  ReplyRules rules_;
  std::string pending_;  // decoded, not yet returned
  std::string text_;
  bool is_stopped_ = false;
};

}  // namespace chatglm
