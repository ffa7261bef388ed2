#include <limits>

#include "rpc/fields.h"
#include "rpc/messages.h"

namespace chatglm {
namespace {

using nlohmann::json;

constexpr std::size_t kMostMessages = 100'000;
constexpr std::size_t kMostIds = 1 << 20;
constexpr std::int64_t kMostTopLogprobs = 20;

void ParseStop(const Fields& fields, GenerateRequest& request) {
  if (!fields.Find("stop")) return;
  for (const json& text : fields.Array("stop", 16)) {
    if (!text.is_string() || text.get_ref<const std::string&>().empty() ||
        text.get_ref<const std::string&>().size() > 1024) {
      fields.Refuse("stop", "must hold texts of 1 to 1024 bytes");
    }
    request.stop_strings.push_back(text.get<std::string>());
  }
}

void ParseSampling(const Fields& params, GenerateRequest& request) {
  const json* sampling = params.Find("sampling");
  if (!sampling) return;
  const Fields fields(*sampling, "params.sampling");
  SamplingOptions& options = request.sampling;
  const auto number = [&](const char* name, double low, double high, float& value) {
    if (const auto found = fields.FindNumber(name, low, high)) value = static_cast<float>(*found);
  };
  number("temperature", 0, 100, options.temperature);
  number("topP", 0, 1, options.top_p);
  number("minP", 0, 1, options.min_p);
  number("repetitionPenalty", 0.01, 100, options.repetition_penalty);
  if (const auto k = fields.FindInteger("topK", 0, 1 << 20)) {
    options.top_k = static_cast<std::int32_t>(*k);
  }
  if (const auto seed = fields.FindInteger("seed", 0, std::numeric_limits<std::uint32_t>::max())) {
    request.seed = static_cast<std::uint32_t>(*seed);
  }
  request.max_length = fields.FindCount("maxLength").value_or(request.max_length);
  request.max_new_tokens = fields.FindCount("maxNewTokens");
  if (const auto count = fields.FindInteger("topLogprobs", 0, kMostTopLogprobs)) {
    request.top_logprobs = static_cast<std::uint32_t>(*count);
  }
  ParseStop(fields, request);
}

/// A message whose role is that of its place: the user begins, and roles alternate.
std::string ParseContent(const json& messages, std::size_t index) {
  const Fields message(messages[index], "params.messages[" + std::to_string(index) + "]");
  const std::string role = index % 2 == 0 ? "user" : "assistant";
  if (message.Text("role") != role) {
    message.Refuse("role", "must be \"" + role + "\", since roles alternate");
  }
  return message.Text("content");
}

/// The first `count` messages, two a round.
std::vector<Round> ParseRounds(const json& messages, std::size_t count) {
  std::vector<Round> rounds;
  for (std::size_t i = 0; i + 1 < count; i += 2) {
    std::string question = ParseContent(messages, i);
    rounds.push_back({std::move(question), ParseContent(messages, i + 1)});
  }
  return rounds;
}

ChatPrompt ParseMessages(const Fields& params) {
  const json& messages = params.Array("messages", kMostMessages);
  if (messages.size() % 2 == 0) {
    params.Refuse("messages", "must begin and end with a message of the user");
  }
  const std::size_t last = messages.size() - 1;
  ChatPrompt prompt;
  prompt.rounds = ParseRounds(messages, last);
  prompt.question = ParseContent(messages, last);
  return prompt;
}

}  // namespace

GenerateRequest ParseChat(const json& params) {
  const Fields fields(params, "params");
  fields.CheckProgressToken();
  GenerateRequest request;
  ChatPrompt prompt = ParseMessages(fields);
  if (fields.Find("replyStart")) prompt.reply_start = fields.Text("replyStart");
  request.prompt = std::move(prompt);
  ParseSampling(fields, request);
  return request;
}

ChatPrompt ParseCount(const json& params) { return ParseMessages(Fields(params, "params")); }

std::vector<Round> ParsePrepare(const json& params) {
  const Fields fields(params, "params");
  const json& messages = fields.Array("messages", kMostMessages);
  if (messages.empty() || messages.size() % 2 != 0) {
    fields.Refuse("messages", "must end with a message of the assistant");
  }
  return ParseRounds(messages, messages.size());
}

GenerateRequest ParseCompletion(const json& params) {
  const Fields fields(params, "params");
  fields.CheckProgressToken();
  GenerateRequest request;
  request.prompt = RawPrompt{fields.Text("prompt")};
  ParseSampling(fields, request);
  return request;
}

bool ParseClearCache(const json& params) {
  return Fields(params, "params").Flag("keepNothing", false);
}

TokenizeParams ParseTokenize(const json& params) {
  const Fields fields(params, "params");
  return {fields.Text("text"), fields.Flag("withPrefix", false)};
}

std::vector<TokenId> ParseDetokenize(const json& params) {
  const Fields fields(params, "params");
  std::vector<TokenId> ids;
  for (const json& id : fields.Array("ids", kMostIds)) {
    if (!id.is_number_integer() || id < 0 || id > std::numeric_limits<TokenId>::max()) {
      fields.Refuse("ids", "must hold whole numbers from 0");
    }
    ids.push_back(id.get<TokenId>());
  }
  return ids;
}

}  // namespace chatglm
