#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "chat_requests.h"
#include "golden_models.h"
#include "llama/context.h"
#include "session/engine.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

using nlohmann::json;

std::filesystem::path DemoModelFolder() {
  return std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "resources" / "demo-model";
}

/// The demo model in one of its two precisions, against what its NumPy forward pass wrote.
class DemoModelTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    test::EnsureBackends();
    expected_ = test::ReadJson(DemoModelFolder() / "expected.json");
    path_ = folder_.path() / "demo.gguf";
    ConvertOptions options;
    options.source = DemoModelFolder() / GetParam();
    options.destination = path_;
    Convert(options, never_, [](const ConvertProgress&) {});
    engine_.Load({.path = path_.string(), .threads = 1}, never_, [](float) {});
  }

  GenerateResult Ask(std::vector<Round> rounds, const std::string& question,
                     std::optional<std::uint32_t> most = std::nullopt) {
    GenerateRequest request = test::Ask(std::move(rounds), question);
    request.max_new_tokens = most;
    return engine_.Generate(request, {}, never_);
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
  std::filesystem::path path_;
  json expected_;
  Engine engine_;
};

TEST_P(DemoModelTest, AnswersEveryPromptWordForWord) {
  std::map<std::string, std::string> replies;
  std::size_t prompts = 0;
  for (const json& item : expected_["items"]) {
    const std::vector<Round> rounds = test::Rounds(item["history"]);
    const auto query = item["query"].get<std::string>();
    const auto reply = item["reply"].get<std::string>();
    EXPECT_EQ(Ask(rounds, query).text, reply) << query;
    if (rounds.empty()) replies[query] = reply;
    ++prompts;
  }
  for (const json& item : expected_["paraphrases"]) {
    const auto query = item["query"].get<std::string>();
    EXPECT_EQ(Ask({}, query).text, replies.at(item["same_as"].get<std::string>())) << query;
    ++prompts;
  }
  EXPECT_GE(prompts, 200u);
}

