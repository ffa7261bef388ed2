#pragma once

#include <cstdint>
#include <filesystem>

#include "support/stop_flag.h"

namespace chatglm {

struct AdapterOptions {
  std::filesystem::path source;       ///< folder of a P-Tuning v2 checkpoint or of PEFT's
  std::filesystem::path destination;  ///< GGUF file; replaced when it exists
  int threads = 0;                    ///< 0: one a core
};

/// Writes an adapter as a GGUF file of type "adapter" and returns its bytes. Of a P-Tuning v2
/// prefix it holds the keys and values, for each layer `blk.N.prefix_k.weight` and
/// `blk.N.prefix_v.weight`, F32 of [positions, groups * channels], keys without rotary embedding;
/// of a LoRA adapter what libllama reads, `NAME.lora_a` and `NAME.lora_b` for each changed weight.
/// Throws EngineError.
std::uint64_t ConvertAdapter(const AdapterOptions& options, const StopFlag& stop);

}  // namespace chatglm
