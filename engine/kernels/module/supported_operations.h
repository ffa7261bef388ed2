#pragma once

#include <ggml.h>

namespace chatglm::kernels {

/// Whether the backend computes an operation as it is given. It takes all of ChatGLM's graph, so
/// that the graph is not split, and nothing when no model's weights are laid out for it.
bool IsSupported(const ggml_tensor* operation);

}  // namespace chatglm::kernels
