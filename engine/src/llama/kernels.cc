#include "llama/kernels.h"

#include <ggml-backend.h>

#include <cstdio>
#include <string_view>

#include "llama/log.h"
#include "support/environment.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr const char* kModule = "libggml-chatglm.so";
constexpr std::string_view kBufferName = "ChatGLM";

using IsInUse = bool();
using Name = const char*();

IsInUse* is_in_use = nullptr;
Name* name = nullptr;

}  // namespace

void LoadKernels(const std::filesystem::path& folder) {
  if (is_in_use || ReadEnvironment("CHATGLM_ENGINE_KERNELS") == "off") return;
  const std::filesystem::path file = folder / kModule;
  if (!std::filesystem::exists(file)) return;
  const LogCapture log;
  ggml_backend_reg_t registry = ggml_backend_load(PathToUtf8(file).c_str());
  if (!registry) {
    std::fprintf(stderr, "engine: the stock kernels compute, since ours do not run here: %s\n",
                 log.text().c_str());
    return;
  }
  is_in_use = reinterpret_cast<IsInUse*>(
      ggml_backend_reg_get_proc_address(registry, "chatglm_kernels_are_in_use"));
  name =
      reinterpret_cast<Name*>(ggml_backend_reg_get_proc_address(registry, "chatglm_kernels_name"));
}

bool KernelsAreLoaded() { return is_in_use != nullptr; }

bool IsOfKernels(ggml_backend_buffer_type_t type) {
  return ggml_backend_buft_name(type) == kBufferName;
}

bool KernelsAreInUse() { return is_in_use && is_in_use(); }

std::string KernelsInUse() {
  return KernelsAreInUse() && name ? std::string("chatglm ") + name() : "ggml";
}

}  // namespace chatglm
