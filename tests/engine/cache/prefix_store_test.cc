#include "cache/prefix_store.h"

#include <gtest/gtest.h>

#include "cache/blocks.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

constexpr std::uint64_t kLimit = 1 << 20;
const Digest kModel = test::DigestOf("model");

std::size_t MatchCount(const std::vector<BlockMatch>& blocks) {
  std::size_t count = 0;
  for (const BlockMatch& block : blocks) count += block.match_count;
  return count;
}

class PrefixStoreTest : public testing::Test {
 protected:
  PrefixStoreTest() { Open(); }

  void Open(const Digest& model = kModel, std::uint64_t limit = kLimit) {
    store_.reset();
    store_ = std::make_unique<PrefixStore>(PrefixStore::Options{folder_ / "cache", limit}, model);
  }

  /// Saves `tokens` in blocks and returns the key of the last.
  BlockKey SaveAll(const std::vector<CachedToken>& tokens, std::size_t state_bytes = 100) {
    Digest parent = store_->root();
    BlockKey last;
    for (std::size_t begin = 0; begin < tokens.size(); begin += kBlockTokens) {
      const auto rest = std::span(tokens).subspan(begin);
      const auto part = rest.first(std::min(rest.size(), kBlockTokens));
      Block block = test::MakeBlock(parent, {part.begin(), part.end()}, state_bytes);
      last = test::KeyOf(block);
      parent = block.key;
      store_->Save(std::move(block));
    }
    return last;
  }

  std::size_t FileCount() const {
    const std::filesystem::directory_iterator files(folder_ / "cache");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  TemporaryFolder folder_;
  std::unique_ptr<PrefixStore> store_;
};

TEST_F(PrefixStoreTest, FindsTheLongestBeginningAlsoAfterARestart) {
  SaveAll(test::Tokens(700));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(MatchCount(store_->Find(test::Tokens(1000), store_->root())), 700u);
    EXPECT_EQ(MatchCount(store_->Find(test::Tokens(700), store_->root())), 700u);
    EXPECT_EQ(MatchCount(store_->Find(test::Tokens(600), store_->root())), 600u);
    EXPECT_EQ(MatchCount(store_->Find(test::Tokens(100), store_->root())), 100u);
    EXPECT_TRUE(store_->Find(test::Tokens(300, 1), store_->root()).empty());
    auto edited = test::Tokens(700);
    edited[400] = -1;
    EXPECT_EQ(MatchCount(store_->Find(edited, store_->root())), 400u);
    Open();
  }
}

TEST_F(PrefixStoreTest, LoadsWhatWasSavedBeforeAndAfterItIsWritten) {
  const Block block = test::MakeBlock(kModel, test::Tokens(50));
  store_->Save(block);
  EXPECT_EQ(store_->Load(test::KeyOf(block)), block.state);
  store_->Flush();
  EXPECT_EQ(store_->Load(test::KeyOf(block)), block.state);
  Open();
  EXPECT_EQ(store_->Load(test::KeyOf(block)), block.state);
}

TEST_F(PrefixStoreTest, KnowsNothingOfOtherModels) {
  SaveAll(test::Tokens(300));
  store_->SaveConversation(test::DigestOf("rounds"), {test::Tokens(10), {10}});
  Open(test::DigestOf("another model"));
  EXPECT_TRUE(store_->Find(test::Tokens(300), store_->root()).empty());
  EXPECT_FALSE(store_->FindConversation(test::DigestOf("rounds")));
  Open();
  EXPECT_EQ(MatchCount(store_->Find(test::Tokens(300), store_->root())), 300u);
  EXPECT_TRUE(store_->FindConversation(test::DigestOf("rounds")));
}

TEST_F(PrefixStoreTest, SharesABeginningBetweenBranches) {
  auto branch = test::Tokens(400);
  branch[300] = -1;
  SaveAll(test::Tokens(400));
  SaveAll(branch);
  store_->Flush();
  EXPECT_EQ(FileCount(), 3u);
  EXPECT_EQ(MatchCount(store_->Find(test::Tokens(400), store_->root())), 400u);
  EXPECT_EQ(MatchCount(store_->Find(branch, store_->root())), 400u);
}

