#include "session/lora_shelf.h"

#include <algorithm>

namespace chatglm {
namespace {

constexpr std::size_t kMostLoaded = 4;

}  // namespace

LoraShelf::~LoraShelf() { context_.UseLora(nullptr, 0); }

void LoraShelf::Apply(const LoraUse* lora) {
  if (!lora) return context_.UseLora(nullptr, 0);
  const auto found = std::ranges::find(entries_, lora->file, &Entry::file);
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
  } else {
    context_.UseLora(nullptr, 0);  // one of those that go may be in use
    while (entries_.size() >= kMostLoaded) entries_.pop_back();
    entries_.push_front(
        {lora->file, std::make_unique<const LoraWeights>(context_.shared_model(), lora->path)});
  }
  context_.UseLora(entries_.front().weights.get(), lora->scale);
}

}  // namespace chatglm
