#pragma once

#include <ggml-backend-impl.h>

namespace chatglm::kernels {

/// A backend of the device; one a context.
ggml_backend_t MakeBackend();

/// For ggml_backend_reg_get_proc_address.
void SetThreads(ggml_backend_t backend, int threads);
void SetAbortCallback(ggml_backend_t backend, ggml_abort_callback callback, void* data);

}  // namespace chatglm::kernels
