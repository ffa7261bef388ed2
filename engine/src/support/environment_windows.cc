#include <windows.h>

#include "support/environment.h"
#include "support/utf8.h"

namespace chatglm {

std::optional<std::string> ReadEnvironment(const char* name) {
  const std::wstring wide_name = PathFromUtf8(name).wstring();
  const DWORD size = GetEnvironmentVariableW(wide_name.c_str(), nullptr, 0);
  if (size == 0) return std::nullopt;
  std::wstring value(size, L'\0');
  value.resize(GetEnvironmentVariableW(wide_name.c_str(), value.data(), size));
  return PathToUtf8(value);
}

}  // namespace chatglm
