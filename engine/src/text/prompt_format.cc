#include "text/prompt_format.h"

#include <algorithm>

#include "support/engine_error.h"

namespace chatglm {
namespace {

std::string RoundText(std::size_t number, const std::string& question) {
  return "[Round " + std::to_string(number) + "]\n\n问：" + question + "\n\n答：";
}

// ChatGLM3's roles, counted from the first id behind the five special tokens.
enum Role : TokenId { kSystem = 0, kUser = 1, kAssistant = 2, kObservation = 3 };

void Append(std::vector<TokenId>& ids, const std::vector<TokenId>& more) {
  ids.insert(ids.end(), more.begin(), more.end());
}

void ExpectPlain(std::span<const Round> rounds, const QuestionRole& role) {
  const auto is_plain = [](const Round& round) {
    return round.role == QuestionRole{} && round.tool.empty();
  };
  if (role == QuestionRole{} && std::ranges::all_of(rounds, is_plain)) return;
  throw EngineError(ErrorCode::kInvalidParams,
                    "Only ChatGLM3 knows messages of the system and of tools. Leave them out.");
}

}  // namespace

std::string ChatGlm2Prompt(std::span<const Round> rounds, const std::string& question) {
  std::string text;
  std::size_t number = 1;
  for (const Round& round : rounds) {
    text += RoundText(number++, round.question) + round.answer + "\n\n";
  }
  return text + RoundText(number, question);
}

std::vector<TokenId> PromptFormat::Prefix() const {
  return {tokenizer_.gmask_id(), tokenizer_.sop_id()};
}

void PromptFormat::AppendMessage(TokenId role, const std::string& metadata,
                                 const std::string& content, std::vector<TokenId>& ids) const {
  ids.push_back(tokenizer_.first_role_id() + role);
  Append(ids, tokenizer_.Encode(metadata + "\n"));
  Append(ids, tokenizer_.Encode(content));
}

void PromptFormat::AppendQuestion(const std::string& question, const QuestionRole& role,
                                  std::vector<TokenId>& ids) const {
  if (!role.system.empty()) AppendMessage(kSystem, "", role.system, ids);
  AppendMessage(role.is_observation ? kObservation : kUser, "", question, ids);
}

std::vector<TokenId> PromptFormat::Conversation(std::span<const Round> rounds,
                                                const std::string& question,
                                                const QuestionRole& role) const {
  std::vector<TokenId> ids = Prefix();
  if (family_ != ModelFamily::kChatGlm3) {
    ExpectPlain(rounds, role);
    Append(ids, tokenizer_.Encode(ChatGlm2Prompt(rounds, question)));
    return ids;
  }
  for (const Round& round : rounds) {
    AppendQuestion(round.question, round.role, ids);
    AppendMessage(kAssistant, round.tool, round.answer, ids);
  }
  AppendQuestion(question, role, ids);
  ids.push_back(tokenizer_.first_role_id() + kAssistant);
  return ids;
}

std::vector<TokenId> PromptFormat::NextTurn(int round, const std::string& question,
                                            const QuestionRole& role) const {
  if (family_ == ModelFamily::kChatGlm3) {
    std::vector<TokenId> ids;
    AppendQuestion(question, role, ids);
    ids.push_back(tokenizer_.first_role_id() + kAssistant);
    return ids;
  }
  std::vector<TokenId> ids =
      tokenizer_.Encode("\n\n" + RoundText(static_cast<std::size_t>(round), question));
  ids.erase(ids.begin());  // the dummy space
  return ids;
}

std::vector<TokenId> PromptFormat::Completion(const std::string& text) const {
  std::vector<TokenId> ids = Prefix();
  Append(ids, tokenizer_.Encode(text));
  return ids;
}

std::vector<TokenId> PromptFormat::stop_ids() const {
  if (family_ != ModelFamily::kChatGlm3) return {tokenizer_.eos_id()};
  const TokenId first = tokenizer_.first_role_id();
  return {tokenizer_.eos_id(), first + kUser, first + kObservation};
}

}  // namespace chatglm
