#include "llama/memory_use.h"

#include <ggml-backend.h>

#include <map>

#include "llama/kernels.h"
#include "llama/memory_breakdown.h"

namespace chatglm {
namespace {

constexpr std::size_t kHost = 0;

/// Where a buffer lies: kHost or one more than the index of its device. Pinned memory of a GPU and
/// layouts of weights for the CPU are host memory.
std::size_t PlaceOf(ggml_backend_buffer_type_t type) {
  ggml_backend_dev_t device = ggml_backend_buft_get_device(type);
  if (ggml_backend_buft_is_host(type) || !device) return kHost;
  const auto kind = ggml_backend_dev_type(device);
  if (kind == GGML_BACKEND_DEVICE_TYPE_CPU || kind == GGML_BACKEND_DEVICE_TYPE_ACCEL) return kHost;
  for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    if (ggml_backend_dev_get(i) == device) return i + 1;
  }
  return kHost;
}

/// The part of reserved memory that our kernels never touch where every block repeats the scale of
/// its row, which they keep once: 2 of 18 bytes, or of 34. Huge pages that reach into it leave two
/// thirds of that, as measured with matrices of ChatGLM2-6B's sizes; without huge pages it is all
/// of it.
std::size_t UntouchedBytes(const llama_model* model, std::size_t reserved) {
  char bits[8];
  const auto length =
      llama_model_meta_val_str(model, "chatglm_desktop.row_scaled_bits", bits, sizeof bits);
  if (length != 1) return 0;
  return reserved / (bits[0] == '4' ? 9 : 17) * 2 / 3;
}

}  // namespace

std::vector<MemoryUse> MemoryByDevice(const llama_context* context) {
  std::map<std::size_t, MemoryUse> places;
  places[kHost];
  for (const auto& [type, bytes] : ReadMemoryBreakdown(context)) {
    MemoryUse& use = places[PlaceOf(type)];
    use.weight_bytes += bytes.model;
    if (IsOfKernels(type))
      use.weight_bytes -= UntouchedBytes(llama_get_model(context), bytes.model);
    use.cache_bytes += bytes.context;
    use.compute_bytes += bytes.compute;
  }
  std::vector<MemoryUse> uses;
  for (auto& [place, use] : places) {
    use.device = place == kHost ? "CPU" : ggml_backend_dev_name(ggml_backend_dev_get(place - 1));
    uses.push_back(std::move(use));
  }
  return uses;
}

}  // namespace chatglm
