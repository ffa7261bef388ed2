#pragma once

#include "module/operations.h"

namespace chatglm::kernels {

WorkspaceNeed NeedOfAttention(const ggml_tensor* operation);
/// GGML_OP_FLASH_ATTN_EXT with the heads of a group side by side. As Compute.
void ComputeAttention(ggml_tensor* operation, const Workspace& workspace);

}  // namespace chatglm::kernels
