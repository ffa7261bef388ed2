#pragma once

#include <optional>
#include <string>

namespace chatglm {

/// A variable of the environment in UTF-8, which on Windows `getenv` does not speak.
std::optional<std::string> ReadEnvironment(const char* name);

}  // namespace chatglm
