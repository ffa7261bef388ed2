#pragma once

#include <memory>
#include <vector>

#include "checkpoint/tensor_record.h"

namespace chatglm {

/// The tensors of a file that torch.save wrote, in their order. Tensors in dictionaries within the
/// outermost one are named by the path ("state_dict.x"); other values are passed over. Reads the
/// list only, not the weights. Throws EngineError for everything that is not such a file.
std::vector<TensorRecord> ReadTorchFile(const std::shared_ptr<const FileReader>& file);

}  // namespace chatglm
