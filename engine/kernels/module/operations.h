#pragma once

#include <ggml.h>

#include <cstddef>
#include <cstring>

namespace chatglm::kernels {

/// A parameter of an operation; which of them it is, ggml's functions that make operations tell.
template <class T>
T Parameter(const ggml_tensor* operation, int index) {
  T value;
  static_assert(sizeof(value) == sizeof(operation->op_params[0]));
  std::memcpy(&value, operation->op_params + index, sizeof(value));
  return value;
}

/// Memory for what an operation keeps while it is computed: the team's together, and each thread's
/// own.
struct Workspace {
  std::byte* shared;
  std::byte* own;
};

/// The bytes of both that an operation needs.
struct WorkspaceNeed {
  std::size_t shared_bytes = 0;
  std::size_t own_bytes = 0;
};

WorkspaceNeed NeedOf(const ggml_tensor* operation);

/// Computes an operation that IsSupported accepted. Every thread of the team calls it, inside one
/// OpenMP parallel region; when it returns, all of the result is there.
void Compute(ggml_tensor* operation, const Workspace& workspace);

}  // namespace chatglm::kernels
