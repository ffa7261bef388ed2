#pragma once

#include <memory>
#include <vector>

#include "checkpoint/tensor_record.h"

namespace chatglm {

/// The tensors of a safetensors file in the order of their data. Reads the header only. Throws
/// EngineError(kFileTruncated) when the file ends before its data, (kInvalidCheckpoint) when the
/// header is malformed or its tensors overlap, leave gaps or do not fit their shapes.
std::vector<TensorRecord> ReadSafetensorsFile(const std::shared_ptr<const FileReader>& file);

}  // namespace chatglm
