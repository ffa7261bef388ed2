#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <vector>

#include "llama/model.h"
#include "llama/sampler.h"
#include "session/generation.h"
#include "session/prompt_lookup.h"
#include "support/stop_flag.h"
#include "text/reply_text.h"

namespace chatglm {

/// One reply that is asked for. Made by the thread that asks, which tokenises; then owned by the
/// scheduler's thread until the result is set.
class Job {
 public:
  /// `context_tokens`: what one conversation may hold. Throws EngineError(kContextFull) when the
  /// prompt leaves no room for a reply.
  Job(std::shared_ptr<const Model> model, const GenerateRequest& request, GenerateListener listener,
      const StopFlag& stop, std::uint32_t context_tokens);

  std::future<GenerateResult> result() { return promise_.get_future(); }
  bool is_stopped() const { return stop_.IsSet(); }

  /// The prompt rebuilt as the official `chat()` does it, up to where the answer begins.
  const std::vector<TokenId>& rebuilt_prompt() const { return rebuilt_prompt_; }
  /// For a chat with earlier rounds: what continues their raw tokens, else empty.
  const std::vector<TokenId>& next_turn() const { return next_turn_; }
  /// What the answer begins with, as the model would have written it.
  const std::vector<TokenId>& answer_start() const { return answer_start_; }
  /// How many tokens at the beginning of `answer` give the very text that the answer begins with;
  /// 0 when none do.
  std::size_t MatchAnswerStart(std::span<const TokenId> answer) const;
  /// nullptr for the model alone.
  const Adapter* adapter() const { return request_.adapter.get(); }
  const Digest& adapter_identity() const { return adapter() ? adapter()->identity : kNoAdapter; }
  /// Positions of the adapter's prefix, for which kPrefixToken stands first in all prompts.
  std::size_t prefix_length() const { return adapter() ? adapter()->prefix_length() : 0; }
  /// What its tokens are evaluated with; nullptr for the model's weights alone.
  const LoraUse* lora() const { return adapter() && adapter()->lora ? &*adapter()->lora : nullptr; }
  /// Tokens of jobs with the same weights can be evaluated together.
  const Digest& weights() const { return lora() ? lora()->identity : kNoAdapter; }
  const ChatPrompt* chat() const { return std::get_if<ChatPrompt>(&request_.prompt); }

  /// Begins with this prompt, of which the cache holds `reused` tokens. Its last `answer_tokens`
  /// are raw tokens of the answer, found by MatchAnswerStart.
  void Start(std::vector<TokenId> prompt, std::size_t reused, std::size_t answer_tokens);
  bool is_started() const { return !tokens_.empty(); }
  bool is_preparation() const { return request_.is_preparation; }
  TokenId vocabulary_size() const {
    return static_cast<TokenId>(model_->description().vocabulary_size);
  }
  /// So much of the prompt need not be evaluated: its adapter's prefix.
  void AddReused(std::size_t count);
  /// More of the prompt is held after all.
  void AddRestored(std::size_t count, std::chrono::steady_clock::duration time);

  /// Prompt and reply so far.
  const std::vector<TokenId>& tokens() const { return tokens_; }
  /// At most `most` guesses at the tokens after those; never more than the reply may still have.
  std::vector<DraftToken> Draft(std::size_t most) const;
  /// So many guesses were evaluated, of which so many were right.
  void CountDrafted(std::size_t count, std::size_t accepted);
  /// Tells the listener how much of the prompt is read.
  void ReportReading(std::size_t read_tokens) const;
  /// Chooses the next token. Returns how the reply ended, if it did.
  std::optional<GenerateFinish> Advance(std::span<const float> logits);
  /// Ends the reply and tells the listener the rest of its text.
  void End(GenerateFinish finish);
  /// The processed reply, after End.
  const std::string& reply() const { return reply_->text(); }

  /// Hands the result to the thread that waits for it, which then destroys the job.
  void Publish() { promise_.set_value({reply_->text(), finish_, statistics_, std::move(chosen_)}); }
  /// The same with an error.
  void Fail(std::exception_ptr error) { promise_.set_exception(std::move(error)); }

 private:
  using Clock = std::chrono::steady_clock;

  bool IsStopId(TokenId id) const;
  ReplyRules Rules(std::string start) const;
  void Emit(const std::string& text) const;
  void Describe(std::span<const float> logits, TokenId id);

  std::shared_ptr<const Model> model_;
  GenerateRequest request_;
  GenerateListener listener_;
  const StopFlag& stop_;
  std::uint32_t context_tokens_;
  std::vector<TokenId> rebuilt_prompt_;
  std::vector<TokenId> next_turn_;
  std::vector<TokenId> answer_start_;
  std::vector<TokenId> stop_ids_;
  std::vector<TokenId> tokens_;
  std::size_t length_limit_ = 0;
  PromptLookup lookup_;
  Sampler sampler_;
  std::optional<ReplyText> reply_;  // always there; an optional can be made anew
  std::vector<ChosenToken> chosen_;
  GenerateFinish finish_ = GenerateFinish::kStop;
  GenerateStatistics statistics_;
  Clock::time_point asked_at_ = Clock::now();
  Clock::time_point started_at_;
  Clock::time_point first_token_at_;
  Clock::time_point last_token_at_;
  std::promise<GenerateResult> promise_;
};

}  // namespace chatglm
