#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "session/cache_slots.h"
#include "session/lora_shelf.h"
#include "session/step_batch.h"

namespace chatglm {

struct SchedulerOptions {
  std::uint32_t context_tokens;
  std::uint32_t slot_count = 4;
  /// Prompt tokens that one step evaluates: a cancel, a new request or the next token of another
  /// reply waits no longer than for one step.
  std::uint32_t slice_tokens = 128;
  int threads;
  CacheType cache_type = CacheType::kF16;
};

/// Steps are counted from the load on; one that goes on says nothing of its own.
struct WorkState {
  std::uint64_t steps = 0;
  bool is_computing = false;
};

/// The context that such a scheduler makes.
Context::Options ContextOptions(const SchedulerOptions& options);

/// Owns the llama context and the one thread that uses it. All running replies share each step:
/// their next tokens and a slice of the prompts that are still to be read.
class Scheduler {
 public:
  /// Throws EngineError(kOutOfMemory).
  /// `store` keeps what the cache holds for later; none when it is nullptr.
  Scheduler(std::shared_ptr<const Model> model, const SchedulerOptions& options,
            std::unique_ptr<PrefixStore> store = nullptr);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Makes one reply; any thread may call it and waits for the end. `stop` ends the reply early
  /// with kCancelled. Throws EngineError: kContextFull, kTooManyRequests, kNumericFailure,
  /// kEvaluationFailed.
  GenerateResult Generate(const GenerateRequest& request, GenerateListener listener,
                          const StopFlag& stop);

  /// Forgets all that the cache and its store hold, but for the replies that run. With
  /// `keeps_nothing` there is no store from then on.
  void ClearCache(bool keeps_nothing);

  /// How far the thread has come, for who asks whether it is stuck; any thread may ask.
  WorkState work_state() const;

  /// Cancels what runs and waits for its end; afterwards Generate throws kModelNotLoaded.
  void Close();

  const Model& model() const { return *model_; }
  std::uint32_t context_tokens() const { return context_tokens_; }
  /// What the model and the context have allocated.
  const std::vector<MemoryUse>& memory() const { return memory_; }
  const std::shared_ptr<const Model>& shared_model() const { return model_; }
  int threads() const { return options_.threads; }
  CacheType cache_type() const { return options_.cache_type; }

 private:
  void Run();
  bool WaitForWork();
  void CancelStopped();
  void ForgetAll();
  void Admit();
  void Restore();
  void InsertPrefix(CacheSlot& slot);
  void Step();
  StepBatch NextBatch();
  EvaluateStatus Evaluate(const StepBatch& batch);
  void TakeIn(const StepBatch::Part& part);
  void MakeRoom();
  void FailAll(const std::exception_ptr& error);
  void Fail(CacheSlot& slot, const std::exception_ptr& error);
  void Finish(CacheSlot& slot, GenerateFinish finish);
  bool IsAnyStopped();
  bool IsRunning();

  std::shared_ptr<const Model> model_;
  SchedulerOptions options_;
  Context context_;
  std::uint32_t context_tokens_;
  std::vector<MemoryUse> memory_;
  std::unique_ptr<PrefixStore> store_;
  CacheSlots slots_;
  LoraShelf loras_;
  Digest last_weights_ = kNoAdapter;  ///< Job::weights of the last step
  StepCost step_cost_;
  /// Whether a token gets the same logits beside guesses as alone, to the last bit. Our kernels
  /// give that; with others, drafts could change what is written.
  bool drafts_;

  std::atomic<std::uint64_t> steps_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job*> arrived_;   // guarded by mutex_
  std::size_t job_count_ = 0;  // guarded by mutex_
  bool is_closing_ = false;    // guarded by mutex_
  bool is_to_forget_ = false;  // guarded by mutex_
  bool is_to_drop_ = false;    // guarded by mutex_; the store, when it is cleared

  std::deque<Job*> waiting_;  // for a slot; of the thread alone
  /// A reply was put back for lack of room: none is admitted until another one has ended.
  bool is_short_of_room_ = false;
  StopFlag closing_;
  std::thread thread_;
};

}  // namespace chatglm
