#include "text/tokenizer.h"

#include <gtest/gtest.h>

#include "checkpoint/sentencepiece_model.h"
#include "goldens.h"
#include "official_tokenizers.h"
#include "support/engine_error.h"
#include "text/prompt_format.h"

namespace chatglm {
namespace {

using nlohmann::json;
using test::OfficialTokenizer;

class TokenizerGoldens : public testing::TestWithParam<OfficialTokenizer> {
 protected:
  void SetUp() override {
    CHATGLM_NEEDS_GOLDENS();
    goldens_ = test::ReadJson(test::GoldensFolder() / "tokenizer" / GetParam().goldens);
    tokenizer_ = test::LoadTokenizer(GetParam());
  }

  json goldens_;
  std::unique_ptr<Tokenizer> tokenizer_;
};

TEST_P(TokenizerGoldens, EncodesEveryStringAsTheOfficialTokenizer) {
  for (const json& item : goldens_["encode"]) {
    const auto text = item["text"].get<std::string>();
    EXPECT_EQ(tokenizer_->Encode(text), item["ids"].get<std::vector<TokenId>>()) << text;
  }
}

TEST_P(TokenizerGoldens, DecodesItsOwnIdsAsTheOfficialTokenizer) {
  for (const json& item : goldens_["encode"]) {
    const auto ids = item["ids"].get<std::vector<TokenId>>();
    EXPECT_EQ(tokenizer_->Decode(ids), item["decoded"].get<std::string>()) << item["text"];
    std::vector<TokenId> wrapped = {tokenizer_->gmask_id(), tokenizer_->sop_id()};
    wrapped.insert(wrapped.end(), ids.begin(), ids.end());
    wrapped.push_back(tokenizer_->eos_id());
    EXPECT_EQ(tokenizer_->Decode(wrapped), item["decoded_with_prefix_and_eos"].get<std::string>());
  }
}

TEST_P(TokenizerGoldens, DecodesEveryIdListAsTheOfficialTokenizer) {
  for (const json& item : goldens_["decode"]) {
    EXPECT_EQ(tokenizer_->Decode(item["ids"].get<std::vector<TokenId>>()),
              item["decoded"].get<std::string>())
        << item["ids"];
  }
}

TEST_P(TokenizerGoldens, NumbersTheSpecialTokensBehindThePieces) {
  const json& special = goldens_["meta"]["special_ids"];
  EXPECT_EQ(tokenizer_->gmask_id(), special["[gMASK]"].get<TokenId>());
  EXPECT_EQ(tokenizer_->sop_id(), special["sop"].get<TokenId>());
  EXPECT_EQ(tokenizer_->first_role_id(), special["eop"].get<TokenId>() + 1);
}

TEST_P(TokenizerGoldens, KeepsWordsWholeThatContainTheNamesOfSpecialTokens) {
  for (const char* word : {"philosopher", "geopolitics", "videoplayer", "osteoporosis"}) {
    for (const TokenId id : tokenizer_->Encode(word)) EXPECT_LT(id, tokenizer_->piece_count());
    EXPECT_EQ(tokenizer_->Decode(tokenizer_->Encode(word)), word);
  }
}

TEST_P(TokenizerGoldens, ReadsSpecialTokensInTextAsOrdinaryText) {
  for (const char* text : {"[gMASK]", "sop", "</s>", "<|user|>", "<0x0A>", "<unk>", "[MASK] eop"}) {
    const auto ids = tokenizer_->Encode(text);
    EXPECT_GT(ids.size(), 1u) << text;
    for (const TokenId id : ids) EXPECT_LT(id, tokenizer_->piece_count());
    for (const TokenId id : ids) EXPECT_GT(id, 2);
    EXPECT_EQ(tokenizer_->Decode(ids), text);
  }
}

TEST_P(TokenizerGoldens, StreamsTheSameTextAsItDecodesAtOnce) {
  for (const json& item : goldens_["encode"]) {
    const auto ids = item["ids"].get<std::vector<TokenId>>();
    TokenDecoder decoder(*tokenizer_);
    std::string text;
    for (const TokenId id : ids) text += decoder.Add(id);
    EXPECT_EQ(text + decoder.Finish(), tokenizer_->Decode(ids));
  }
}

TEST_P(TokenizerGoldens, BuildsEveryPromptAsTheOfficialCode) {
  const PromptFormat format(ModelFamily::kChatGlm2, *tokenizer_);
  for (const json& item : goldens_["prompts"]) {
    std::vector<Round> rounds;
    for (const json& round : item["history"]) rounds.push_back({round[0], round[1]});
    const auto query = item["query"].get<std::string>();
    EXPECT_EQ(ChatGlm2Prompt(rounds, query), item["prompt"].get<std::string>());
    EXPECT_EQ(format.Conversation(rounds, query), item["input_ids"].get<std::vector<TokenId>>());
    const auto increment = rounds.empty()
                               ? format.Conversation(rounds, query)
                               : format.NextTurn(static_cast<int>(rounds.size()) + 1, query);
    EXPECT_EQ(increment, item["stream_increment_ids"].get<std::vector<TokenId>>());
  }
}

TEST_P(TokenizerGoldens, BuildsEveryCodeGeeX2PromptAsTheOfficialCode) {
  const PromptFormat format(ModelFamily::kCodeGeeX2, *tokenizer_);
  for (const json& item : goldens_["codegeex2_prompts"]) {
    EXPECT_EQ(format.Completion(item["prompt"].get<std::string>()),
              item["input_ids"].get<std::vector<TokenId>>());
  }
}

INSTANTIATE_TEST_SUITE_P(Official, TokenizerGoldens, testing::ValuesIn(test::kOfficialTokenizers),
                         [](const testing::TestParamInfo<OfficialTokenizer>& test) {
                           return test.param.name;
                         });

TEST(Tokenizer, RefusesAVocabularyWithoutBytes) {
  try {
    const Tokenizer tokenizer({{"a", 0.0f, PieceType::kNormal}});
    FAIL();
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidTokenizer);
  }
}

TEST(PromptFormat, BuildsAChatGlm3TurnFromIds) {
  CHATGLM_NEEDS_GOLDENS();
  const auto tokenizer = test::LoadTokenizer(test::kOfficialTokenizers[0]);
  const PromptFormat format(ModelFamily::kChatGlm3, *tokenizer);
  const std::vector<TokenId> expected = {64790, 64792, 64795, 30910, 13, 36474, 54591, 64796};
  EXPECT_EQ(format.Conversation({}, "你好"), expected);  // CHATGLM3's README
}

TEST(PromptFormat, BuildsEachMessageOfChatGlm3FromItsRoleMetadataAndContent) {
  CHATGLM_NEEDS_GOLDENS();
  const auto tokenizer = test::LoadTokenizer(test::kOfficialTokenizers[0]);
  const PromptFormat format(ModelFamily::kChatGlm3, *tokenizer);
  std::vector<TokenId> expected = {64790, 64792};
  const auto say = [&](TokenId role, const std::string& metadata, const std::string& content) {
    expected.push_back(role);
    for (const std::string& text : {metadata + "\n", content}) {
      for (const TokenId id : tokenizer->Encode(text)) expected.push_back(id);
    }
  };
  say(64794, "", "You have tools.");
  say(64795, "", "天气？");
  say(64796, "get_weather", "```python\ntool_call(city='北京')\n```");
  const std::vector<TokenId> known = expected;
  say(64797, "", "{\"t\": 21}");
  expected.push_back(64796);

  const Round round{"天气？",
                    "```python\ntool_call(city='北京')\n```",
                    {.system = "You have tools."},
                    "get_weather"};
  const QuestionRole observation{.is_observation = true};
  EXPECT_EQ(format.Conversation(std::span(&round, 1), "{\"t\": 21}", observation), expected);

  std::vector<TokenId> continued = known;
  for (const TokenId id : format.NextTurn(2, "{\"t\": 21}", observation)) continued.push_back(id);
  EXPECT_EQ(continued, expected);
}

TEST(PromptFormat, RefusesRolesThatChatGlm2DoesNotKnow) {
  CHATGLM_NEEDS_GOLDENS();
  const auto tokenizer = test::LoadTokenizer(test::kOfficialTokenizers[0]);
  const PromptFormat format(ModelFamily::kChatGlm2, *tokenizer);
  EXPECT_THROW(format.Conversation({}, "a", {.system = "b"}), EngineError);
  EXPECT_THROW(format.Conversation({}, "a", {.is_observation = true}), EngineError);
  const Round call{"a", "b", {}, "tool"};
  EXPECT_THROW(format.Conversation(std::span(&call, 1), "c"), EngineError);
}

}  // namespace
}  // namespace chatglm
