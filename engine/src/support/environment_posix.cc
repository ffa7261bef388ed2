#include <cstdlib>

#include "support/environment.h"

namespace chatglm {

std::optional<std::string> ReadEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace chatglm
