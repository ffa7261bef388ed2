#pragma once

#include <filesystem>
#include <memory>

#include "llama/model.h"

struct llama_adapter_lora;

namespace chatglm {

/// The matrices of a LoRA adapter in memory, where its model's weights are. Belongs to the thread
/// of the contexts that use it, and outlives its use in them.
class LoraWeights {
 public:
  /// `path`: a file that CheckLoraFits has passed. Throws EngineError(kLoadFailed) when libllama
  /// cannot load it, for want of memory most likely.
  LoraWeights(std::shared_ptr<const Model> model, const std::filesystem::path& path);
  ~LoraWeights();
  LoraWeights(const LoraWeights&) = delete;
  LoraWeights& operator=(const LoraWeights&) = delete;

  llama_adapter_lora* handle() const { return adapter_; }

 private:
  std::shared_ptr<const Model> model_;
  llama_adapter_lora* adapter_;
};

}  // namespace chatglm
