#include "llama/log.h"

#include <llama.h>

#include <cstdio>

namespace chatglm {
namespace {

thread_local LogCapture* current_capture = nullptr;

}  // namespace

LogCapture::LogCapture() : outer_(current_capture) { current_capture = this; }

LogCapture::~LogCapture() { current_capture = outer_; }

void InstallLog() {
  // Warnings and errors only; libllama tells a page of details at each load.
  const auto write = [](ggml_log_level level, const char* text, void*) {
    thread_local ggml_log_level previous = GGML_LOG_LEVEL_NONE;
    if (level != GGML_LOG_LEVEL_CONT) previous = level;
    if (previous < GGML_LOG_LEVEL_WARN) return;
    if (current_capture) {
      current_capture->text_ += text;
    } else {
      std::fputs(text, stderr);
    }
  };
  llama_log_set(write, nullptr);
}

}  // namespace chatglm
