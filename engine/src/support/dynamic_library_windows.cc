#include <windows.h>

#include <system_error>

#include "support/dynamic_library.h"
#include "support/utf8.h"

namespace chatglm {

std::optional<std::string> LoadLibraryForGood(const std::filesystem::path& path) {
  // Libraries that it needs are looked for beside it, too.
  const std::filesystem::path absolute = std::filesystem::absolute(path);
  DWORD old_mode = 0;
  SetThreadErrorMode(SEM_FAILCRITICALERRORS, &old_mode);  // no dialog about missing ones
  const HMODULE library = LoadLibraryExW(absolute.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  const DWORD reason = GetLastError();
  SetThreadErrorMode(old_mode, nullptr);
  if (library) return std::nullopt;
  return ReplaceInvalidUtf8(std::system_category().message(static_cast<int>(reason)));
}

}  // namespace chatglm
