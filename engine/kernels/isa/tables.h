#pragma once

#include "kernel_table.h"

namespace chatglm::kernels {

/// Each is compiled for its instruction set, and only for processors that may have it.
const KernelTable& Avx2Kernels();
const KernelTable& AvxVnniKernels();
const KernelTable& Avx512VnniKernels();
const KernelTable& NeonKernels();

}  // namespace chatglm::kernels
