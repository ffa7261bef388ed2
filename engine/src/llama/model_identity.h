#pragma once

#include <filesystem>

#include "llama/placement.h"
#include "support/digest.h"

namespace chatglm {

/// Names what keys and values of a loaded model depend on: its file, the type that they are kept
/// in, the release of libllama and the devices that compute. Of the file count the whole header,
/// the size, the time of its last change and a sample of every tensor; reading all of it would take
/// as long as loading.
Digest IdentifyModel(const std::filesystem::path& file, const Placement& placement);

}  // namespace chatglm
