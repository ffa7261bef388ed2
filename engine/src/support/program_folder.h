#pragma once

#include <filesystem>

namespace chatglm {

/// The folder that the running program lies in, where its modules are.
std::filesystem::path ProgramFolder();

}  // namespace chatglm
