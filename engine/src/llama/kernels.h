#pragma once

#include <ggml-backend.h>

#include <filesystem>
#include <string>

namespace chatglm {

/// Loads our own CPU kernels (engine/kernels) from `folder`, unless CHATGLM_ENGINE_KERNELS is
/// "off". Without them, and on processors that they were not written for, the stock kernels
/// compute; a line on stderr tells why. Call before devices are used.
void LoadKernels(const std::filesystem::path& folder);

bool KernelsAreLoaded();

/// Whether weights in such a buffer are laid out for them.
bool IsOfKernels(ggml_backend_buffer_type_t type);

/// Whether a model's weights are laid out for them at present.
bool KernelsAreInUse();

/// What multiplies weights on the CPU at present: "chatglm AVX2" for ours and the instructions that
/// they use, "ggml" for the stock ones.
std::string KernelsInUse();

}  // namespace chatglm
