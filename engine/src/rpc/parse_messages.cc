#include <limits>
#include <utility>

#include "rpc/fields.h"
#include "rpc/messages.h"

namespace chatglm {
namespace {

using nlohmann::json;

constexpr std::size_t kMostMessages = 100'000;
constexpr std::size_t kMostIds = 1 << 20;
constexpr std::int64_t kMostTopLogprobs = 20;
constexpr double kMostScale = 10;

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

std::optional<AdapterUse> FindAdapterUse(const Fields& params) {
  const json* adapter = params.Find("adapter");
  if (!adapter) return std::nullopt;
  const Fields fields(*adapter, "params.adapter");
  AdapterUse use{ParsePath(*adapter, "path")};
  if (const auto scale = fields.FindNumber("scale", 0, kMostScale)) {
    use.scale = static_cast<float>(*scale);
  }
  return use;
}

std::vector<TokenId> ParseIds(const Fields& fields) {
  std::vector<TokenId> ids;
  for (const json& id : fields.Array("ids", kMostIds)) {
    if (!id.is_number_integer() || id < 0 || id > std::numeric_limits<TokenId>::max()) {
      fields.Refuse("ids", "must hold whole numbers from 0");
    }
    ids.push_back(id.get<TokenId>());
  }
  return ids;
}

/// Reads messages in their order: one of the system may come first, then questions and answers
/// alternate. A question is the user's or what a tool has answered.
class MessageReader {
 public:
  explicit MessageReader(const Fields& params)
      : params_(params), messages_(params.Array("messages", kMostMessages)) {
    if (messages_.empty() || !messages_[0].is_object() ||
        messages_[0].value("role", json()) != "system") {
      return;
    }
    system_ = Next().Text("content");
  }

  bool is_done() const { return next_ == messages_.size(); }

  std::string Question(QuestionRole& role) {
    const Fields message = Next();
    const std::string name = message.Text("role");
    if (name != "user" && name != "observation") {
      message.Refuse("role", "must be \"user\" or \"observation\", since roles alternate");
    }
    role = {std::exchange(system_, {}), name == "observation"};
    return message.Text("content");
  }

  void Answer(Round& round) {
    const Fields message = Next();
    if (message.Text("role") != "assistant") {
      message.Refuse("role", "must be \"assistant\", since roles alternate");
    }
    round.answer = message.Text("content");
    if (message.Find("tool")) round.tool = message.Text("tool");
  }

 private:
  Fields Next() {
    if (is_done()) params_.Refuse("messages", "ends too early, since questions have answers");
    const std::size_t index = next_++;
    return Fields(messages_[index], "params.messages[" + std::to_string(index) + "]");
  }

  const Fields& params_;
  const json& messages_;
  std::size_t next_ = 0;
  std::string system_;
};

ChatPrompt ParseMessages(const Fields& params) {
  MessageReader reader(params);
  ChatPrompt prompt;
  for (;;) {
    QuestionRole role;
    std::string question = reader.Question(role);
    if (reader.is_done()) {
      prompt.question = std::move(question);
      prompt.role = std::move(role);
      return prompt;
    }
    Round& round = prompt.rounds.emplace_back(Round{std::move(question), {}, std::move(role)});
    reader.Answer(round);
  }
}

}  // namespace

GenerateRequest ParseChat(const json& params) {
  const Fields fields(params, "params");
  fields.CheckProgressToken();
  GenerateRequest request;
  ChatPrompt prompt = ParseMessages(fields);
  if (fields.Find("replyStart")) prompt.reply_start = fields.Text("replyStart");
  request.prompt = std::move(prompt);
  request.adapter_use = FindAdapterUse(fields);
  ParseSampling(fields, request);
  return request;
}

CountRequest ParseCount(const json& params) {
  const Fields fields(params, "params");
  return {ParseMessages(fields), FindAdapterUse(fields)};
}

AdapterUse ParseCheckAdapter(const json& params) {
  const Fields fields(params, "params");
  fields.Require("adapter");
  return *FindAdapterUse(fields);
}

PrepareRequest ParsePrepare(const json& params) {
  const Fields fields(params, "params");
  MessageReader reader(fields);
  PrepareRequest request{{}, FindAdapterUse(fields)};
  do {
    Round& round = request.rounds.emplace_back();
    round.question = reader.Question(round.role);
    reader.Answer(round);
  } while (!reader.is_done());
  return request;
}

GenerateRequest ParseCompletion(const json& params) {
  const Fields fields(params, "params");
  fields.CheckProgressToken();
  GenerateRequest request;
  request.prompt = RawPrompt{fields.Text("prompt")};
  request.adapter_use = FindAdapterUse(fields);
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
  return ParseIds(Fields(params, "params"));
}

ScoreRequest ParseScore(const json& params) {
  const Fields fields(params, "params");
  ScoreRequest request{ParseIds(fields), 0};
  if (request.tokens.size() < 2) fields.Refuse("ids", "must hold two tokens or more");
  request.scored_from =
      static_cast<std::uint32_t>(fields.Integer("scoredFrom", 1, request.tokens.size() - 1));
  if (fields.Find("writeDistributions")) {
    request.write_distributions = ParsePath(params, "writeDistributions");
  }
  if (fields.Find("reference")) request.reference = ParsePath(params, "reference");
  return request;
}

}  // namespace chatglm