TEST_P(DemoModelTest, MeasuresWhatBoundsAReply) {
  const BenchmarkResult result = engine_.Benchmark({600, 8}, never_);

  EXPECT_GT(result.memory_bytes_per_second, 1e8);
  EXPECT_GT(result.bytes_per_token, 500'000u);
  EXPECT_LT(result.bytes_per_token, 6'000'000u);
  EXPECT_GT(result.prompt_tokens_per_second, 0);
  EXPECT_GT(result.tokens_per_second, 0);

  StopFlag stop;
  stop.Set();
  EXPECT_THROW(engine_.Benchmark({600, 8}, stop), EngineError);
}

TEST_P(DemoModelTest, GoesOnWithAReplyThatWasCut) {
  for (const std::string question : {"讲一个故事", "写一段代码", "who are you"}) {
    const std::string whole = Ask({}, question).text;
    for (const std::uint32_t cut : {1u, 7u, 20u}) {
      const auto first = Ask({}, question, cut);
      ASSERT_EQ(first.finish, GenerateFinish::kLength);
      GenerateRequest request;
      request.prompt = ChatPrompt{{}, question, first.text};
      request.sampling.temperature = 0;
      const auto rest = engine_.Generate(request, {}, never_);
      EXPECT_EQ(rest.text, whole) << first.text;
      EXPECT_EQ(rest.statistics.prompt_tokens - rest.statistics.reused_tokens, 1u);
    }
  }
}

TEST_P(DemoModelTest, TellsOnlyWhatFollowsTheBeginning) {
  GenerateRequest request;
  request.prompt = ChatPrompt{{}, "who are you", "I am"};
  request.sampling.temperature = 0;
  request.max_new_tokens = 8;
  std::string told;
  GenerateListener listener;
  listener.on_text = [&](std::string_view text) { told += text; };
  const auto result = engine_.Generate(request, listener, never_);
  EXPECT_EQ(result.text, "I am" + told);
  EXPECT_FALSE(told.empty());
}

TEST_P(DemoModelTest, EndsBeforeAStopStringWhereverItsTokensEnd) {
  const std::string whole = Ask({}, "讲一个故事").text;
  std::size_t checked = 0;
  // Every piece of the reply of three characters, most of which begin or end within a token.
  for (std::size_t begin = 9; begin + 9 <= whole.size(); begin += 3) {
    const std::string stop = whole.substr(begin, 9);
    if (!IsValidUtf8(stop)) continue;
    GenerateRequest request = test::Ask({}, "讲一个故事");
    request.stop_strings = {"nowhere", stop};
    std::string told;
    GenerateListener listener;
    listener.on_text = [&](std::string_view text) { told += text; };
    const auto result = engine_.Generate(request, listener, never_);
    EXPECT_EQ(result.finish, GenerateFinish::kStopString) << stop;
    std::string expected = whole.substr(0, whole.find(stop));
    while (expected.ends_with('\n') || expected.ends_with(' ')) expected.pop_back();
    EXPECT_EQ(result.text, expected);
    EXPECT_EQ(told, expected);
    ++checked;
  }
  EXPECT_GE(checked, 5u);
}

TEST_P(DemoModelTest, TellsHowLikelyEachTokenWas) {
  GenerateRequest request = test::Ask({}, "讲一个故事");
  request.max_new_tokens = 12;
  EXPECT_TRUE(engine_.Generate(request, {}, never_).tokens.empty());
  request.top_logprobs = 5;
  std::string told;
  GenerateListener listener;
  listener.on_token = [&](const ChosenToken& token) { told += token.token.bytes; };
  const auto result = engine_.Generate(request, listener, never_);

  ASSERT_EQ(result.tokens.size(), 12u);
  EXPECT_NE(told.find(result.text), std::string::npos);
  for (const ChosenToken& token : result.tokens) {
    ASSERT_EQ(token.top.size(), 5u);
    // Greedy: the chosen one is the likeliest.
    EXPECT_EQ(token.top[0].bytes, token.token.bytes);
    EXPECT_DOUBLE_EQ(token.top[0].logprob, token.token.logprob);
    double sum = 0;
    for (std::size_t i = 0; i < token.top.size(); ++i) {
      if (i > 0) {
        EXPECT_LE(token.top[i].logprob, token.top[i - 1].logprob);
      }
      sum += std::exp(token.top[i].logprob);
    }
    EXPECT_LE(sum, 1.0 + 1e-9);
    EXPECT_GT(sum, 0.1);
  }

  // What is drawn does not change what the model held it for.
  request.sampling = {.temperature = 2.0f, .top_k = 0, .top_p = 1.0f};
  request.seed = 3;
  const auto drawn = engine_.Generate(request, {}, never_);
  EXPECT_NEAR(drawn.tokens[0].top[0].logprob, result.tokens[0].top[0].logprob, 1e-3);
}

TEST_P(DemoModelTest, CountsWhatAPromptWouldTake) {
  const std::vector<Round> rounds = {{"你好", "你好。"}, {"谢谢", "不用谢。"}};
  const auto count = engine_.Count({ChatPrompt{rounds, "who are you"}});
  EXPECT_EQ(count.prompt_tokens, Ask(rounds, "who are you", 1).statistics.prompt_tokens);
  ASSERT_EQ(count.round_tokens.size(), 2u);
  const auto alone = engine_.Count({ChatPrompt{{}, "who are you"}});
  EXPECT_TRUE(alone.round_tokens.empty());
  EXPECT_EQ(alone.prompt_tokens + count.round_tokens[0] + count.round_tokens[1],
            count.prompt_tokens);
}

TEST_P(DemoModelTest, KeepsItsConversations) {
  for (const json& flow : expected_["flows"]) {
    std::vector<Round> rounds;
    for (std::size_t i = 0; i < flow["turns"].size(); ++i) {
      const auto query = flow["turns"][i].get<std::string>();
      const auto result = Ask(rounds, query);
      EXPECT_EQ(result.text, flow["replies"][i].get<std::string>()) << flow["turns"];
      if (!rounds.empty()) {
        EXPECT_GT(result.statistics.reused_tokens, 0u);
      }
      rounds.push_back({query, result.text});
    }
  }
}

TEST_P(DemoModelTest, NeverEndsItsEndlessReply) {
  const auto result = Ask({}, expected_["endless"]["query"], 4000);
  EXPECT_EQ(result.finish, GenerateFinish::kLength);
  EXPECT_EQ(result.statistics.generated_tokens, 4000u);
}

TEST_P(DemoModelTest, HasTheLogitsOfItsForwardPass) {
  const auto model = test::LoadModel(path_);
  Context context(model,
                  {.cache_tokens = 1024, .sequence_count = 1, .batch_tokens = 512, .threads = 1});
  const std::string precision = GetParam();
  // INT4: ggml rounds activations to 8 bits, NumPy does not.
  const float tolerance = precision == "fp16" ? 0.1f : 1.0f;
  for (const json& item : expected_["logits"]) {
    const auto ids = model->prompt_format().Conversation({}, item["query"]);
    std::vector<BatchEntry> batch;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      batch.push_back({ids[i], static_cast<std::int32_t>(i), 0, i + 1 == ids.size()});
    }
    context.Remove(0, 0);
    ASSERT_EQ(context.Evaluate(batch, nullptr), EvaluateStatus::kDone);
    const auto logits = context.Logits(batch.size() - 1);
    const json& best = item[precision];
    for (std::size_t i = 0; i < best["ids"].size(); ++i) {
      EXPECT_NEAR(logits[best["ids"][i].get<std::size_t>()], best["values"][i].get<float>(),
                  tolerance)
          << item["query"];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, DemoModelTest, testing::Values("fp16", "int4"),
                         [](const auto& precision) { return std::string(precision.param); });

}  // namespace
}  // namespace chatglm
