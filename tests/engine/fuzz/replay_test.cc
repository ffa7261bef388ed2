#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "fuzz/fuzz_rpc.h"
#include "fuzz/fuzz_targets.h"
#include "fuzz/mutate.h"
#include "rpc/framing.h"
#include "support/test_files.h"

namespace chatglm::fuzz {
namespace {

// Shared among the files of a target.
constexpr std::size_t kMutations = 1000;

std::vector<std::string> Corpus(const std::string& target) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(
           CHATGLM_SOURCE_FOLDER "/tests/fixtures/corpus/" + target)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<std::string> files;
  for (const auto& path : paths) files.push_back(ReadTestFile(path));
  return files;
}

class ReplayTest : public testing::TestWithParam<Target> {};

// A fault ends the program: a sanitizer's report, an abort, an exception that
// nobody foresaw.
TEST_P(ReplayTest, ReadsOrRefusesEveryFileOfTheCorpus) {
  const auto files = Corpus(GetParam().name);
  ASSERT_FALSE(files.empty());
  for (const std::string& bytes : files) GetParam().read(bytes);
}

TEST_P(ReplayTest, ReadsOrRefusesMutationsOfThem) {
  std::mt19937_64 random(20231);
  const auto files = Corpus(GetParam().name);
  for (std::size_t i = 0; i < kMutations; ++i) {
    GetParam().read(Mutate(files[i % files.size()], random));
  }
  std::cout << kMutations << " mutations of " << files.size() << " files\n";
}

// Deep nesting costs a recursive reader its stack.
TEST_P(ReplayTest, ReadsOrRefusesDeepNesting) {
  constexpr std::size_t kDepth = 100'000;
  for (const std::string opening : {"[", "{\"a\":", "(", "]", "}"}) {
    std::string bytes;
    for (std::size_t i = 0; i < kDepth; ++i) bytes += opening;
    GetParam().read(bytes);
  }
}

// Copying and writing a JSON value recurse.
TEST(NestingTest, AnswersMessagesNestedDeeply) {
  constexpr std::size_t kDepth = 500'000;
  const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
  for (const std::string method : {"$/cancelRequest\"", "chat.generate\",\"id\":1"}) {
    ReceiveFrames(EncodeFrame("{\"method\":\"" + method + ",\"params\":{\"id\":" + deep + "}}"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReplayTest, testing::ValuesIn(Targets().begin(), Targets().end()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace chatglm::fuzz
