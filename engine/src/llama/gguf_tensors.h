#pragma once

#include <cstdint>

#include "llama/gguf_values.h"
#include "support/model_description.h"

namespace chatglm {

/// Checks that every tensor which the ChatGLM graph reads is there, in its shape and inside the
/// file, and fills in `weight_type`, `parameter_count` and `vocabulary_size`.
/// Throws EngineError(kMissingTensor, kInvalidGguf or kFileTruncated).
void CheckTensors(const gguf_context* gguf, std::uint64_t file_size, ModelDescription& description);

}  // namespace chatglm
