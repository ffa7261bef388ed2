#include <gtest/gtest.h>

#include <thread>

#include "chat_requests.h"
#include "golden_models.h"
#include "session/engine.h"

namespace chatglm {
namespace {

using nlohmann::json;

using test::Ask;
using test::Rounds;

struct TinyChat {
  const char* name;
  const char* type_name;
  OutputType type;
};

/// The trained golden model, which answers a few dozen questions word for word.
class TinyChatTest : public testing::TestWithParam<TinyChat> {
 protected:
  static constexpr std::uint32_t kContext = 1024;

  void SetUp() override {
    CHATGLM_NEEDS_GOLDENS();
    test::EnsureBackends();
    const std::string name = GetParam().name;
    goldens_ = test::ReadJson(test::GoldensFolder() / "expected/tiny-chat/goldens.json");
    path_ = test::ConvertGolden(name, name, "models/tiny-chat/tokenizer.model", GetParam().type,
                                folder_);
    LoadModel();
  }

  void LoadModel() {
    engine_.Load({.path = path_.string(), .placement = {.context_length = kContext}, .threads = 1},
                 never_, [](float) {});
  }

  GenerateResult Generate(const GenerateRequest& request) {
    return engine_.Generate(request, {}, never_);
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
  std::filesystem::path path_;
  json goldens_;
  Engine engine_;
};

TEST_P(TinyChatTest, AnswersEveryQuestionWordForWord) {
  for (const json& item : goldens_["items"]) {
    const auto result = Generate(Ask(Rounds(item["history"]), item["query"]));
    EXPECT_EQ(result.text, item["reply"].get<std::string>()) << item["query"];
    EXPECT_EQ(result.finish, GenerateFinish::kStop);
    EXPECT_EQ(result.statistics.generated_tokens, item["greedy_ids"].size());
  }
}

TEST_P(TinyChatTest, KeepsEveryConversationWordForWordAndReadsOnlyWhatIsNew) {
  for (const json& flow : goldens_["flows"]) {
    std::vector<Round> rounds;
    std::size_t cached = 0;
    for (const json& turn : flow["stream_chat_with_cache"]) {
      std::string streamed;
      GenerateListener listener;
      listener.on_text = [&](std::string_view text) { streamed += text; };
      const auto query = turn["query"].get<std::string>();
      const auto result = engine_.Generate(Ask(rounds, query), listener, never_);
      const std::string expected =
          turn["yields"].empty() ? "" : turn["yields"].back().get<std::string>();
      EXPECT_EQ(result.text, expected) << query;
      EXPECT_EQ(streamed, expected) << query;
      // The official cache holds the prompt and the reply without its end token.
      const GenerateStatistics& statistics = result.statistics;
      EXPECT_EQ(statistics.prompt_tokens + statistics.generated_tokens - 1,
                turn["cache_len"].get<std::uint32_t>());
      if (!rounds.empty()) {
        EXPECT_EQ(statistics.reused_tokens, cached) << query;
      }
      cached = turn["cache_len"].get<std::size_t>();
      rounds.push_back({query, result.text});
    }
  }
}

TEST_P(TinyChatTest, AnswersRebuiltConversationsAsTheOfficialChat) {
  for (const json& flow : goldens_["flows"]) {
    std::vector<Round> rounds;
    for (const json& turn : flow["chat"]) {
      const auto query = turn["query"].get<std::string>();
      // Another conversation in every slot, so that nothing is continued.
      for (const char* other : {"a", "b", "c", "d"}) {
        GenerateRequest filler;
        filler.prompt = RawPrompt{other};
        filler.max_new_tokens = 1;
        Generate(filler);
      }
      EXPECT_EQ(Generate(Ask(rounds, query)).text, turn["response"].get<std::string>());
      rounds.push_back({query, turn["response"]});
    }
  }
}

TEST_P(TinyChatTest, RepeatsItselfWithTheSameSeed) {
  GenerateRequest request = Ask({}, "今天天气怎么样呢朋友");
  request.sampling = {.temperature = 1.5f, .top_k = 0, .top_p = 1.0f};
  request.max_new_tokens = 40;
  request.seed = 7;
  const std::string first = Generate(request).text;
  // What the cache holds changes the last bits of logits, which can turn a draw among equals.
  LoadModel();
  EXPECT_EQ(Generate(request).text, first);
  request.seed = 8;
  EXPECT_NE(Generate(request).text, first);
}

TEST_P(TinyChatTest, StopsAnEndlessReplyAtTheMaximumLength) {
  GenerateRequest request = Ask({}, goldens_["endless"]["query"]);
  request.max_length = 200;
  const auto result = Generate(request);
  EXPECT_EQ(result.finish, GenerateFinish::kLength);
  EXPECT_EQ(result.statistics.prompt_tokens + result.statistics.generated_tokens, 200u);

  request.max_new_tokens = 10;
  EXPECT_EQ(Generate(request).statistics.generated_tokens, 10u);
}

TEST_P(TinyChatTest, StopsAnEndlessReplyWhenItIsCancelled) {
  StopFlag stop;
  std::string streamed;
  GenerateListener listener;
  listener.on_text = [&](std::string_view text) {
    streamed += text;
    if (streamed.size() > 60) stop.Set();
  };
  const auto result = engine_.Generate(Ask({}, goldens_["endless"]["query"]), listener, stop);
  EXPECT_EQ(result.finish, GenerateFinish::kCancelled);
  EXPECT_EQ(result.text, streamed);
  EXPECT_LT(result.statistics.generated_tokens, 200u);
}

TEST_P(TinyChatTest, EndsBeforeAStopString) {
  const json& item = goldens_["items"][0];
  GenerateRequest request = Ask({}, item["query"]);
  const auto reply = item["reply"].get<std::string>();
  request.stop_strings = {"很高兴"};
  const auto result = Generate(request);
  EXPECT_EQ(result.finish, GenerateFinish::kStopString);
  EXPECT_EQ(result.text, reply.substr(0, reply.find("很高兴")));
}

TEST_P(TinyChatTest, AnswersManyConversationsAtOnceAsOneByOne) {
  const json& items = goldens_["items"];
  std::vector<std::string> replies(items.size());
  std::vector<std::thread> askers;
  for (std::size_t i = 0; i < items.size(); ++i) {
    askers.emplace_back([&, i] {
      replies[i] = Generate(Ask(Rounds(items[i]["history"]), items[i]["query"])).text;
    });
  }
  for (std::thread& asker : askers) asker.join();
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(replies[i], items[i]["reply"].get<std::string>()) << items[i]["query"];
  }
}

TEST_P(TinyChatTest, FinishesRepliesThatTogetherNeedMoreThanTheCache) {
  const auto query = goldens_["endless"]["query"].get<std::string>();
  std::vector<GenerateResult> results(3);
  std::vector<std::thread> askers;
  for (auto& result : results) {
    askers.emplace_back([&] { result = Generate(Ask({}, query)); });
  }
  for (std::thread& asker : askers) asker.join();
  for (const auto& result : results) {
    EXPECT_EQ(result.finish, GenerateFinish::kLength);
    EXPECT_EQ(result.statistics.prompt_tokens + result.statistics.generated_tokens, kContext);
    EXPECT_EQ(result.text, results[0].text);
  }
}

TEST_P(TinyChatTest, ReadsOnlyTheRestAfterAnEditOfTheLastQuestion) {
  const std::string long_question(300, 'x');
  const auto first = Generate(Ask({{"你好", "好的"}, {long_question, "嗯"}}, "你好"));
  const auto edited = Generate(Ask({{"你好", "好的"}, {long_question, "嗯"}}, "再见"));
  EXPECT_EQ(first.statistics.reused_tokens, 0u);
  EXPECT_GT(edited.statistics.reused_tokens, first.statistics.prompt_tokens - 20);
}

TEST_P(TinyChatTest, RefusesAPromptThatIsLongerThanTheContextAndGoesOn) {
  std::string question;
  for (int i = 0; i < 2000; ++i) question += "你好";
  try {
    Generate(Ask({}, question));
    FAIL() << "taken";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::kContextFull);
  }
  const json& item = goldens_["items"][0];
  EXPECT_EQ(Generate(Ask({}, item["query"])).text, item["reply"].get<std::string>());
}

TEST_P(TinyChatTest, CancelsWhatRunsWhenTheModelIsUnloaded) {
  GenerateResult result;
  std::atomic<bool> has_begun = false;
  GenerateListener listener;
  listener.on_text = [&](std::string_view) { has_begun = true; };
  std::thread asker(
      [&] { result = engine_.Generate(Ask({}, goldens_["endless"]["query"]), listener, never_); });
  while (!has_begun) std::this_thread::yield();
  engine_.Unload();
  asker.join();
  EXPECT_EQ(result.finish, GenerateFinish::kCancelled);
  EXPECT_THROW(Generate(Ask({}, "你好")), EngineError);
}

TEST_P(TinyChatTest, TokenizesAndDetokenizes) {
  const auto ids = engine_.Tokenize("hello world 你好", false);
  EXPECT_EQ(engine_.Detokenize(ids), "hello world 你好");
  EXPECT_EQ(engine_.Tokenize("a", true).size(), engine_.Tokenize("a", false).size() + 2);
  EXPECT_THROW(engine_.Detokenize({1'000'000}), EngineError);
  EXPECT_THROW(engine_.Detokenize({-1}), EngineError);
}

const TinyChat kTinyChats[] = {{"tiny-chat", "fp16", OutputType::kSource},
                               {"tiny-chat-int4", "int4", OutputType::kSource},
                               {"tiny-chat", "q8_0", OutputType::kQ8_0},
                               {"tiny-chat", "bf16", OutputType::kBf16}};

INSTANTIATE_TEST_SUITE_P(All, TinyChatTest, testing::ValuesIn(kTinyChats),
                         [](const auto& chat) { return std::string(chat.param.type_name); });

TEST(Engine, SaysThatNoModelIsLoaded) {
  Engine engine;
  try {
    engine.Tokenize("a", false);
    FAIL();
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelNotLoaded);
  }
}

}  // namespace
}  // namespace chatglm
