#include "module/device.h"

#include <string>
#include <string_view>
#include <unordered_map>

#include "choose_kernels.h"
#include "module/backend.h"
#include "module/packed_buffer.h"
#include "module/supported_operations.h"

namespace chatglm::kernels {
namespace {

const KernelTable* kernels = nullptr;

const char* DeviceName(ggml_backend_dev_t) { return "ChatGLM"; }

const char* DeviceDescription(ggml_backend_dev_t) {
  static const std::string text = std::string("CPU kernels for ChatGLM, ") + Kernels().name;
  return text.c_str();
}

const char* KernelsName() { return Kernels().name; }
const char* LayoutName() { return kLayout; }

/// Its memory is the CPU's, which reports it.
void DeviceMemory(ggml_backend_dev_t, std::size_t* free, std::size_t* total) {
  *free = 0;
  *total = 0;
}

enum ggml_backend_dev_type DeviceType(ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_ACCEL; }

void DeviceProperties(ggml_backend_dev_t device, ggml_backend_dev_props* properties) {
  *properties = {};
  properties->name = DeviceName(device);
  properties->description = DeviceDescription(device);
  properties->type = DeviceType(device);
  properties->caps.buffer_from_host_ptr = FilesArePacked();
}

ggml_backend_t InitBackend(ggml_backend_dev_t, const char*) { return MakeBackend(); }

/// Where weights go. What a graph computes goes where the CPU's backend has it: libllama wants some
/// operations on the CPU, and the scheduler hands those back to a backend before it in order only
/// when both use the same memory. So the device of the backends is not the one that is registered.
ggml_backend_buffer_type_t WeightBufferType(ggml_backend_dev_t) { return PackedBufferType(); }
ggml_backend_buffer_type_t GraphBufferType(ggml_backend_dev_t) {
  return ggml_backend_cpu_buffer_type();
}

bool SupportsOperation(ggml_backend_dev_t, const ggml_tensor* operation) {
  return IsSupported(operation);
}

bool SupportsBufferType(ggml_backend_dev_t, ggml_backend_buffer_type_t type) {
  return type == PackedBufferType() || ggml_backend_buft_is_host(type);
}

const char* RegistryName(ggml_backend_reg_t) { return "ChatGLM"; }
std::size_t DeviceCount(ggml_backend_reg_t) { return 1; }
ggml_backend_dev_t GetDevice(ggml_backend_reg_t, std::size_t) { return Device(); }

void* FindProcedure(ggml_backend_reg_t, const char* name) {
  static const std::unordered_map<std::string_view, void*> procedures = {
      {"ggml_backend_set_n_threads", reinterpret_cast<void*>(&SetThreads)},
      {"ggml_backend_set_abort_callback", reinterpret_cast<void*>(&SetAbortCallback)},
      {"chatglm_kernels_are_in_use", reinterpret_cast<void*>(&IsInUse)},
      {"chatglm_kernels_name", reinterpret_cast<void*>(&KernelsName)},
      {"chatglm_kernels_layout", reinterpret_cast<void*>(&LayoutName)},
      {"chatglm_kernels_pack", reinterpret_cast<void*>(&PackBlocks)},
      {"chatglm_kernels_expect_packed_files", reinterpret_cast<void*>(&ExpectPackedFiles)}};
  const auto found = procedures.find(name);
  return found == procedures.end() ? nullptr : found->second;
}

ggml_backend_device MakeDevice(ggml_backend_buffer_type_t (*buffer_type)(ggml_backend_dev_t)) {
  return {.iface = {.get_name = DeviceName,
                    .get_description = DeviceDescription,
                    .get_memory = DeviceMemory,
                    .get_type = DeviceType,
                    .get_props = DeviceProperties,
                    .init_backend = InitBackend,
                    .get_buffer_type = buffer_type,
                    .get_host_buffer_type = nullptr,
                    .buffer_from_host_ptr = MapPacked,
                    .supports_op = SupportsOperation,
                    .supports_buft = SupportsBufferType,
                    .offload_op = nullptr,
                    .event_new = nullptr,
                    .event_free = nullptr,
                    .event_synchronize = nullptr},
          .reg = Registry(),
          .context = nullptr};
}

}  // namespace

ggml_backend_dev_t Device() {
  static ggml_backend_device device = MakeDevice(WeightBufferType);
  return &device;
}

ggml_backend_dev_t GraphDevice() {
  static ggml_backend_device device = MakeDevice(GraphBufferType);
  return &device;
}

ggml_backend_reg_t Registry() {
  static ggml_backend_reg registry = {.api_version = GGML_BACKEND_API_VERSION,
                                      .iface = {.get_name = RegistryName,
                                                .get_device_count = DeviceCount,
                                                .get_device = GetDevice,
                                                .get_proc_address = FindProcedure},
                                      .context = nullptr};
  return &registry;
}

const KernelTable& Kernels() { return *kernels; }

}  // namespace chatglm::kernels

/// Called by ggml when it loads the module. Null, and so the stock kernels, when the processor has
/// no instruction set of ours or computes anything else than expected.
extern "C" __attribute__((visibility("default"))) ggml_backend_reg_t ggml_backend_init() {
  using namespace chatglm::kernels;
  kernels = ChooseKernels();
  return kernels ? Registry() : nullptr;
}
