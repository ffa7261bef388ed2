#pragma once

#include <ggml-backend-impl.h>

#include <optional>

#include "packed_weights.h"

namespace chatglm::kernels {

/// The buffer type of Q4_0 and Q8_0 matrices that are laid out for the kernels.
ggml_backend_buffer_type_t PackedBufferType();

/// Lays a matrix out as it lies in such a buffer. False, and nothing is done, when the kernels have
/// no layout for it that takes as many bytes as its blocks. An engine may keep the result in a
/// file; `kLayout` names the layout.
bool PackBlocks(ggml_type type, std::int64_t rows, std::int64_t columns, const void* blocks,
                void* packed);
inline constexpr const char* kLayout = "chatglm-16-rows-1";

/// Whether files that this thread loads hold matrices as PackBlocks lays them out, so that they can
/// stay where libllama has mapped them.
void ExpectPackedFiles(bool are_packed);
bool FilesArePacked();
/// A buffer of such matrices at `memory`, which is only read and outlives it.
ggml_backend_buffer_t MapPacked(ggml_backend_dev_t device, void* memory, std::size_t size,
                                std::size_t largest_tensor);

/// Whether a tensor lies in such a buffer.
bool IsInPackedBuffer(const ggml_tensor* tensor);

/// The block type when the kernels have a layout for the matrix.
std::optional<BlockType> PackableType(const ggml_tensor* tensor);

/// Whether a model has its weights in such a buffer, or its memory is computed as if it had.
/// Without one nothing is to be gained by computing here.
bool IsInUse();

}  // namespace chatglm::kernels
