#include "checkpoint/sentencepiece_model.h"

#include <gtest/gtest.h>

#include <limits>

#include "checkpoint/tokenizer_builder.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

void ExpectRefused(const std::string& part, const std::string& bytes) {
  ExpectEngineError(ErrorCode::kInvalidTokenizer, part,
                    [&] { ParseSentencePieceModel(bytes, "tokenizer.model"); });
}

TEST(SentencePieceModel, ReadsTextsScoresAndTypes) {
  const auto pieces = ParseSentencePieceModel(TokenizerBuilder().Build(), "tokenizer.model");
  ASSERT_EQ(pieces.size(), 265u);
  EXPECT_EQ(pieces[0].type, PieceType::kUnknown);
  EXPECT_EQ(pieces[13].text, "<0x0A>");
  EXPECT_EQ(pieces[13].type, PieceType::kByte);
  EXPECT_EQ(pieces[264].text, "你好");
  EXPECT_EQ(pieces[264].score, -5);
  EXPECT_EQ(pieces[264].type, PieceType::kNormal);
}

TEST(SentencePieceModel, PassesOverUnknownFieldsOfAllWireTypes) {
  const std::string unknown = TokenizerBuilder::Field(99, 1) + TokenizerBuilder::Bytes(98, "x") +
                              TokenizerBuilder::Varint(97 << 3 | 5) + "1234" +
                              TokenizerBuilder::Varint(96 << 3 | 1) + "12345678";
  const std::string bytes = TokenizerBuilder().Build() + unknown;
  EXPECT_EQ(ParseSentencePieceModel(bytes, "tokenizer.model").size(), 265u);
}

TEST(SentencePieceModel, RefusesRulesThatTheEngineDoesNotImplement) {
  using B = TokenizerBuilder;
  const auto expect = [](const std::string& part, const std::string& trainer,
                         const std::string& normalizer) {
    TokenizerBuilder builder;
    builder.trainer_spec += trainer;
    builder.normalizer_spec += normalizer;
    ExpectRefused(part, builder.Build());
  };
  expect("no BPE model", B::Field(3, 1), "");
  expect("byte fall-back", B::Field(35, 0), "");
  expect("after words", B::Field(24, 1), "");
  expect("normalises", "", B::Bytes(2, "map"));
  expect("no space before", "", B::Field(3, 0));
  expect("removes spaces", "", B::Field(4, 1));
  expect("escape", "", B::Field(5, 0));
}

TEST(SentencePieceModel, TakesTheDefaultsOfSentencePieceForAbsentFields) {
  TokenizerBuilder builder;
  builder.normalizer_spec.clear();
  ExpectRefused("removes spaces", builder.Build());
  builder = TokenizerBuilder();
  builder.trainer_spec.clear();
  ExpectRefused("no BPE model", builder.Build());
}

TEST(SentencePieceModel, RefusesPiecesThatCannotBe) {
  const auto expect = [](const std::string& part, std::size_t id, const Piece& piece) {
    TokenizerBuilder builder;
    builder.pieces()[id] = piece;
    ExpectRefused(part, builder.Build());
  };
  expect("twice", 264, {"ab", 0, PieceType::kNormal});
  expect("no text", 264, {"", 0, PieceType::kNormal});
  expect("no text", 264, {"\xff", 0, PieceType::kNormal});
  expect("no text", 264, {std::string("a\0b", 3), 0, PieceType::kNormal});
  expect("no text", 264, {std::string(2000, 'a'), 0, PieceType::kNormal});
  expect("score", 264, {"x", std::numeric_limits<float>::quiet_NaN(), PieceType::kNormal});
  expect("by hand", 264, {"x", 0, PieceType::kUserDefined});
  expect("unknown type", 264, {"x", 0, static_cast<PieceType>(9)});
  expect("out of order", 264, {"x", 0, PieceType::kByte});
  expect("each byte", 258, {"x", 0, PieceType::kNormal});
  expect("out of order", 4, {"<0x02>", 0, PieceType::kByte});
  expect("<unk>", 0, {"<unk>", 0, PieceType::kControl});
  expect("third piece", 2, {"<end>", 0, PieceType::kControl});
}

TEST(SentencePieceModel, RefusesMalformedBytes) {
  ExpectRefused("has no pieces", "");
  ExpectRefused("no tokenizer", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  ExpectRefused("no tokenizer", std::string(12, '\xff'));
  ExpectRefused("no tokenizer", "\x0b");
  const std::string bytes = TokenizerBuilder().Build();
  ExpectRefused("no tokenizer", bytes.substr(0, bytes.size() - 1));
}

TEST(SentencePieceModel, SaysThatAnLfsPointerIsNotTheFile) {
  const TemporaryFolder folder;
  WriteTestFile(folder / "tokenizer.model", "version https://git-lfs.github.com/spec/v1\n");
  ExpectEngineError(ErrorCode::kLfsPointer, "git lfs pull",
                    [&] { ReadSentencePieceModel(folder / "tokenizer.model"); });
}

TEST(SentencePieceModel, ReadsTheOfficialTokenizer) {
  CHATGLM_REQUIRE_GOLDENS();
  const auto pieces = ReadSentencePieceModel(GoldensFolder() / "tokenizer" / "tokenizer.model");
  ASSERT_EQ(pieces.size(), 64789u);
  EXPECT_EQ(pieces[790].text, "▁[");
  EXPECT_EQ(pieces[30910].text, "▁");
  EXPECT_EQ(pieces[54761].text, "问");
}

}  // namespace
}  // namespace chatglm
