#include "text/reply_text.h"

#include <gtest/gtest.h>

#include "goldens.h"
#include "official_tokenizers.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

using nlohmann::json;

/// The small tokenizer with a reply that is fed from text, token by token.
class ReplyTextTest : public testing::Test {
 protected:
  void SetUp() override {
    CHATGLM_NEEDS_GOLDENS();
    tokenizer_ = test::LoadTokenizer(test::kOfficialTokenizers[1]);
  }

  std::vector<std::string> Stream(const std::string& text, ReplyRules rules) {
    ReplyText reply(*tokenizer_, std::move(rules));
    std::vector<std::string> pieces;
    for (const TokenId id : tokenizer_->Encode(text)) {
      pieces.push_back(reply.Add(id));
      if (reply.is_stopped()) break;
    }
    pieces.push_back(reply.Finish());
    EXPECT_EQ(Joined(pieces), reply.text());
    return pieces;
  }

  static std::string Joined(const std::vector<std::string>& pieces) {
    std::string text;
    for (const std::string& piece : pieces) text += piece;
    return text;
  }

  std::unique_ptr<Tokenizer> tokenizer_;
};

TEST_F(ReplyTextTest, StripsWhiteSpaceAtBothEnds) {
  EXPECT_EQ(Joined(Stream(" \n\t 好  的 \n\xE3\x80\x80", {})), "好  的");
}

TEST_F(ReplyTextTest, PutsTheYearInPlaceOfItsMarker) {
  EXPECT_EQ(Joined(Stream("到[[训练时间]]和[[训练时间]]。", {})), "到2023年和2023年。");
}

TEST_F(ReplyTextTest, LeavesRawTextAsItIs) {
  const std::string text = " \n[[训练时间]] \n";
  EXPECT_EQ(Joined(Stream(text, {.is_chat = false, .stop_strings = {}})), text);
}

TEST_F(ReplyTextTest, EndsBeforeAStopString) {
  EXPECT_EQ(Joined(Stream("one two\n\nUser: three", {.stop_strings = {"\n\nUser:"}})), "one two");
}

TEST_F(ReplyTextTest, ReturnsWhatOnlyLookedLikeAStopString) {
  EXPECT_EQ(Joined(Stream("one\n\nUse it", {.stop_strings = {"\n\nUser:"}})), "one\n\nUse it");
}

TEST_F(ReplyTextTest, StreamsWholeCharactersOnly) {
  for (const std::string& piece : Stream("你好👋再见👨‍👩‍👧", {})) {
    EXPECT_EQ(piece.find("\xEF\xBF\xBD"), std::string::npos);
    EXPECT_TRUE(IncompleteUtf8Tail(piece) == 0);
  }
}

TEST_F(ReplyTextTest, LeavesOutAnUnfinishedCharacterWhenInterrupted) {
  const std::vector<TokenId> wave = tokenizer_->Encode("👋");
  ReplyText interrupted(*tokenizer_, {});
  ReplyText ended(*tokenizer_, {});
  for (std::size_t i = 0; i + 1 < wave.size(); ++i) {
    interrupted.Add(wave[i]);
    ended.Add(wave[i]);
  }
  EXPECT_EQ(interrupted.Finish(/*is_interrupted=*/true), "");
  EXPECT_NE(ended.Finish(), "");
}

TEST_F(ReplyTextTest, StreamsPrefixesOfWhatTheOfficialCodeYields) {
  const json goldens = test::ReadJson(test::GoldensFolder() / "expected/tiny-chat/goldens.json");
  for (const json& item : goldens["items"]) {
    ReplyText reply(*tokenizer_, {});
    for (const TokenId id : item["greedy_ids"]) {
      if (id != tokenizer_->eos_id()) reply.Add(id);
    }
    reply.Finish();
    EXPECT_EQ(reply.text(), item["reply"].get<std::string>());
  }
}

}  // namespace
}  // namespace chatglm
