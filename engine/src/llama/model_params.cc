#include "llama/model_params.h"

#include <algorithm>

#include "support/engine_error.h"

namespace chatglm {
namespace {

bool TakesLayers(ggml_backend_dev_t device) {
  const auto type = ggml_backend_dev_type(device);
  return type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
}

std::vector<ggml_backend_dev_t> FindDevices(const std::vector<std::string>& names) {
  std::vector<ggml_backend_dev_t> devices;
  for (const std::string& name : names) {
    ggml_backend_dev_t device = ggml_backend_dev_by_name(name.c_str());
    if (!device || !TakesLayers(device)) {
      throw EngineError(ErrorCode::kInvalidParams,
                        "There is no device " + name +
                            " that takes layers. Choose one of those that the engine lists.");
    }
    if (std::ranges::find(devices, device) != devices.end()) {
      throw EngineError(ErrorCode::kInvalidParams,
                        "The device " + name + " is named twice. Name it once.");
    }
    devices.push_back(device);
  }
  return devices;
}

}  // namespace

ModelParams::ModelParams(const Placement& placement) : native_(llama_model_default_params()) {
  native_.n_gpu_layers = placement.gpu_layers;
  if (placement.devices) devices_ = FindDevices(*placement.devices);
  if (placement.tensor_split.size() > llama_max_devices() ||
      (placement.devices && placement.tensor_split.size() > devices_.size())) {
    throw EngineError(ErrorCode::kInvalidParams,
                      "The split of the layers has more parts than there are devices. Give one "
                      "part for each device.");
  }
  // Without layers a GPU is left alone altogether; libllama would compute long prompts on it.
  if (placement.gpu_layers == 0) devices_.clear();
  if (placement.devices || placement.gpu_layers == 0) {
    devices_.push_back(nullptr);
    native_.devices = devices_.data();
  }
  if (!placement.tensor_split.empty()) {
    split_ = placement.tensor_split;
    split_.resize(llama_max_devices(), 0.0f);
    native_.tensor_split = split_.data();
  }
}

}  // namespace chatglm
