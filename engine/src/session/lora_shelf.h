#pragma once

#include <cstdint>
#include <list>
#include <memory>

#include "llama/context.h"
#include "llama/lora_weights.h"
#include "session/adapter.h"

namespace chatglm {

/// The LoRA adapters of a context that were used last. Belongs to the context's thread.
class LoraShelf {
 public:
  explicit LoraShelf(Context& context) : context_(context) {}
  ~LoraShelf();
  LoraShelf(const LoraShelf&) = delete;
  LoraShelf& operator=(const LoraShelf&) = delete;

  /// From now on the context evaluates with `lora`, or with the model's weights alone for nullptr.
  /// Throws what LoraWeights throws; then it evaluates with the weights alone.
  void Apply(const LoraUse* lora);

 private:
  struct Entry {
    Digest file;
    std::unique_ptr<const LoraWeights> weights;
  };

  Context& context_;
  std::list<Entry> entries_;  // the one used last comes first
};

}  // namespace chatglm
