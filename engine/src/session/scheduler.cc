#include "session/scheduler.h"

#include <algorithm>
#include <chrono>

#include "llama/kernels.h"
#include "support/environment.h"

namespace chatglm {
namespace {

constexpr std::size_t kMostJobs = 64;
/// How long to wait before the store is asked again whether it can take more.
constexpr auto kStoreWait = std::chrono::milliseconds(50);

}  // namespace

Context::Options ContextOptions(const SchedulerOptions& options) {
  return {.cache_tokens = options.context_tokens,
          .sequence_count = options.slot_count,
          .batch_tokens = options.slice_tokens,
          .threads = options.threads,
          .cache_type = options.cache_type};
}

Scheduler::Scheduler(std::shared_ptr<const Model> model, const SchedulerOptions& options,
                     std::unique_ptr<PrefixStore> store)
    : model_(std::move(model)),
      options_(options),
      context_(model_, ContextOptions(options)),
      context_tokens_(std::min(context_.cache_tokens(), model_->description().context_length)),
      memory_(context_.Memory()),
      store_(std::move(store)),
      slots_(context_, options.slot_count, store_.get()),
      loras_(context_),
      drafts_(ReadEnvironment("CHATGLM_ENGINE_DRAFTS") != "off" && KernelsAreInUse() &&
              memory_.size() == 1),
      thread_([this] { Run(); }) {}

Scheduler::~Scheduler() { Close(); }

void Scheduler::Close() {
  closing_.Set();
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

GenerateResult Scheduler::Generate(const GenerateRequest& request, GenerateListener listener,
                                   const StopFlag& stop) {
  Job job(model_, request, std::move(listener), stop, context_tokens_);
  auto result = job.result();
  {
    const std::lock_guard lock(mutex_);
    if (is_closing_) throw EngineError(ErrorCode::kModelNotLoaded, "The model was unloaded.");
    if (job_count_ >= kMostJobs) {
      throw EngineError(ErrorCode::kTooManyRequests,
                        "Too many replies are waiting. Try again when some have finished.");
    }
    ++job_count_;
    arrived_.push_back(&job);
  }
  wake_.notify_all();
  result.wait();
  {
    const std::lock_guard lock(mutex_);
    --job_count_;
  }
  return result.get();
}

WorkState Scheduler::work_state() const {
  const std::lock_guard lock(mutex_);
  return {.steps = steps_, .is_computing = job_count_ > 0};
}

void Scheduler::Run() {
  while (WaitForWork()) {
    ForgetAll();
    ++steps_;
    CancelStopped();
    try {
      Admit();
      Restore();
      Step();
      slots_.SaveOne();
    } catch (...) {
      FailAll(std::current_exception());
    }
  }
  slots_.SaveAll();
}

void Scheduler::ClearCache(bool keeps_nothing) {
  std::unique_lock lock(mutex_);
  is_to_drop_ |= keeps_nothing;
  is_to_forget_ = true;
  wake_.notify_all();
  wake_.wait(lock, [this] { return !is_to_forget_ || is_closing_; });
}

void Scheduler::ForgetAll() {
  bool drops = false;
  {
    const std::lock_guard lock(mutex_);
    if (!is_to_forget_) return;
    drops = is_to_drop_;
  }
  slots_.ForgetIdle();
  if (store_) store_->Clear();
  if (drops) {
    slots_.DropStore();
    store_.reset();
  }
  {
    const std::lock_guard lock(mutex_);
    is_to_forget_ = false;
  }
  wake_.notify_all();
}

/// Takes in new jobs; sleeps while there are none at all. False when everything is to end.
bool Scheduler::WaitForWork() {
  const auto has_work = [this] { return !waiting_.empty() || IsRunning(); };
  const auto is_due = [&] {
    return is_closing_ || is_to_forget_ || !arrived_.empty() || has_work() ||
           (slots_.HasUnsaved() && slots_.CanSave());
  };
  std::unique_lock lock(mutex_);
  while (!is_due()) {
    if (slots_.HasUnsaved()) {
      wake_.wait_for(lock, kStoreWait);
    } else {
      wake_.wait(lock);
    }
  }
  waiting_.insert(waiting_.end(), arrived_.begin(), arrived_.end());
  arrived_.clear();
  return !is_closing_ || has_work();
}

bool Scheduler::IsAnyStopped() {
  if (closing_.IsSet()) return true;
  const auto is_stopped = [](const CacheSlot& slot) { return slot.job && slot.job->is_stopped(); };
  return std::any_of(slots_.all().begin(), slots_.all().end(), is_stopped);
}

bool Scheduler::IsRunning() {
  const auto is_running = [](const CacheSlot& slot) { return slot.job != nullptr; };
  return std::any_of(slots_.all().begin(), slots_.all().end(), is_running);
}

void Scheduler::CancelStopped() {
  const auto is_stopped = [this](const Job* job) { return closing_.IsSet() || job->is_stopped(); };
  for (CacheSlot& slot : slots_.all()) {
    if (slot.job && is_stopped(slot.job)) Finish(slot, GenerateFinish::kCancelled);
  }
  const auto end = std::stable_partition(waiting_.begin(), waiting_.end(),
                                         [&](Job* job) { return !is_stopped(job); });
  for (auto job = end; job != waiting_.end(); ++job) {
    (*job)->End(GenerateFinish::kCancelled);
    (*job)->Publish();
  }
  waiting_.erase(end, waiting_.end());
}

void Scheduler::Admit() {
  if (is_short_of_room_ && IsRunning()) return;
  while (!waiting_.empty()) {
    Job& job = *waiting_.front();
    const bool is_placed = slots_.Acquire(job) != nullptr;
    if (!is_placed && !job.is_preparation()) return;
    waiting_.pop_front();
    if (is_placed) continue;
    job.End(GenerateFinish::kStop);
    job.Publish();
  }
}

/// One block for each slot that waits for its own, so that the others' next tokens wait for no
/// more.
void Scheduler::Restore() {
  for (CacheSlot& slot : slots_.all()) {
    if (!slot.job) continue;
    if (slot.to_restore.empty()) {
      if (slot.cached.size() < slot.job->prefix_length()) InsertPrefix(slot);
      continue;
    }
    slots_.RestoreNext(slot);
    slot.job->ReportReading(slot.cached.size());
    if (slot.job->is_preparation() && slot.to_restore.empty()) Finish(slot, GenerateFinish::kStop);
  }
}

/// Without room the reply waits, or fails when no other one will make any.
void Scheduler::InsertPrefix(CacheSlot& slot) {
  Job* job = slot.job;
  try {
    while (!slots_.InsertPrefix(slot)) {
      if (slots_.EvictOne()) continue;
      slots_.Preempt(slot);
      if (!IsRunning()) {
        throw EngineError(ErrorCode::kContextFull,
                          "The adapter's prefix has no room in the context. Load the model with a "
                          "longer one.");
      }
      waiting_.push_front(job);
      is_short_of_room_ = true;
      return;
    }
  } catch (...) {
    if (slot.job) slots_.Preempt(slot);
    job->Fail(std::current_exception());
  }
}

void Scheduler::Step() {
  StepBatch batch = NextBatch();
  if (batch.entries.empty()) return;
  EvaluateStatus status = Evaluate(batch);
  if (status == EvaluateStatus::kNoSpace && batch.has_drafts()) {  // no guess pushes anyone out
    batch = MakeStepBatch(slots_.all(), last_weights_, {options_.slice_tokens, step_cost_, false});
    status = Evaluate(batch);
  }
  if (status == EvaluateStatus::kAborted) return;
  if (status == EvaluateStatus::kNoSpace) return MakeRoom();
  for (const StepBatch::Part& part : batch.parts) {
    try {
      TakeIn(part);
    } catch (...) {
      Fail(*part.slot, std::current_exception());
    }
  }
}

/// Replies with other weights than the last step had come first. What cannot be loaded fails its
/// replies alone.
StepBatch Scheduler::NextBatch() {
  while (const auto next = NextWeights(slots_.all(), last_weights_)) {
    last_weights_ = next->identity;
    try {
      loras_.Apply(next->lora);
      return MakeStepBatch(slots_.all(), last_weights_,
                           {options_.slice_tokens, step_cost_, drafts_});
    } catch (...) {
      for (CacheSlot& slot : slots_.all()) {
        if (slot.job && slot.job->weights() == last_weights_) Fail(slot, std::current_exception());
      }
    }
  }
  return {};
}

EvaluateStatus Scheduler::Evaluate(const StepBatch& batch) {
  const auto begin = std::chrono::steady_clock::now();
  const auto status = context_.Evaluate(batch.entries, [this] { return IsAnyStopped(); });
  const auto part = std::find_if(batch.parts.begin(), batch.parts.end(),
                                 [](const auto& each) { return each.logits_index >= 0; });
  if (status == EvaluateStatus::kDone && part != batch.parts.end()) {
    context_.Logits(static_cast<std::size_t>(part->logits_index));  // waits for a GPU
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    step_cost_.Observe(batch.entries.size(), time.count());
  }
  return status;
}

/// Notes what the slot holds now. When its prompt is read, the next token is chosen and, as long as
/// a guess was the very token that was chosen, the one after it from the logits after the guess.
void Scheduler::TakeIn(const StepBatch::Part& part) {
  CacheSlot& slot = *part.slot;
  Job& job = *slot.job;
  const auto begin = job.tokens().begin() + static_cast<std::ptrdiff_t>(slot.cached.size());
  slot.cached.insert(slot.cached.end(), begin, begin + static_cast<std::ptrdiff_t>(part.count));
  if (part.logits_index < 0) return job.ReportReading(slot.cached.size());

  std::optional<GenerateFinish> finish;
  std::size_t accepted = 0;
  for (;;) {
    finish = job.Advance(context_.Logits(static_cast<std::size_t>(part.logits_index) + accepted));
    if (finish || accepted == part.draft.size()) break;
    if (part.draft[accepted] != job.tokens().back()) break;
    slot.cached.push_back(part.draft[accepted++]);
  }
  if (!part.draft.empty()) {
    job.CountDrafted(part.draft.size(), accepted);
    context_.Remove(slot.sequence, static_cast<std::int32_t>(slot.cached.size()));
  }
  if (finish) Finish(slot, *finish);
}

/// The cache is full: forget an idle conversation, else let the reply that came last wait.
void Scheduler::MakeRoom() {
  if (slots_.EvictOne()) return;
  CacheSlot* last = nullptr;
  std::size_t running = 0;
  for (CacheSlot& slot : slots_.all()) {
    if (!slot.job) continue;
    ++running;
    if (!last || slot.last_used > last->last_used) last = &slot;
  }
  if (running < 2) {
    throw EngineError(ErrorCode::kEvaluationFailed,
                      "The context is full although it should not be. Load the model again.");
  }
  waiting_.push_front(last->job);
  slots_.Preempt(*last);
  is_short_of_room_ = true;
}

void Scheduler::Finish(CacheSlot& slot, GenerateFinish finish) {
  Job* job = slot.job;
  job->End(finish);
  slots_.Release(slot, finish != GenerateFinish::kStopString);
  is_short_of_room_ = false;
  job->Publish();
}

void Scheduler::FailAll(const std::exception_ptr& error) {
  for (CacheSlot& slot : slots_.all()) {
    if (slot.job) Fail(slot, error);
  }
}

void Scheduler::Fail(CacheSlot& slot, const std::exception_ptr& error) {
  Job* job = slot.job;
  slots_.Preempt(slot);
  job->Fail(error);
}

}  // namespace chatglm
