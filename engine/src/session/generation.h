#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "llama/sampler.h"
#include "session/adapter.h"
#include "session/token_logprobs.h"
#include "text/prompt_format.h"

namespace chatglm {

/// A question after the rounds that came before it.
struct ChatPrompt {
  std::vector<Round> rounds;
  std::string question;
  /// What the answer begins with; the reply goes on behind it.
  std::string reply_start = {};
  QuestionRole role = {};
};

/// Text to be continued as it stands.
struct RawPrompt {
  std::string text;
};

/// What a prompt is made of.
struct PromptCount {
  std::uint32_t prompt_tokens = 0;
  /// What each earlier round adds to the prompt.
  std::vector<std::uint32_t> round_tokens;
};

struct GenerateRequest {
  std::variant<ChatPrompt, RawPrompt> prompt;
  SamplingOptions sampling;
  /// The model alone when absent.
  std::optional<AdapterUse> adapter_use = std::nullopt;
  /// What Engine makes of it for the loaded model.
  std::shared_ptr<const Adapter> adapter = nullptr;
  std::optional<std::uint32_t> seed;  ///< drawn at random when absent
  /// Tokens of prompt and reply together; the context bounds it too. The official default.
  std::uint32_t max_length = 8192;
  std::optional<std::uint32_t> max_new_tokens;
  std::vector<std::string> stop_strings;
  /// Tells each token of the reply with so many alternatives; nothing when absent.
  std::optional<std::uint32_t> top_logprobs;
  /// Guesses are evaluated beside the next token where that is faster and changes nothing.
  bool drafts = true;
  /// Writes nothing: only brings back what the cache knows of the rounds before the question.
  bool is_preparation = false;
};

enum class GenerateFinish { kStop, kLength, kStopString, kCancelled };

struct GenerateStatistics {
  std::uint32_t prompt_tokens = 0;
  std::uint32_t reused_tokens = 0;    ///< of the prompt, that the cache held, in memory or on disk
  std::uint32_t restored_tokens = 0;  ///< of those, on disk
  double restore_ms = 0;              ///< that reading them took
  std::uint32_t generated_tokens = 0;
  std::uint32_t drafted_tokens = 0;   ///< guesses that were evaluated beside the next token
  std::uint32_t accepted_tokens = 0;  ///< of those, that were right
  double time_to_first_token_ms = 0;
  double prompt_tokens_per_second = 0;  ///< of those that were evaluated
  double tokens_per_second = 0;
  std::uint32_t seed = 0;
  std::string kernels;  ///< as KernelsInUse says
};

struct GenerateResult {
  std::string text;
  GenerateFinish finish = GenerateFinish::kStop;
  GenerateStatistics statistics;
  std::vector<ChosenToken> tokens;  ///< without the one that ends the reply; if asked for
};

/// What is told while a reply is made. All are called on the scheduler's thread and must be quick.
struct GenerateListener {
  std::function<void(std::string_view text)> on_text;
  /// If asked for; before the text that became final with the token.
  std::function<void(const ChosenToken& token)> on_token;
  /// While a prompt of more than one slice is read.
  std::function<void(std::uint32_t read_tokens, std::uint32_t prompt_tokens)> on_reading;
};

}  // namespace chatglm
