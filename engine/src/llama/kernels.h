#pragma once

#include <ggml-backend.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
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

/// The name of the layout in which they read weights; empty without them.
std::string KernelLayout();

/// Lays a matrix of `rows` by `columns` out for them; `packed` has the size of `blocks`. False, and
/// nothing is done, when they have no layout for it that takes as much room.
bool PackForKernels(ggml_type type, std::int64_t rows, std::int64_t columns,
                    std::span<const std::byte> blocks, std::span<std::byte> packed);

/// While it lives, files that this thread loads and maps hold matrices as PackForKernels lays them
/// out, and these stay where they are mapped.
class PackedFilesScope {
 public:
  PackedFilesScope();
  ~PackedFilesScope();
  PackedFilesScope(const PackedFilesScope&) = delete;
  PackedFilesScope& operator=(const PackedFilesScope&) = delete;
};

}  // namespace chatglm
