#pragma once

#include "checkpoint/checkpoint.h"

namespace chatglm {

/// Throws EngineError when the checkpoint holds tensors that would be lost although the model's
/// answers depend on them: a P-Tuning prefix, LoRA matrices that were not merged, or parts of the
/// network that no release has. Buffers and heads outside the network are passed over.
void CheckForeignTensors(const Checkpoint& checkpoint);

}  // namespace chatglm
