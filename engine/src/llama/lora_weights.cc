#include "llama/lora_weights.h"

#include <llama.h>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

LoraWeights::LoraWeights(std::shared_ptr<const Model> model, const std::filesystem::path& path)
    : model_(std::move(model)) {
  const std::string name = PathToUtf8(path);
  const std::lock_guard lock(model_->adapter_mutex());
  adapter_ = llama_adapter_lora_init(model_->handle(), name.c_str());
  if (!adapter_) {
    throw EngineError(ErrorCode::kLoadFailed,
                      name +
                          " could not be loaded; the log of the engine says more. Close other "
                          "programs if memory is short, or convert the adapter again.");
  }
}

LoraWeights::~LoraWeights() {
  const std::lock_guard lock(model_->adapter_mutex());
  llama_adapter_lora_free(adapter_);
}

}  // namespace chatglm
