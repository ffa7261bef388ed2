#include <gtest/gtest.h>

#include "chat_requests.h"
#include "convert/adapter_converter.h"
#include "golden_models.h"
#include "session/engine.h"

namespace chatglm {
namespace {

using nlohmann::json;

/// The tiny golden model with the two golden prefixes.
class AdapterTest : public testing::Test {
 protected:
  void SetUp() override {
    CHATGLM_NEEDS_GOLDENS();
    test::EnsureBackends();
    model_ = test::ConvertGolden("tiny", "tiny", "models/tiny/tokenizer.model", OutputType::kF16,
                                 folder_);
    Load();
  }

  void Load() {
    engine_.Load({.path = model_.string(),
                  .threads = 1,
                  .store = PrefixStore::Options{folder_.path() / "cache", 1 << 30}},
                 never_, [](float) {});
  }

  std::string Adapter(const std::string& name) {
    const auto destination = folder_.path() / (name + ".gguf");
    if (!std::filesystem::exists(destination)) {
      ConvertAdapter({test::GoldensFolder() / "models" / name, destination}, never_);
    }
    return destination.string();
  }

  GenerateResult Ask(std::optional<std::string> adapter, const std::string& question,
                     std::vector<Round> rounds = {}, float scale = 1) {
    GenerateRequest request = test::Ask(std::move(rounds), question);
    if (adapter) request.adapter_use = AdapterUse{*adapter, scale};
    request.max_new_tokens = 24;
    request.top_logprobs = 0;
    return engine_.Generate(request, {}, never_);
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
  std::filesystem::path model_;
  Engine engine_;
};

TEST_F(AdapterTest, WritesWhatTheOfficialCodeWrites) {
  const auto model = test::LoadModel(model_);
  for (const std::string name : {"ptuning-8", "ptuning-8-proj"}) {
    const auto goldens = test::ReadJson(test::GoldensFolder() / "expected" / name / "goldens.json");
    std::size_t compared = 0;
    for (const json& item : goldens["items"]) {
      const auto text = item["text"].get<std::string>();
      const auto ids = item["input_ids"].get<std::vector<TokenId>>();
      if (model->prompt_format().Conversation({}, text) != ids) continue;
      const auto result = Ask(Adapter(name), text);
      EXPECT_EQ(result.statistics.prompt_tokens, ids.size() + 8);
      for (std::size_t i = 0; i < result.tokens.size(); ++i) {
        if (item["top2_gap"][i].get<double>() < 0.03) break;  // either may come with F16
        const auto official = item["greedy_ids"][i].get<TokenId>();
        if (official >= model->sampled_id_end()) break;  // padding, which is never written here
        EXPECT_EQ(result.tokens[i].token.bytes, model->tokenizer().Bytes(official)) << text << i;
        ++compared;
      }
    }
    EXPECT_GE(compared, 24u) << name;
  }
}

TEST_F(AdapterTest, SharesNothingWithRepliesOfTheModelAlone) {
  const std::string plain = Ask(std::nullopt, "你好").text;
  const auto first = Ask(Adapter("ptuning-8"), "你好");
  const auto second = Ask(Adapter("ptuning-8-proj"), "你好");
  EXPECT_NE(first.text, plain);
  EXPECT_NE(first.text, second.text);
  EXPECT_EQ(Ask(std::nullopt, "你好").text, plain);
  EXPECT_EQ(Ask(Adapter("ptuning-8"), "你好").text, first.text);
  const std::vector<Round> rounds = {{"你好", first.text}};
  const auto next = Ask(Adapter("ptuning-8"), "天气", rounds);
  EXPECT_GT(next.statistics.reused_tokens, 30u);
}

TEST_F(AdapterTest, ComesBackFromTheDiskWithItsConversation) {
  const auto first = Ask(Adapter("ptuning-8"), "你好");
  const std::vector<Round> rounds = {{"你好", first.text}};
  const auto expected = Ask(Adapter("ptuning-8"), "天气", rounds);
  engine_.Unload();
  Load();
  const auto again = Ask(Adapter("ptuning-8"), "天气", rounds);
  EXPECT_EQ(again.text, expected.text);
  EXPECT_GT(again.statistics.restored_tokens, 0u);
}

TEST_F(AdapterTest, IsRefusedByAModelOfAnotherShape) {
  const std::string adapter = Adapter("ptuning-8");
  engine_.CheckAdapter({adapter});
  const auto other = test::ConvertGolden("tiny-256", "tiny-256", "models/tiny/tokenizer.model",
                                         OutputType::kF16, folder_);
  engine_.Load({.path = other.string(), .threads = 1}, never_, [](float) {});
  try {
    engine_.CheckAdapter({adapter});
    ADD_FAILURE() << "taken";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::kWrongArchitecture);
    EXPECT_EQ(error.problem().id, "adapter_shape");
  }
}

TEST_F(AdapterTest, RefusesWhatIsNoAdapter) {
  EXPECT_THROW(Ask((folder_.path() / "none.gguf").string(), "你好"), EngineError);
  EXPECT_THROW(Ask(model_.string(), "你好"), EngineError);
}

}  // namespace
}  // namespace chatglm
