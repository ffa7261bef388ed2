#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "session/generation.h"

namespace chatglm::test {

/// A question that always gets the same reply.
inline GenerateRequest Ask(std::vector<Round> rounds, const std::string& question) {
  GenerateRequest request;
  request.prompt = ChatPrompt{std::move(rounds), question};
  request.sampling.temperature = 0;
  return request;
}

/// The rounds of a golden: pairs of a question and its reply.
inline std::vector<Round> Rounds(const nlohmann::json& history) {
  std::vector<Round> rounds;
  for (const nlohmann::json& round : history) rounds.push_back({round[0], round[1]});
  return rounds;
}

}  // namespace chatglm::test
