#include "llama/context.h"

#include <llama.h>

#include <new>

#include "llama/context_params.h"
#include "llama/log.h"
#include "llama/sequence_state.h"

namespace chatglm {
namespace {

/// Frees a llama_batch at the end of the block.
class Batch {
 public:
  explicit Batch(std::span<const BatchEntry> entries)
      : batch_(llama_batch_init(static_cast<std::int32_t>(entries.size()), 0, 1)) {
    for (const BatchEntry& entry : entries) {
      const std::int32_t i = batch_.n_tokens++;
      batch_.token[i] = entry.token;
      batch_.pos[i] = entry.position;
      batch_.n_seq_id[i] = 1;
      batch_.seq_id[i][0] = entry.sequence;
      batch_.logits[i] = entry.wants_logits ? 1 : 0;
    }
  }
  ~Batch() { llama_batch_free(batch_); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  const llama_batch& get() const { return batch_; }

 private:
  llama_batch batch_;
};

bool AskAbort(void* data) {
  const auto* should_abort = static_cast<const std::function<bool()>*>(data);
  return *should_abort && (*should_abort)();
}

}  // namespace

Context::Context(std::shared_ptr<const Model> model, const Options& options)
    : model_(std::move(model)), scratch_(static_cast<SequenceId>(options.sequence_count)) {
  llama_context_params params = MakeContextParams(options);
  params.abort_callback = AskAbort;
  params.abort_callback_data = &should_abort_;
  try {
    const std::lock_guard lock(model_->adapter_mutex());
    context_ = llama_init_from_model(model_->handle(), params);
  } catch (const std::bad_alloc&) {
    context_ = nullptr;
  }
  if (!context_) {
    throw EngineError(ErrorCode::kOutOfMemory, "There is not enough memory for a context of " +
                                                   std::to_string(options.cache_tokens) +
                                                   " tokens. Choose a shorter context.");
  }
}

Context::~Context() { llama_free(context_); }

EvaluateStatus Context::Evaluate(std::span<const BatchEntry> batch,
                                 const std::function<bool()>& should_abort) {
  const Batch native(batch);
  should_abort_ = should_abort;
  const int status = llama_decode(context_, native.get());
  should_abort_ = nullptr;
  if (status == 0) return EvaluateStatus::kDone;
  for (const BatchEntry& entry : batch) Remove(entry.sequence, entry.position);
  if (status == 1) return EvaluateStatus::kNoSpace;
  if (status == 2) return EvaluateStatus::kAborted;
  throw EngineError(ErrorCode::kEvaluationFailed,
                    "The model could not be evaluated (libllama answered " +
                        std::to_string(status) +
                        "). Load it again; if that does not help, the log "
                        "of the engine says more.");
}

std::span<const float> Context::Logits(std::size_t index) const {
  const float* logits = llama_get_logits_ith(context_, static_cast<std::int32_t>(index));
  return {logits, model_->description().vocabulary_size};
}

void Context::UseLora(const LoraWeights* lora, float scale) {
  llama_adapter_lora* adapter = lora ? lora->handle() : nullptr;
  llama_set_adapters_lora(context_, &adapter, lora ? 1 : 0, &scale);
}

void Context::Remove(SequenceId sequence, std::int32_t position) {
  llama_memory_seq_rm(llama_get_memory(context_), sequence, position, -1);
}

void Context::Share(SequenceId from, SequenceId to, std::int32_t count) {
  llama_memory_seq_cp(llama_get_memory(context_), from, to, 0, count);
}

std::vector<std::byte> Context::Save(SequenceId sequence, std::int32_t begin, std::size_t count) {
  const llama_memory_t memory = llama_get_memory(context_);
  llama_memory_seq_cp(memory, sequence, scratch_, begin, begin + static_cast<llama_pos>(count));
  std::vector<std::byte> state(llama_state_seq_get_size(context_, scratch_));
  const std::size_t size = llama_state_seq_get_data(
      context_, reinterpret_cast<std::uint8_t*>(state.data()), state.size(), scratch_);
  llama_memory_seq_rm(memory, scratch_, -1, -1);
  if (size != state.size() || !HoldsPositions(state, begin, count)) state.clear();
  return state;
}

RestoreStatus Context::Restore(SequenceId sequence, std::int32_t begin, std::size_t count,
                               std::span<const std::byte> state) {
  if (!HoldsPositions(state, begin, count)) return RestoreStatus::kDamaged;
  const llama_memory_t memory = llama_get_memory(context_);
  const LogCapture quiet;  // libllama reports a lack of room as an error
  const std::size_t size = llama_state_seq_set_data(
      context_, reinterpret_cast<const std::uint8_t*>(state.data()), state.size(), scratch_);
  const bool is_done = size == state.size();
  if (is_done) {
    llama_memory_seq_cp(memory, scratch_, sequence, begin, begin + static_cast<llama_pos>(count));
  }
  llama_memory_seq_rm(memory, scratch_, -1, -1);
  if (is_done) return RestoreStatus::kDone;
  return size == 0 ? RestoreStatus::kNoSpace : RestoreStatus::kDamaged;
}

std::uint32_t Context::cache_tokens() const { return llama_n_ctx(context_); }

std::uint32_t Context::batch_tokens() const { return llama_n_ubatch(context_); }

}  // namespace chatglm
