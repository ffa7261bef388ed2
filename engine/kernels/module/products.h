#pragma once

#include "module/operations.h"

namespace chatglm::kernels {

WorkspaceNeed NeedOfProduct(const ggml_tensor* operation);
/// Matrix products with packed weights, halves or floats. As Compute.
void ComputeProduct(ggml_tensor* operation, const Workspace& workspace);

}  // namespace chatglm::kernels
