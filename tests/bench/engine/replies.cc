// bench-replies MODEL TEXTS THREADS ROUNDS: what replies cost beyond one token after the other, on
// a model of random weights. TEXTS has three lines for each text: its name, the tokens of a prompt,
// those of a reply.
//
// Drafts: the reply is written in turn without and with them. The model is evaluated as in the
// engine, but what it "chooses" is the text's next token, since random weights quote nothing.
//
// Sharing: how long a reply waits for its next token while the prompt of another one is read.
//
// Prints one line of JSON for each text and one for sharing.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "llama/backend.h"
#include "llama/context.h"
#include "session/scheduler.h"

namespace {

using chatglm::BatchEntry;
using chatglm::TokenId;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kContext = 2048, kSlice = 128;
constexpr std::size_t kMostDrafted = 24;

struct Text {
  std::string name;
  std::vector<TokenId> prompt, reply;
};

std::vector<TokenId> ParseIds(const std::string& line) {
  std::istringstream words(line);
  std::vector<TokenId> ids;
  for (TokenId id = 0; words >> id;) ids.push_back(id);
  return ids;
}

std::vector<Text> ReadTexts(const char* path) {
  std::ifstream file(path);
  std::vector<Text> texts;
  std::string name, prompt, reply;
  while (std::getline(file, name) && std::getline(file, prompt) && std::getline(file, reply)) {
    texts.push_back({name, ParseIds(prompt), ParseIds(reply)});
  }
  return texts;
}

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

void Evaluate(chatglm::Context& context, std::span<const TokenId> ids, std::size_t position) {
  for (std::size_t begin = 0; begin < ids.size(); begin += kSlice) {
    std::vector<BatchEntry> batch;
    for (std::size_t i = begin; i < std::min<std::size_t>(ids.size(), begin + kSlice); ++i) {
      batch.push_back({ids[i], static_cast<std::int32_t>(position + i), 0, true});
    }
    if (context.Evaluate(batch, {}) != chatglm::EvaluateStatus::kDone) std::abort();
  }
}

struct Written {
  double seconds = 0;
  std::size_t steps = 0, drafted = 0, accepted = 0;
};

/// Writes the reply of `text` after its prompt, which the cache holds but for its last token.
Written Write(chatglm::Context& context, const Text& text, bool drafts, chatglm::StepCost& cost) {
  Written written;
  chatglm::PromptLookup lookup;
  lookup.Start(text.prompt);
  std::size_t position = text.prompt.size() - 1;
  TokenId last = text.prompt.back();
  const auto start = Clock::now();
  for (std::size_t next = 0; next < text.reply.size();) {
    std::vector<TokenId> step = {last};
    if (drafts) {
      const std::size_t left = text.reply.size() - next - 1;
      const auto draft = lookup.Draft(std::min(kMostDrafted, left));
      const std::size_t count = cost.BestDraft(draft, 0);
      for (std::size_t i = 0; i < count; ++i) step.push_back(draft[i].id);
    }
    const auto begin = Clock::now();
    Evaluate(context, step, position);
    context.Logits(0);
    cost.Observe(step.size(), Seconds(Clock::now() - begin));
    std::size_t right = 0;
    for (;;) {
      last = text.reply[next++];
      lookup.Add(last);
      ++position;
      if (right + 1 == step.size() || step[right + 1] != last) break;
      ++right;
    }
    context.Remove(0, static_cast<std::int32_t>(position));
    written.drafted += step.size() - 1;
    written.accepted += right;
    ++written.steps;
  }
  written.seconds = Seconds(Clock::now() - start);
  context.Remove(0, static_cast<std::int32_t>(text.prompt.size() - 1));
  return written;
}

void MeasureDrafts(chatglm::Context& context, const std::vector<Text>& texts, int rounds) {
  chatglm::StepCost cost;
  for (const Text& text : texts) {
    context.Remove(0, 0);
    Evaluate(context, std::span(text.prompt).first(text.prompt.size() - 1), 0);
    std::vector<double> plain, drafted;
    Written last;
    for (int round = 0; round < rounds; ++round) {
      plain.push_back(Write(context, text, false, cost).seconds);
      last = Write(context, text, true, cost);
      drafted.push_back(last.seconds);
    }
    const auto count = static_cast<double>(text.reply.size());
    std::printf(
        "{\"name\":\"%s\",\"tokens\":%zu,\"plainPerSecond\":%.3f,\"draftedPerSecond\":%.3f,"
        "\"steps\":%zu,\"drafted\":%zu,\"accepted\":%zu}\n",
        text.name.c_str(), text.reply.size(), count / Median(plain), count / Median(drafted),
        last.steps, last.drafted, last.accepted);
    std::fflush(stdout);
  }
}

void MeasureSharing(chatglm::Scheduler& scheduler) {
  const chatglm::StopFlag never;
  std::vector<double> usual, shared;
  std::atomic<bool> is_reading = false;
  chatglm::GenerateRequest reply;
  reply.prompt = chatglm::RawPrompt{"1"};
  reply.sampling.temperature = 0;
  reply.max_new_tokens = 160;
  reply.drafts = false;
  chatglm::GenerateRequest reader;
  std::string words;
  for (int i = 0; i < 100; ++i) words += " " + std::to_string(1000 + 7 * i);
  reader.prompt = chatglm::RawPrompt{words};
  reader.max_new_tokens = 1;

  std::thread other;
  Clock::time_point last;
  std::size_t count = 0;
  chatglm::GenerateListener listener;
  listener.on_token = [&](const chatglm::ChosenToken&) {
    const auto now = Clock::now();
    if (count > 1) (is_reading ? shared : usual).push_back(Seconds(now - last));
    last = now;
    if (++count != 16) return;
    is_reading = true;
    other = std::thread([&] {
      scheduler.Generate(reader, {}, never);
      is_reading = false;
    });
  };
  reply.top_logprobs = 0;
  scheduler.Generate(reply, listener, never);
  other.join();
  std::printf("{\"usualMs\":%.1f,\"sharedMs\":%.1f,\"longestMs\":%.1f,\"steps\":%zu}\n",
              Median(usual) * 1000, Median(shared) * 1000,
              shared.empty() ? 0 : *std::ranges::max_element(shared) * 1000, shared.size());
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 5) {
    std::fputs("usage: bench-replies MODEL TEXTS THREADS ROUNDS\n", stderr);
    return 2;
  }
  const std::vector<Text> texts = ReadTexts(arguments[2]);
  chatglm::LoadBackends(CHATGLM_MODULE_FOLDER);
  const auto model = chatglm::Model::Load({.path = arguments[1]}, {}, [](float) {});
  const int threads = std::atoi(arguments[3]);
  {
    chatglm::Context context(model, {.cache_tokens = kContext,
                                     .sequence_count = 1,
                                     .batch_tokens = kSlice,
                                     .threads = threads});
    MeasureDrafts(context, texts, std::atoi(arguments[4]));
  }
  chatglm::Scheduler scheduler(model, {.context_tokens = kContext, .threads = threads});
  MeasureSharing(scheduler);
  return 0;
}
