#pragma once

#include <filesystem>

#include "llama/placement.h"
#include "support/digest.h"

namespace chatglm {

/// Names a model file: the whole header, the size, the time of its last change and a sample of
/// every tensor count; reading all of it would take as long as loading. Throws what
/// FileReader::Open throws.
Digest IdentifyFile(const std::filesystem::path& path);

/// Names what keys and values of a loaded model depend on: its file, the type that they are kept
/// in, the release of libllama and the devices that compute.
Digest IdentifyModel(const Digest& file, const Placement& placement);

}  // namespace chatglm
