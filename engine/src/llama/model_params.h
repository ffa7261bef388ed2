#pragma once

#include <llama.h>

#include <vector>

#include "llama/placement.h"

namespace chatglm {

/// The parameters of libllama for a placement, with the lists that they point to.
class ModelParams {
 public:
  /// Throws EngineError(kInvalidParams) for a device that is not there or takes no layers, and for
  /// a split that does not fit the devices.
  explicit ModelParams(const Placement& placement);
  ModelParams(const ModelParams&) = delete;
  ModelParams& operator=(const ModelParams&) = delete;

  llama_model_params& native() { return native_; }

 private:
  std::vector<ggml_backend_dev_t> devices_;  // ends with nullptr, as libllama wants it
  std::vector<float> split_;
  llama_model_params native_;
};

}  // namespace chatglm
