#include <gtest/gtest.h>

#include <iostream>

#include "cache/blocks.h"
#include "fuzz/mutate.h"

namespace chatglm {
namespace {

constexpr std::size_t kMutations = 10'000;

const Digest kModel = test::DigestOf("model");

std::string TextOf(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Digest, IsTheStandardOne) {
  // Of "abc": FIPS 180-4.
  const std::string text = "abc";
  DigestBuilder builder;
  builder.Add(std::as_bytes(std::span(text)));
  EXPECT_EQ(ToHex(builder.Finish()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(CacheFile, KeepsABlock) {
  const Block block = test::MakeBlock(kModel, test::Tokens(kBlockTokens));
  const auto file = test::FileOf(block);
  const auto state = DecodeBlock(file, test::KeyOf(block));
  ASSERT_TRUE(state);
  EXPECT_TRUE(std::ranges::equal(*state, block.state));
  const auto head = DecodeBlockHead(std::span(file).first(kBlockHeadBytes), kModel);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->tokens, block.tokens);
  EXPECT_EQ(head->key.key, block.key);
}

TEST(CacheFile, NamesABlockByItsTokensAndAllBefore) {
  const auto first = test::MakeBlock(kModel, test::Tokens(kBlockTokens));
  const auto other = test::MakeBlock(test::DigestOf("other"), test::Tokens(kBlockTokens));
  const auto second = test::MakeBlock(first.key, test::Tokens(10));
  const auto beside = test::MakeBlock(other.key, test::Tokens(10));
  EXPECT_NE(first.key, other.key);
  EXPECT_NE(second.key, beside.key);
  EXPECT_FALSE(DecodeBlock(test::FileOf(second), test::KeyOf(beside)));
  EXPECT_FALSE(DecodeBlockHead(test::FileOf(second), other.key));
}

TEST(CacheFile, KeepsTheTokensOfAConversation) {
  const Digest key = test::DigestOf("rounds");
  const auto file = EncodeConversation(key, {test::Tokens(1000), {0, 700, 1000}});
  const auto value = DecodeConversation(file, key);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->tokens, test::Tokens(1000));
  EXPECT_EQ(value->answer_ends, (std::vector<std::uint32_t>{0, 700, 1000}));
  EXPECT_FALSE(DecodeConversation(file, kModel));
  EXPECT_FALSE(DecodeConversation(EncodeConversation(key, {test::Tokens(10), {11}}), key));
}

TEST(CacheFile, TakesNoDamagedFile) {
  std::mt19937_64 random(20231);
  const Block block = test::MakeBlock(kModel, test::Tokens(7), 64);
  const std::string block_file = TextOf(test::FileOf(block));
  const Digest rounds = test::DigestOf("rounds");
  const std::string talk_file = TextOf(EncodeConversation(rounds, {test::Tokens(20), {20}}));
  std::size_t count = 0;
  while (count < kMutations) {
    const bool is_block = count % 2 == 0;
    const std::string& whole = is_block ? block_file : talk_file;
    const std::string bytes = Mutate(whole, random);
    if (bytes == whole) continue;
    ++count;
    const auto file = std::as_bytes(std::span(bytes));
    if (is_block) {
      EXPECT_FALSE(DecodeBlock(file, test::KeyOf(block)));
    } else {
      EXPECT_FALSE(DecodeConversation(file, rounds));
    }
  }
  std::cout << count << " damaged files\n";
}

}  // namespace
}  // namespace chatglm
