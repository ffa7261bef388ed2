#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "support/stop_flag.h"

namespace chatglm {

/// Precision of the converted matrices. kSource keeps that of the checkpoint: fp16, bf16 and fp32
/// stay (fp32 is written as F16 when every value fits exactly, else as F32), the official INT4
/// becomes Q4_0 and INT8 Q8_0, both without any loss. kQ4_0 of INT4 and kQ8_0 of INT8 are kSource.
/// kQ4_0 and kQ4_K_M mix types as llama-quantize does. Norms and biases are always F32.
enum class OutputType { kSource, kF16, kBf16, kQ8_0, kQ4_0, kQ4_K_M };

struct ConvertProgress {
  std::uint64_t done_bytes;   ///< bytes of the destination written so far
  std::uint64_t total_bytes;  ///< bytes of the destination when finished
  std::string step;           ///< name of the tensor being written
};

struct ConvertResult {
  std::uint64_t size_bytes;
  std::string weight_type;  ///< ggml's name of the block matrices' type: "q4_0"
};

struct ConvertOptions {
  std::filesystem::path source;       ///< checkpoint folder in the official layout
  std::filesystem::path destination;  ///< GGUF file; replaced when it exists
  std::filesystem::path tokenizer;    ///< empty: tokenizer.model in `source`
  OutputType type = OutputType::kSource;
  int threads = 0;           ///< 0: one a core
  bool keeps_draft = false;  ///< what is written stays when the conversion fails or is cancelled
};

/// Writes the checkpoint as GGUF, tensor by tensor, as `destination` + ".partial", which is renamed
/// at the end. A partial file left by a killed run is gone on with where its journal fits the
/// checkpoint and its bytes fit the journal, else replaced; the result is the same. One that
/// another conversion is writing is locked, and then this one throws kFileBusy. Calls `on_progress`
/// on this thread at least once a tensor. Throws EngineError; kCancelled when `stop` is set.
ConvertResult Convert(const ConvertOptions& options, const StopFlag& stop,
                      const std::function<void(const ConvertProgress&)>& on_progress);

}  // namespace chatglm