TEST_F(PrefixStoreTest, ForgetsAShorterBlockForALongerOne) {
  SaveAll(test::Tokens(40));
  SaveAll(test::Tokens(90));
  SaveAll(test::Tokens(kBlockTokens + 20));
  store_->Flush();
  EXPECT_EQ(FileCount(), 2u);
  EXPECT_TRUE(store_->Has(kModel, test::Tokens(40)));
  EXPECT_TRUE(store_->Has(kModel, test::Tokens(kBlockTokens)));
  EXPECT_FALSE(store_->Has(kModel, test::Tokens(40, 1)));
}

TEST_F(PrefixStoreTest, ForgetsADamagedFile) {
  const BlockKey last = SaveAll(test::Tokens(300));
  store_->Flush();
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "cache")) {
    std::string bytes = ReadTestFile(file.path());
    bytes.back() ^= 1;
    WriteTestFile(file.path(), bytes);
  }
  EXPECT_FALSE(store_->Load(last));
  EXPECT_EQ(MatchCount(store_->Find(test::Tokens(300), store_->root())), kBlockTokens);
}

TEST_F(PrefixStoreTest, HoldsLittleInMemoryOfBlocksThatAreGone) {
  Open(kModel, 10'000);
  for (int i = 0; i < 400; ++i) SaveAll(test::Tokens(20, 1000 * i), 1000);
  store_->Flush();
  EXPECT_LT(FileCount(), 10u);
  EXPECT_LE(store_->known_blocks(), 64u);
}

TEST_F(PrefixStoreTest, KeepsWhatWasUsedLastWithinItsLimit) {
  Open(kModel, 10'000);
  SaveAll(test::Tokens(20, 1000), 3000);
  SaveAll(test::Tokens(20, 2000), 3000);
  store_->Flush();
  store_->Touch(store_->Find(test::Tokens(20, 1000), store_->root()));
  SaveAll(test::Tokens(20, 3000), 3000);
  SaveAll(test::Tokens(20, 4000), 1000);
  store_->Flush();
  EXPECT_TRUE(store_->Find(test::Tokens(20, 2000), store_->root()).empty());
  EXPECT_EQ(MatchCount(store_->Find(test::Tokens(20, 1000), store_->root())), 20u);
  EXPECT_EQ(MatchCount(store_->Find(test::Tokens(20, 4000), store_->root())), 20u);
  std::uintmax_t size = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "cache")) {
    size += file.file_size();
  }
  EXPECT_LE(size, 10'000u);
}

TEST_F(PrefixStoreTest, ForgetsWhatWasNotUsedForAMonth) {
  SaveAll(test::Tokens(20, 1000));
  SaveAll(test::Tokens(20, 2000));
  store_->Flush();
  const auto now = std::filesystem::file_time_type::clock::now();
  std::filesystem::directory_iterator file(folder_ / "cache");
  std::filesystem::last_write_time(file->path(), now - std::chrono::days(31));
  std::filesystem::last_write_time((++file)->path(), now - std::chrono::days(29));
  Open();
  EXPECT_EQ(FileCount(), 1u);
}

TEST_F(PrefixStoreTest, LeavesNothingWhenItIsCleared) {
  SaveAll(test::Tokens(2000));
  store_->SaveConversation(test::DigestOf("rounds"), {test::Tokens(10), {10}});
  store_->Clear();
  EXPECT_EQ(FileCount(), 0u);
  EXPECT_TRUE(store_->Find(test::Tokens(2000), store_->root()).empty());
  EXPECT_FALSE(store_->FindConversation(test::DigestOf("rounds")));
  SaveAll(test::Tokens(300));
  EXPECT_EQ(MatchCount(store_->Find(test::Tokens(300), store_->root())), 300u);
}

#ifndef _WIN32
TEST_F(PrefixStoreTest, KeepsItsFilesFromOtherUsers) {
  SaveAll(test::Tokens(20));
  store_->Flush();
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::status(folder_ / "cache").permissions(), fs::perms::owner_all);
  for (const auto& file : fs::directory_iterator(folder_ / "cache")) {
    EXPECT_EQ(file.status().permissions(), fs::perms::owner_read | fs::perms::owner_write);
  }
}
#endif

}  // namespace
}  // namespace chatglm
