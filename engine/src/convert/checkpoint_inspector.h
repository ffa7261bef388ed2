#pragma once

#include <filesystem>

#include "support/model_description.h"

namespace chatglm {

/// Describes a checkpoint folder from its configuration and the headers of its weight files.
/// Throws EngineError with the same codes as Convert for what Convert would refuse.
ModelDescription InspectCheckpoint(const std::filesystem::path& folder);

}  // namespace chatglm
