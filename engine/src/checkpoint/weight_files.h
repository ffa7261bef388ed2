#pragma once

#include <filesystem>
#include <vector>

namespace chatglm {

/// The weight files of a checkpoint folder: those of its index, or a single file, or all of them.
/// Where a folder has both, safetensors come before PyTorch's unless some of them are missing.
/// Throws EngineError(kFileNotFound) naming the missing file.
std::vector<std::filesystem::path> FindWeightFiles(const std::filesystem::path& folder);

}  // namespace chatglm
