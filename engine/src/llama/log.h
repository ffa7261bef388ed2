#pragma once

#include <string>

namespace chatglm {

/// Sends warnings and errors of libllama and ggml to stderr. Call once, first.
void InstallLog();

/// While it lives, what libllama and ggml say on this thread is kept instead of written. Captures
/// may be nested.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// The warnings and errors so far.
  const std::string& text() const { return text_; }

 private:
  friend void InstallLog();

  std::string text_;
  LogCapture* outer_;
};

}  // namespace chatglm
