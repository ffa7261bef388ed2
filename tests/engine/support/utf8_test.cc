#include "support/utf8.h"

#include <gtest/gtest.h>

namespace chatglm {
namespace {

TEST(Utf8, AcceptsWellFormedText) {
  for (const char* text :
       {"", "abc", "你好", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
}

TEST(Utf8, RefusesMalformedText) {
  for (const char* text : {"\x80", "\xC0\x80", "\xC2", "\xE0\x80\x80", "\xED\xA0\x80", "\xE4\xBD",
                           "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "a\xFF"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << text;
  }
}

TEST(Utf8, KeepsPathsThroughBothDirections) {
  const std::string text = "模型/文件 😀.gguf";
  EXPECT_EQ(PathToUtf8(PathFromUtf8(text)), text);
}

TEST(Utf8, QuotesUntrustedTextForMessages) {
  EXPECT_EQ(QuoteForMessage("权重"), "'权重'");
  EXPECT_EQ(QuoteForMessage("a\n\xFF\x7F"),
            "'a"
            "?"
            "?"
            "?'");
  const std::string quoted = QuoteForMessage(std::string(1000, 'x'));
  EXPECT_LT(quoted.size(), 130u);
  EXPECT_TRUE(quoted.ends_with("…'"));
}

}  // namespace
}  // namespace chatglm
