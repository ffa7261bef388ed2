#pragma once

#include <ggml-backend-impl.h>

#include <optional>

#include "packed_weights.h"

namespace chatglm::kernels {

/// The buffer type of Q4_0 and Q8_0 matrices that are laid out for the kernels.
ggml_backend_buffer_type_t PackedBufferType();

/// Whether a tensor lies in such a buffer.
bool IsInPackedBuffer(const ggml_tensor* tensor);

/// The block type when the kernels have a layout for the matrix.
std::optional<BlockType> PackableType(const ggml_tensor* tensor);

/// Whether a model has its weights in such a buffer, or its memory is computed as if it had.
/// Without one nothing is to be gained by computing here.
bool IsInUse();

}  // namespace chatglm::kernels
