// bench-overhead MODEL: what the engine costs over bare libllama in the same
// process, in turn: time to the first token after a prompt and decoding speed.
// Prints JSON.

#include <llama.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "llama/backend.h"
#include "session/scheduler.h"
#include "support/processor.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPromptTokens = 128;
/// The demo model's tokenizer spells each of the numbered words in four pieces.
constexpr int kPromptWords = kPromptTokens / 4;
/// The prefix and the first pieces are the same in every prompt.
constexpr int kSharedTokens = 8;
constexpr int kNewTokens = 48;
constexpr int kRounds = 5;

struct Sample {
  double first_token_ms;
  double tokens_per_second;
};

double Milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

Sample ToSample(Clock::time_point start, Clock::time_point first, Clock::time_point last) {
  return {Milliseconds(first - start), (kNewTokens - 1) * 1000.0 / Milliseconds(last - first)};
}

/// The shortest loop that libllama's examples show, with its greedy sampler.
Sample MeasureBare(llama_context* context, std::vector<llama_token> prompt) {
  llama_sampler* sampler = llama_sampler_init_greedy();
  llama_memory_clear(llama_get_memory(context), true);
  const auto start = Clock::now();
  Clock::time_point first;
  llama_batch batch = llama_batch_get_one(prompt.data(), static_cast<std::int32_t>(prompt.size()));
  llama_token token = 0;
  for (int i = 0; i < kNewTokens; ++i) {
    if (llama_decode(context, batch) != 0) std::abort();
    token = llama_sampler_sample(sampler, context, -1);
    if (i == 0) first = Clock::now();
    batch = llama_batch_get_one(&token, 1);
  }
  const auto last = Clock::now();
  llama_sampler_free(sampler);
  return ToSample(start, first, last);
}

Sample MeasureEngine(chatglm::Scheduler& scheduler, const std::string& prompt) {
  chatglm::GenerateRequest request;
  request.prompt = chatglm::RawPrompt{prompt};
  request.sampling.temperature = 0;
  request.max_new_tokens = kNewTokens;
  request.drafts = false;  // bare libllama has none
  const chatglm::StopFlag stop;
  const auto start = Clock::now();
  chatglm::GenerateListener listener;
  listener.on_text = [](std::string_view) {};
  const auto result = scheduler.Generate(request, listener, stop);
  const auto& statistics = result.statistics;
  if (statistics.generated_tokens != kNewTokens || statistics.reused_tokens > kSharedTokens)
    std::abort();
  const auto end = Clock::now();
  const double first_ms = statistics.time_to_first_token_ms;
  return {first_ms, (kNewTokens - 1) * 1000.0 / (Milliseconds(end - start) - first_ms)};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 2) {
    std::fputs("usage: bench-overhead MODEL\n", stderr);
    return 2;
  }
  chatglm::LoadBackends(CHATGLM_MODULE_FOLDER);
  const auto model = chatglm::Model::Load({.path = arguments[1]}, {}, [](float) {});
  const int threads = chatglm::PhysicalCores();
  chatglm::Scheduler scheduler(model, {.context_tokens = 2048, .threads = threads});

  llama_context_params params = llama_context_default_params();
  params.n_ctx = 2048;
  params.n_threads = threads;
  params.n_threads_batch = threads;
  llama_context* context = llama_init_from_model(model->handle(), params);

  std::vector<double> bare_first, engine_first, bare_speed, engine_speed, delay, ratio;
  for (int round = 0; round <= kRounds; ++round) {
    // Different beginnings, so that the engine's cache has nothing to reuse.
    std::string prompt;
    for (int i = 0; i < kPromptWords; ++i) prompt += "w" + std::to_string(300 + round * 131 + i);
    const auto tokens = model->prompt_format().Completion(prompt);
    const Sample bare = MeasureBare(context, {tokens.begin(), tokens.end()});
    const Sample engine = MeasureEngine(scheduler, prompt);
    if (round == 0) continue;  // warms up
    bare_first.push_back(bare.first_token_ms);
    engine_first.push_back(engine.first_token_ms);
    delay.push_back(engine.first_token_ms - bare.first_token_ms);
    bare_speed.push_back(bare.tokens_per_second);
    engine_speed.push_back(engine.tokens_per_second);
    ratio.push_back(engine.tokens_per_second / bare.tokens_per_second);
  }
  std::printf(
      "{\"threads\":%d,\"bareFirstTokenMs\":%.1f,"
      "\"engineFirstTokenMs\":%.1f,\"delayMs\":%.1f,"
      "\"bareTokensPerSecond\":%.3f,\"engineTokensPerSecond\":%.3f,"
      "\"speedRatio\":%.4f}\n",
      threads, Median(bare_first), Median(engine_first), Median(delay), Median(bare_speed),
      Median(engine_speed), Median(ratio));
  llama_free(context);
  return 0;
}
