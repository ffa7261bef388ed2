// bench-restore MODEL THREADS TOKENS FOLDER: how long a conversation of so many tokens takes until
// its next reply can begin, read from its start and brought back from FOLDER after a restart.
//
// The reply after that is written twice, before the restart and after it, to see that it is the
// same. Prints one line of JSON.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "llama/backend.h"
#include "llama/model_identity.h"
#include "session/scheduler.h"

namespace {

using chatglm::ChatPrompt;
using chatglm::GenerateRequest;
using chatglm::GenerateResult;
using chatglm::Round;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kReplyTokens = 256;
const chatglm::StopFlag kNever;

/// A question of so many tokens, none of which repeat in a way that makes it special.
std::string MakeQuestion(const chatglm::Model& model, std::size_t tokens) {
  std::string text;
  for (int i = 0; model.tokenizer().Encode(text).size() < tokens; ++i) {
    for (int word = 0; word < 32; ++word)
      text += " " + std::to_string((i * 32 + word) * 7919 % 9973);
  }
  return text;
}

std::unique_ptr<chatglm::Scheduler> Start(const std::shared_ptr<const chatglm::Model>& model,
                                          char** arguments) {
  const auto tokens = static_cast<std::uint32_t>(std::atoi(arguments[3]));
  auto store = std::make_unique<chatglm::PrefixStore>(
      chatglm::PrefixStore::Options{arguments[4], std::uint64_t{4} << 30},
      chatglm::IdentifyModel(chatglm::IdentifyFile(arguments[1]), {}));
  return std::make_unique<chatglm::Scheduler>(
      model,
      chatglm::SchedulerOptions{.context_tokens = tokens + 1024,
                                .threads = std::atoi(arguments[2])},
      std::move(store));
}

GenerateResult Ask(chatglm::Scheduler& scheduler, ChatPrompt prompt, std::uint32_t most) {
  GenerateRequest request;
  request.prompt = std::move(prompt);
  request.sampling.temperature = 0;
  request.max_length = 1 << 20;
  request.max_new_tokens = most;
  return scheduler.Generate(request, {}, kNever);
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 5) {
    std::fputs("usage: bench-restore MODEL THREADS TOKENS FOLDER\n", stderr);
    return 2;
  }
  chatglm::LoadBackends(CHATGLM_MODULE_FOLDER);
  const auto model = chatglm::Model::Load({.path = arguments[1]}, kNever, [](float) {});
  const std::string question =
      MakeQuestion(*model, static_cast<std::size_t>(std::atoi(arguments[3])));

  auto scheduler = Start(model, arguments);
  const GenerateResult first = Ask(*scheduler, {{}, question}, 16);
  const std::vector<Round> rounds = {{question, first.text}};
  const GenerateResult before = Ask(*scheduler, {rounds, "1"}, kReplyTokens);
  scheduler.reset();

  scheduler = Start(model, arguments);
  GenerateRequest preparation;
  preparation.prompt = ChatPrompt{rounds, ""};
  preparation.max_length = 1 << 20;
  preparation.is_preparation = true;
  const auto begin = Clock::now();
  const GenerateResult prepared = scheduler->Generate(preparation, {}, kNever);
  const std::chrono::duration<double, std::milli> restore = Clock::now() - begin;
  const GenerateResult after = Ask(*scheduler, {rounds, "1"}, kReplyTokens);

  std::printf(
      "{\"tokens\":%u,\"readMs\":%.1f,\"restoredTokens\":%u,\"restoreMs\":%.1f,"
      "\"firstTokenMs\":%.1f,\"replyTokens\":%u,\"isSameReply\":%s}\n",
      first.statistics.prompt_tokens, first.statistics.time_to_first_token_ms,
      prepared.statistics.reused_tokens, restore.count(), after.statistics.time_to_first_token_ms,
      after.statistics.generated_tokens, before.text == after.text ? "true" : "false");
  return 0;
}
