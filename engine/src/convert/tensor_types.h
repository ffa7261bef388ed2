#pragma once

#include <ggml.h>

#include <cstdint>
#include <vector>

#include "convert/converter.h"
#include "convert/model_tensors.h"

namespace chatglm {

/// What kSource writes fp32 matrices as.
enum class FloatPolicy { kKeepF32, kNarrowToF16 };

/// The type of each tensor in the GGUF file, in the same order: what llama-quantize would choose
/// for the same request, with its replacements for rows that a type cannot hold.
std::vector<ggml_type> ChooseTensorTypes(const std::vector<ModelTensor>& tensors,
                                         OutputType requested, std::uint32_t layer_count,
                                         FloatPolicy policy);

/// The type that most bytes of the block matrices have.
ggml_type DominantType(const std::vector<ModelTensor>& tensors,
                       const std::vector<ggml_type>& types);

/// The bits of a weight, 4 or 8, where every block of 32 columns repeats the one scale of its row
/// in all block matrices, as it does when the official INT4 and INT8 are kept. 0 elsewhere.
std::uint32_t RowScaledBits(const std::vector<ModelTensor>& tensors,
                            const std::vector<ggml_type>& types);

/// The encoding that most bytes of the block matrices have in the checkpoint.
SourceEncoding DominantEncoding(const std::vector<ModelTensor>& tensors);

}  // namespace chatglm
