#include "session/job.h"

#include <algorithm>
#include <random>

#include "llama/kernels.h"

namespace chatglm {
namespace {

double Milliseconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

double PerSecond(double count, double milliseconds) {
  return count > 0 && milliseconds > 0 ? count * 1000.0 / milliseconds : 0.0;
}

GenerateRequest WithSeed(GenerateRequest request) {
  if (!request.seed) request.seed = std::random_device{}();
  request.sampling.seed = *request.seed;
  return request;
}

}  // namespace

Job::Job(std::shared_ptr<const Model> model, const GenerateRequest& request,
         GenerateListener listener, const StopFlag& stop, std::uint32_t context_tokens)
    : model_(std::move(model)),
      request_(WithSeed(request)),
      listener_(std::move(listener)),
      stop_(stop),
      context_tokens_(std::min(context_tokens, request.max_length)),
      stop_ids_(model_->prompt_format().stop_ids()),
      sampler_(request_.sampling, model_->sampled_id_end(),
               static_cast<std::int32_t>(context_tokens)) {
  reply_.emplace(model_->tokenizer(), Rules(chat() ? chat()->reply_start : ""));
  const PromptFormat& format = model_->prompt_format();
  if (const ChatPrompt* prompt = chat()) {
    rebuilt_prompt_ = format.Conversation(prompt->rounds, prompt->question, prompt->role);
    // An answer is a text of its own, dummy space included.
    answer_start_ = model_->tokenizer().Encode(prompt->reply_start);
    if (!prompt->rounds.empty()) {
      next_turn_ = format.NextTurn(static_cast<int>(prompt->rounds.size()) + 1, prompt->question,
                                   prompt->role);
    }
  } else {
    rebuilt_prompt_ = format.Completion(std::get<RawPrompt>(request_.prompt).text);
  }
  rebuilt_prompt_.insert(rebuilt_prompt_.begin(), prefix_length(), kPrefixToken);
  const std::size_t prompt_tokens = rebuilt_prompt_.size() + answer_start_.size();
  if (prompt_tokens >= context_tokens_) {
    throw EngineError(
        ErrorCode::kContextFull,
        "The conversation has " + std::to_string(prompt_tokens) +
            " tokens, which leaves no room for a reply within " + std::to_string(context_tokens_) +
            ". Start a new conversation, shorten this one, or raise the maximum length or the "
            "context of the model.");
  }
}

ReplyRules Job::Rules(std::string start) const {
  return {.is_chat = chat() != nullptr,
          .stop_strings = request_.stop_strings,
          .start = std::move(start)};
}

std::size_t Job::MatchAnswerStart(std::span<const TokenId> answer) const {
  const std::string& wanted = chat()->reply_start;
  ReplyText text(model_->tokenizer(), Rules(""));
  std::size_t count = 0;
  for (std::size_t i = 0; i < answer.size() && text.text().size() <= wanted.size(); ++i) {
    text.Add(answer[i]);
    if (text.text() == wanted) count = i + 1;
  }
  return count;
}

void Job::Start(std::vector<TokenId> prompt, std::size_t reused, std::size_t answer_tokens) {
  tokens_ = std::move(prompt);
  if (answer_tokens > 0) {
    reply_.emplace(model_->tokenizer(), Rules(""));
    for (std::size_t i = tokens_.size() - answer_tokens; i < tokens_.size(); ++i) {
      reply_->Add(tokens_[i]);
    }
  }
  statistics_.prompt_tokens = static_cast<std::uint32_t>(tokens_.size());
  statistics_.reused_tokens = static_cast<std::uint32_t>(reused);
  statistics_.seed = *request_.seed;
  statistics_.kernels = KernelsInUse();
  length_limit_ = context_tokens_;
  if (request_.max_new_tokens) {
    length_limit_ = std::min(length_limit_, tokens_.size() + *request_.max_new_tokens);
  }
  for (const TokenId id : tokens_) {
    if (id != kPrefixToken) sampler_.Accept(id);
  }
  lookup_.Start(tokens_);
  started_at_ = Clock::now();
}

void Job::AddReused(std::size_t count) {
  statistics_.reused_tokens = std::min(
      statistics_.prompt_tokens, statistics_.reused_tokens + static_cast<std::uint32_t>(count));
}

void Job::AddRestored(std::size_t count, Clock::duration time) {
  statistics_.restored_tokens += static_cast<std::uint32_t>(count);
  AddReused(count);
  statistics_.restore_ms += Milliseconds(time);
}

std::vector<DraftToken> Job::Draft(std::size_t most) const {
  const std::size_t left = length_limit_ - std::min(length_limit_, tokens_.size() + 1);
  return request_.drafts ? lookup_.Draft(std::min(most, left)) : std::vector<DraftToken>();
}

void Job::CountDrafted(std::size_t count, std::size_t accepted) {
  statistics_.drafted_tokens += static_cast<std::uint32_t>(count);
  statistics_.accepted_tokens += static_cast<std::uint32_t>(accepted);
}

void Job::ReportReading(std::size_t read_tokens) const {
  if (statistics_.generated_tokens == 0 && listener_.on_reading) {
    listener_.on_reading(static_cast<std::uint32_t>(read_tokens), statistics_.prompt_tokens);
  }
}

bool Job::IsStopId(TokenId id) const {
  return std::find(stop_ids_.begin(), stop_ids_.end(), id) != stop_ids_.end();
}

void Job::Emit(const std::string& text) const {
  if (!text.empty() && listener_.on_text) listener_.on_text(text);
}

void Job::Describe(std::span<const float> logits, TokenId id) {
  if (!request_.top_logprobs) return;
  const auto end = static_cast<std::size_t>(model_->sampled_id_end());
  chosen_.push_back(DescribeChoice(model_->tokenizer(), logits.first(std::min(logits.size(), end)),
                                   id, *request_.top_logprobs));
  if (listener_.on_token) listener_.on_token(chosen_.back());
}

std::optional<GenerateFinish> Job::Advance(std::span<const float> logits) {
  const TokenId id = sampler_.Sample(logits);
  last_token_at_ = Clock::now();
  if (statistics_.generated_tokens == 0) first_token_at_ = last_token_at_;
  ++statistics_.generated_tokens;
  if (IsStopId(id)) return GenerateFinish::kStop;
  tokens_.push_back(id);
  lookup_.Add(id);
  Describe(logits, id);
  Emit(reply_->Add(id));
  if (reply_->is_stopped()) return GenerateFinish::kStopString;
  if (tokens_.size() >= length_limit_) return GenerateFinish::kLength;
  return std::nullopt;
}

void Job::End(GenerateFinish finish) {
  finish_ = finish;
  Emit(reply_->Finish(finish == GenerateFinish::kCancelled));
  if (statistics_.generated_tokens > 0) {
    statistics_.time_to_first_token_ms = Milliseconds(first_token_at_ - asked_at_);
    statistics_.prompt_tokens_per_second =
        PerSecond(statistics_.prompt_tokens - statistics_.reused_tokens,
                  Milliseconds(first_token_at_ - started_at_) - statistics_.restore_ms);
    statistics_.tokens_per_second =
        PerSecond(statistics_.generated_tokens - 1, Milliseconds(last_token_at_ - first_token_at_));
  }
}

}  // namespace chatglm
