#include "checkpoint/pickle_reader.h"

#include <gtest/gtest.h>

#include "checkpoint/pickle_builder.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

Pickle Read(const std::string& bytes) { return ReadPickle(bytes, "x.bin"); }

void ExpectInvalid(const std::string& bytes) {
  ExpectEngineError(ErrorCode::kInvalidCheckpoint, "x.bin", [&] { Read(bytes); });
}

void ExpectUnsafe(const std::string& part, const std::string& bytes) {
  ExpectEngineError(ErrorCode::kUnsafePickle, part, [&] { Read(bytes); });
}

std::int64_t ReadInteger(const std::string& bytes) {
  const Pickle pickle = Read(bytes);
  EXPECT_EQ(pickle[pickle.root].kind, PickleKind::kInteger);
  return pickle[pickle.root].integer;
}

TEST(PickleReader, ReadsIntegersOfAllWidths) {
  EXPECT_EQ(ReadInteger("\x80\x02K\xff."), 255);
  EXPECT_EQ(ReadInteger(std::string("\x80\x02M\x01\x02.")), 0x201);
  EXPECT_EQ(ReadInteger("\x80\x02J\xfe\xff\xff\xff."), -2);
  EXPECT_EQ(ReadInteger(std::string("\x80\x02\x8a\x00.", 5)), 0);
  EXPECT_EQ(ReadInteger("\x80\x02\x8a\x01\xff."), -1);
  EXPECT_EQ(ReadInteger("\x80\x02\x8a\x02\xff\x7f."), 0x7fff);
  EXPECT_EQ(ReadInteger(PickleBuilder().Integer(-(std::int64_t{1} << 60)).Stop()),
            -(std::int64_t{1} << 60));
}

TEST(PickleReader, ReadsFloatsTextsAndConstants) {
  const Pickle number = Read(std::string("\x80\x02G\x3f\xf8\0\0\0\0\0\0.", 12));
  EXPECT_EQ(number[number.root].number, 1.5);
  const Pickle text = Read("\x80\x04\x8c\x02hi.");
  EXPECT_EQ(text[text.root].text, "hi");
  EXPECT_EQ(Read("\x80\x02N.").nodes.back().kind, PickleKind::kNone);
  EXPECT_EQ(Read("\x80\x02\x88.").nodes.back().integer, 1);
}

TEST(PickleReader, ReadsProtocol5Framing) {
  std::string bytes = "\x80\x05\x95";
  AppendNumber(bytes, 6, 8);
  bytes += "\x8c\x01k\x94K\x07.";
  EXPECT_EQ(ReadInteger(bytes), 7);
}

TEST(PickleReader, SharesWhatTheMemoRecalls) {
  const Pickle pickle = Read(PickleBuilder()
                                 .Raw("(")
                                 .Text("a")
                                 .Raw("q\x01h\x01r")
                                 .Raw(std::string("\0\1\0\0", 4))
                                 .Raw("j")
                                 .Raw(std::string("\0\1\0\0", 4))
                                 .Raw("t")
                                 .Stop());
  const auto& items = pickle[pickle.root].items;
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0], items[1]);
  EXPECT_EQ(items[0], items[2]);
}

TEST(PickleReader, RefusesGlobalsThatWeightsNeverHave) {
  ExpectUnsafe("posix.system", PickleBuilder().Global("posix", "system").Stop());
  ExpectUnsafe("builtins.eval",
               "\x80\x04\x8c\x08"
               "builtins\x8c\x04"
               "eval\x93.");
  ExpectUnsafe("torch.load", PickleBuilder().Global("torch", "load").Stop());
  ExpectUnsafe("numpy", PickleBuilder().Global("numpy.core.multiarray", "scalar").Stop());
  ExpectUnsafe("'a?b.c?'", PickleBuilder()
                               .Global("a\x01"
                                       "b",
                                       "c\xff")
                               .Stop());
}

TEST(PickleReader, RefusesInstructionsThatWeightsNeverHave) {
  ExpectUnsafe("0x69", PickleBuilder().Raw("(ios\nsystem\n").Stop());
  ExpectUnsafe("0x6f", PickleBuilder().Raw("(o").Stop());
  ExpectUnsafe("0x81", PickleBuilder().Raw(")\x81").Stop());
  ExpectUnsafe("0x82", PickleBuilder().Raw("\x82\x01").Stop());
}

TEST(PickleReader, RefusesToCallWhatIsNoGlobal) {
  ExpectInvalid(PickleBuilder().Text("x").Raw(")R").Stop());
  ExpectInvalid(PickleBuilder().Global("torch", "Size").Text("x").Raw("R").Stop());
}

TEST(PickleReader, RefusesUnknownProtocols) {
  ExpectInvalid("\x80\x01N.");
  ExpectInvalid("\x80\x06N.");
}

TEST(PickleReader, RefusesMalformedStacks) {
  ExpectInvalid("");
  ExpectInvalid("\x80\x02.");
  ExpectInvalid("\x80\x02N");
  ExpectInvalid(PickleBuilder().Raw("t").Stop());
  ExpectInvalid(PickleBuilder().Raw("N(\x85").Stop());
  ExpectInvalid(PickleBuilder().Raw("}(Nu").Stop());
  ExpectInvalid(PickleBuilder().Raw("](NNu").Stop());
  ExpectInvalid(PickleBuilder().Raw("}Na").Stop());
  ExpectInvalid(PickleBuilder().Raw("h").Byte(9).Stop());
  ExpectInvalid(PickleBuilder().Raw("NN\x93").Stop());
}

TEST(PickleReader, RefusesTextsLongerThanThePickle) {
  ExpectInvalid("\x80\x02X\xff\xff\xff\xff.");
  ExpectInvalid("\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff.");
  ExpectInvalid("\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xff.");
  ExpectInvalid("\x80\x02\x8b\xff\xff\xff\xff.");
}

TEST(PickleReader, ReadsDeepNestingWithoutRecursion) {
  constexpr int kDepth = 300'000;
  std::string bytes = "\x80\x02" + std::string(kDepth, ']') + std::string(kDepth - 1, 'a') + ".";
  EXPECT_EQ(Read(bytes).nodes.size(), static_cast<std::size_t>(kDepth));
}

TEST(PickleReader, LimitsTheNumberOfValues) {
  ExpectUnsafe("too many values", "\x80\x02(" + std::string(2'000'000, 'N') + "t.");
}

TEST(PickleReader, LimitsTheLengthOfTexts) {
  ExpectUnsafe("megabyte", PickleBuilder().Text(std::string(2'000'000, 'x')).Stop());
}

TEST(PickleReader, KeepsAMemoBombSmall) {
  // Every tuple holds the one before twice: 2¹⁰⁰ leaves if it were copied.
  PickleBuilder bomb;
  bomb.Raw("Nq").Byte(0);
  for (int i = 0; i < 100; ++i) bomb.Raw("h").Byte(i).Raw("h").Byte(i).Raw("\x86q").Byte(i + 1);
  EXPECT_EQ(Read(bomb.Stop()).nodes.size(), 101u);
}

TEST(PickleReader, RefusesPicklesOfUnlikelySize) {
  ExpectInvalid(std::string(static_cast<std::size_t>(kMaxPickleBytes) + 1, 'N'));
}

}  // namespace
}  // namespace chatglm
