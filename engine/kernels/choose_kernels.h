#pragma once

#include <span>

#include "kernel_table.h"

namespace chatglm::kernels {

/// The kernels that this processor can run, the fastest first.
std::span<const KernelTable* const> AvailableKernels();

/// The first of those that computes what plain loops compute; null when none does.
const KernelTable* ChooseKernels();

/// Whether `kernels` computes what plain loops compute, on small matrices. Takes a millisecond.
bool ComputesRightly(const KernelTable& kernels);

}  // namespace chatglm::kernels
