#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "llama/lora_weights.h"
#include "llama/memory_use.h"
#include "llama/model.h"

struct llama_context;

namespace chatglm {

using SequenceId = std::int32_t;

/// One token to evaluate.
struct BatchEntry {
  TokenId token;
  std::int32_t position;
  SequenceId sequence;
  bool wants_logits;
};

enum class EvaluateStatus { kDone, kNoSpace, kAborted };

enum class RestoreStatus { kDone, kNoSpace, kDamaged };

/// A llama_context with a cache that several sequences share. Belongs to one thread.
class Context {
 public:
  struct Options {
    std::uint32_t cache_tokens;  ///< of all sequences together
    std::uint32_t sequence_count;
    std::uint32_t batch_tokens;  ///< the most that one Evaluate takes: a micro-batch
    int threads;
    CacheType cache_type = CacheType::kF16;
  };

  /// Throws EngineError(kOutOfMemory) when the cache and the buffers do not fit.
  Context(std::shared_ptr<const Model> model, const Options& options);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// Evaluates `batch`; `should_abort` is asked between the operations of the graph. Unless the
  /// answer is kDone, the cache holds nothing of the batch. Throws EngineError(kEvaluationFailed).
  EvaluateStatus Evaluate(std::span<const BatchEntry> batch,
                          const std::function<bool()>& should_abort);

  /// The logits after the entry `index` of the last batch, which wanted them: one a vocabulary
  /// row. Valid until the next Evaluate.
  std::span<const float> Logits(std::size_t index) const;

  /// From now on evaluates with the adapter too; with the model's weights alone for nullptr.
  void UseLora(const LoraWeights* lora, float scale);

  /// Forgets what `sequence` holds from `position` on.
  void Remove(SequenceId sequence, std::int32_t position);
  /// Lets `to`, which must be empty, share the first `count` tokens of `from`.
  void Share(SequenceId from, SequenceId to, std::int32_t count);

  /// What `sequence` holds at `count` positions from `begin` on, for Restore. It fits a context of
  /// the same model, cache type and devices. Empty when libllama cannot tell.
  std::vector<std::byte> Save(SequenceId sequence, std::int32_t begin, std::size_t count);
  /// Adds what Save returned to `sequence`, which must hold all positions before `begin` and none
  /// from there on. Unless the answer is kDone, `sequence` is as before.
  RestoreStatus Restore(SequenceId sequence, std::int32_t begin, std::size_t count,
                        std::span<const std::byte> state);

  /// What the model and this context have allocated.
  std::vector<MemoryUse> Memory() const { return MemoryByDevice(context_); }
  /// Tokens that all sequences together may hold, after rounding.
  std::uint32_t cache_tokens() const;
  /// The most that one Evaluate takes.
  std::uint32_t batch_tokens() const;
  const Model& model() const { return *model_; }
  const std::shared_ptr<const Model>& shared_model() const { return model_; }
  llama_context* handle() const { return context_; }

 private:
  std::shared_ptr<const Model> model_;
  /// Holds what is saved or restored alone, since libllama knows only whole sequences.
  SequenceId scratch_;
  llama_context* context_;
  std::function<bool()> should_abort_;
};

}  // namespace chatglm
