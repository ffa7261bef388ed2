#include <dlfcn.h>

#include "support/dynamic_library.h"
#include "support/utf8.h"

namespace chatglm {

std::optional<std::string> LoadLibraryForGood(const std::filesystem::path& path) {
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return std::nullopt;
  const char* reason = dlerror();
  return ReplaceInvalidUtf8(reason ? reason : "The system does not say why.");
}

}  // namespace chatglm
