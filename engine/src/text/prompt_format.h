#pragma once

#include <span>
#include <string>
#include <vector>

#include "support/model_description.h"
#include "text/tokenizer.h"

namespace chatglm {

/// What ChatGLM3 is told of a question besides its text; other families know none of it.
struct QuestionRole {
  /// What the system said before it; empty for nothing.
  std::string system = {};
  /// The question is what a tool has answered.
  bool is_observation = false;

  bool operator==(const QuestionRole&) const = default;
};

/// A question and the processed answer that was given.
struct Round {
  std::string question;
  std::string answer;
  QuestionRole role = {};
  /// ChatGLM3: the tool that the answer calls; empty for an answer to the person.
  std::string tool = {};

  bool operator==(const Round&) const = default;
};

/// How a family wraps a conversation into ids, exactly as its official code does.
class PromptFormat {
 public:
  PromptFormat(ModelFamily family, const Tokenizer& tokenizer)
      : family_(family), tokenizer_(tokenizer) {}

  /// The whole conversation, rebuilt as the official `chat()` does it, ending where the model is
  /// to answer `question`. Throws EngineError(kInvalidParams) for roles that the family lacks.
  std::vector<TokenId> Conversation(std::span<const Round> rounds, const std::string& question,
                                    const QuestionRole& role = {}) const;

  /// What follows the raw tokens of the answer before it when the cache is kept, as the official
  /// `stream_chat(past_key_values=…)` does it. `round` counts from 1 and is at least 2.
  std::vector<TokenId> NextTurn(int round, const std::string& question,
                                const QuestionRole& role = {}) const;

  /// Raw text after the two prefix tokens.
  std::vector<TokenId> Completion(const std::string& text) const;

  /// Ids that end a reply.
  std::vector<TokenId> stop_ids() const;

 private:
  std::vector<TokenId> Prefix() const;
  void AppendMessage(TokenId role, const std::string& metadata, const std::string& content,
                     std::vector<TokenId>& ids) const;
  void AppendQuestion(const std::string& question, const QuestionRole& role,
                      std::vector<TokenId>& ids) const;

  ModelFamily family_;
  const Tokenizer& tokenizer_;
};

/// The text of a ChatGLM2 prompt, without the prefix tokens.
std::string ChatGlm2Prompt(std::span<const Round> rounds, const std::string& question);

}  // namespace chatglm
