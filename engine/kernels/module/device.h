#pragma once

#include <ggml-backend-impl.h>

#include "kernel_table.h"

namespace chatglm::kernels {

/// The one device of this module, of type ACCEL: libllama asks those for their buffer types before
/// it asks the CPU.
ggml_backend_dev_t Device();

/// The device of the backends that compute: the same but for the memory of what is computed, which
/// is the CPU's.
ggml_backend_dev_t GraphDevice();

/// What the registry of ggml gets.
ggml_backend_reg_t Registry();

/// The kernels that this processor runs; set once before Registry is given away.
const KernelTable& Kernels();

}  // namespace chatglm::kernels
