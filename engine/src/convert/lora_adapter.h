#pragma once

#include <ggml.h>

#include <filesystem>
#include <string>
#include <vector>

#include "convert/float_matrix.h"

namespace chatglm {

/// A change of one weight matrix: `b` times `a`, by the factor alpha / rank.
struct LoraPair {
  std::string target;              ///< in GGUF: "blk.0.attn_qkv.weight"
  FloatMatrix a;                   ///< [rank][columns of the target]
  FloatMatrix b;                   ///< [rows of the target][rank]
  ggml_type type = GGML_TYPE_F32;  ///< F16 where that holds both exactly
};

struct LoraAdapter {
  float alpha = 1;  ///< above 0
  std::vector<LoraPair> pairs;
};

/// Whether PEFT saved an adapter in the folder.
bool IsPeftFolder(const std::filesystem::path& folder);

/// A LoRA adapter as PEFT saves it: adapter_config.json and adapter_model.safetensors or .bin, with
/// lora_A and lora_B of linear layers. `rslora` and `alpha_pattern` are worked into `b`. Throws
/// EngineError: kUnsupportedConversion for adapters of other kinds (DoRA, trained biases) and for
/// layers that cannot be changed, kInvalidCheckpoint for damaged ones.
LoraAdapter ReadPeftFolder(const std::filesystem::path& folder);

}  // namespace chatglm
