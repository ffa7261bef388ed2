#pragma once

#include <optional>
#include <string_view>

#include "checkpoint/tensor_record.h"

namespace chatglm {

/// Whether saved weights may name the global ("torch._utils._rebuild_tensor_v2"). Everything else
/// in a pickle could be a program.
bool IsAllowedGlobal(std::string_view name);

/// Element type of "torch.HalfStorage"; nothing for other globals and for untyped storages.
std::optional<DataType> StorageType(std::string_view global);

/// Element type of "torch.float16"; nothing for other globals.
std::optional<DataType> TorchType(std::string_view global);

/// Whether the storage counts bytes instead of elements.
bool IsUntypedStorage(std::string_view global);

}  // namespace chatglm
