#include "support/file_reader.h"

#include <gtest/gtest.h>

#include <thread>

#include "support/test_files.h"

namespace chatglm {
namespace {

std::string Read(const FileReader& file, std::uint64_t offset, std::size_t size) {
  std::string text(size, '\0');
  file.Read(offset, std::as_writable_bytes(std::span(text)));
  return text;
}

class FileReaderTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(FileReaderTest, ReadsAnyRange) {
  const auto file = FileReader::Open(WriteTestFile(folder_ / "x", "0123456789"));
  EXPECT_EQ(file->size(), 10u);
  EXPECT_EQ(Read(*file, 0, 10), "0123456789");
  EXPECT_EQ(Read(*file, 3, 4), "3456");
  EXPECT_EQ(Read(*file, 10, 0), "");
  EXPECT_EQ(file->ReadAll(10), "0123456789");
}

TEST_F(FileReaderTest, RefusesRangesBeyondTheEnd) {
  const auto file = FileReader::Open(WriteTestFile(folder_ / "x", "0123456789"));
  for (const std::uint64_t offset : {std::uint64_t{9}, std::uint64_t{11}, ~std::uint64_t{0}}) {
    ExpectEngineError(ErrorCode::kFileTruncated, "ends too early", [&] { Read(*file, offset, 2); });
  }
}

TEST_F(FileReaderTest, SaysWhenTheFileShrinks) {
  const auto path = WriteTestFile(folder_ / "x", "0123456789");
  const auto file = FileReader::Open(path);
  std::filesystem::resize_file(path, 4);
  ExpectEngineError(ErrorCode::kFileTruncated, "became shorter", [&] { Read(*file, 0, 10); });
}

TEST_F(FileReaderTest, ReadsBeyondFourGigabytes) {
  const auto path = WriteTestFile(folder_ / "x", "");
  constexpr std::uint64_t kOffset = (std::uint64_t{5} << 30) + 3;
  std::filesystem::resize_file(path, kOffset);  // sparse
  std::ofstream(path, std::ios::binary | std::ios::app) << "end";
  const auto file = FileReader::Open(path);
  EXPECT_EQ(file->size(), kOffset + 3);
  EXPECT_EQ(Read(*file, kOffset, 3), "end");
}

TEST_F(FileReaderTest, MayBeReadByManyThreads) {
  const auto file = FileReader::Open(WriteTestFile(folder_ / "x", std::string(4096, 'a') + "b"));
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&file] {
      for (int j = 0; j < 200; ++j) EXPECT_EQ(Read(*file, 4095, 2), "ab");
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(FileReaderTest, SaysWhatCannotBeOpened) {
  ExpectEngineError(ErrorCode::kFileNotFound, "does not exist",
                    [&] { FileReader::Open(folder_ / "nothing"); });
  ExpectEngineError(ErrorCode::kFileNotFound, "does not exist",
                    [&] { FileReader::Open(folder_ / "nothing" / "deeper"); });
  ExpectEngineError(ErrorCode::kFileUnreadable, "file", [&] { FileReader::Open(folder_.path()); });
}

TEST_F(FileReaderTest, RefusesToReadMoreAtOnceThanAllowed) {
  const auto file = FileReader::Open(WriteTestFile(folder_ / "x", "0123456789"));
  ExpectEngineError(ErrorCode::kFileUnreadable, "larger", [&] { file->ReadAll(9); });
}

}  // namespace
}  // namespace chatglm
