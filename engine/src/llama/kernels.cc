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

/// What the module offers beyond ggml's interface; null without it.
struct Procedures {
  bool (*is_in_use)() = nullptr;
  const char* (*name)() = nullptr;
  const char* (*layout)() = nullptr;
  bool (*pack)(ggml_type type, std::int64_t rows, std::int64_t columns, const void* blocks,
               void* packed) = nullptr;
  void (*expect_packed_files)(bool are_packed) = nullptr;
};

Procedures procedures;

template <class Procedure>
void Find(ggml_backend_reg_t registry, const char* name, Procedure& procedure) {
  procedure = reinterpret_cast<Procedure>(ggml_backend_reg_get_proc_address(registry, name));
}

}  // namespace

void LoadKernels(const std::filesystem::path& folder) {
  if (KernelsAreLoaded() || ReadEnvironment("CHATGLM_ENGINE_KERNELS") == "off") return;
  const std::filesystem::path file = folder / kModule;
  if (!std::filesystem::exists(file)) return;
  const LogCapture log;
  ggml_backend_reg_t registry = ggml_backend_load(PathToUtf8(file).c_str());
  if (!registry) {
    std::fprintf(stderr, "engine: the stock kernels compute, since ours do not run here: %s\n",
                 log.text().c_str());
    return;
  }
  Find(registry, "chatglm_kernels_are_in_use", procedures.is_in_use);
  Find(registry, "chatglm_kernels_name", procedures.name);
  Find(registry, "chatglm_kernels_layout", procedures.layout);
  Find(registry, "chatglm_kernels_pack", procedures.pack);
  Find(registry, "chatglm_kernels_expect_packed_files", procedures.expect_packed_files);
}

bool KernelsAreLoaded() { return procedures.is_in_use != nullptr; }

bool IsOfKernels(ggml_backend_buffer_type_t type) {
  return ggml_backend_buft_name(type) == kBufferName;
}

bool KernelsAreInUse() { return KernelsAreLoaded() && procedures.is_in_use(); }

std::string KernelsInUse() {
  return KernelsAreInUse() ? std::string("chatglm ") + procedures.name() : "ggml";
}

std::string KernelLayout() { return KernelsAreLoaded() ? procedures.layout() : ""; }

bool PackForKernels(ggml_type type, std::int64_t rows, std::int64_t columns,
                    std::span<const std::byte> blocks, std::span<std::byte> packed) {
  return KernelsAreLoaded() && procedures.pack(type, rows, columns, blocks.data(), packed.data());
}

PackedFilesScope::PackedFilesScope() {
  if (KernelsAreLoaded()) procedures.expect_packed_files(true);
}

PackedFilesScope::~PackedFilesScope() {
  if (KernelsAreLoaded()) procedures.expect_packed_files(false);
}

}  // namespace chatglm
