#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace chatglm {

/// Loads a library into the process, where it stays. Returns why that failed, in the words of the
/// system, and nothing when it did not.
std::optional<std::string> LoadLibraryForGood(const std::filesystem::path& path);

}  // namespace chatglm
