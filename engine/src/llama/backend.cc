#include "llama/backend.h"

#include <ggml-backend.h>
#include <llama.h>

#include <algorithm>

#include "llama/kernels.h"
#include "llama/log.h"
#include "support/available_memory.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

std::string KindName(enum ggml_backend_dev_type type) {
  switch (type) {
    case GGML_BACKEND_DEVICE_TYPE_GPU:
      return "gpu";
    case GGML_BACKEND_DEVICE_TYPE_IGPU:
      return "integrated_gpu";
    case GGML_BACKEND_DEVICE_TYPE_ACCEL:
      return "accelerator";
    default:
      return "cpu";
  }
}

}  // namespace

void LoadBackends(const std::filesystem::path& folder) {
  InstallLog();
  ggml_backend_load_all_from_path(PathToUtf8(folder).c_str());
  LoadKernels(folder);
  llama_backend_init();
}

std::vector<DeviceInfo> ListDevices() {
  std::vector<DeviceInfo> devices;
  for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    ggml_backend_dev_props props{};
    ggml_backend_dev_get_props(ggml_backend_dev_get(i), &props);
    std::uint64_t free = props.memory_free;
    if (props.type == GGML_BACKEND_DEVICE_TYPE_CPU) {
      // ggml takes all memory of the computer for free.
      free = std::min<std::uint64_t>(AvailableMemory().value_or(free), props.memory_total);
    }
    devices.push_back(
        {props.name, props.description, KindName(props.type), props.memory_total, free});
  }
  return devices;
}

std::string LlamaVersion() { return llama_version(); }

}  // namespace chatglm
