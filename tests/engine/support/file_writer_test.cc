#include "support/file_writer.h"

#include <gtest/gtest.h>

#include <array>

#ifndef _WIN32
#include <signal.h>
#include <sys/resource.h>
#endif

#include "support/test_files.h"

namespace chatglm {
namespace {

class FileWriterTest : public testing::Test {
 protected:
  void Write(FileWriter& file, const std::string& text) {
    file.Write(std::as_bytes(std::span(text)));
  }

  TemporaryFolder folder_;
  std::filesystem::path destination_ = folder_ / "模型.gguf";
  std::filesystem::path partial_ = folder_ / "模型.gguf.partial";
};

TEST_F(FileWriterTest, GivesTheNameOnlyAtTheEnd) {
  const auto file = FileWriter::Create(destination_, 10);
  Write(*file, "01234");
  EXPECT_FALSE(std::filesystem::exists(destination_));
  EXPECT_TRUE(std::filesystem::exists(partial_));
  Write(*file, "56789");
  file->Commit();
  EXPECT_EQ(ReadTestFile(destination_), "0123456789");
  EXPECT_FALSE(std::filesystem::exists(partial_));
}

TEST_F(FileWriterTest, ReplacesAnExistingFile) {
  WriteTestFile(destination_, "old and longer");
  const auto file = FileWriter::Create(destination_, 3);
  Write(*file, "new");
  EXPECT_EQ(ReadTestFile(destination_), "old and longer");
  file->Commit();
  EXPECT_EQ(ReadTestFile(destination_), "new");
}

TEST_F(FileWriterTest, RemovesThePartialFileWithoutCommit) {
  WriteTestFile(destination_, "old");
  {
    const auto file = FileWriter::Create(destination_, 3);
    Write(*file, "n");
  }
  EXPECT_FALSE(std::filesystem::exists(partial_));
  EXPECT_EQ(ReadTestFile(destination_), "old");
}

TEST_F(FileWriterTest, ReplacesWhatAKilledWriterLeft) {
  WriteTestFile(partial_, "much longer than what follows");
  const auto file = FileWriter::Create(destination_, 3);
  Write(*file, "new");
  file->Commit();
  EXPECT_EQ(ReadTestFile(destination_), "new");
}

TEST_F(FileWriterTest, GoesOnWithWhatAKilledWriterLeft) {
  WriteTestFile(partial_, "abcd and more");
  const auto file = FileWriter::Reopen(destination_, 6);
  std::array<char, 4> left{};
  EXPECT_TRUE(file->ReadLeftover(0, std::as_writable_bytes(std::span(left))));
  EXPECT_EQ(std::string(left.data(), 4), "abcd");
  EXPECT_FALSE(file->ReadLeftover(10, std::as_writable_bytes(std::span(left))));
  file->StartAt(4);
  Write(*file, "ef");
  file->Commit();
  EXPECT_EQ(ReadTestFile(destination_), "abcdef");
}

TEST_F(FileWriterTest, LeavesThePartialFileWhenItShallBeKept) {
  {
    const auto file = FileWriter::Create(destination_, 3);
    file->KeepWithoutCommit();
    Write(*file, "n");
  }
  EXPECT_EQ(ReadTestFile(partial_), "n");
}

TEST_F(FileWriterTest, RefusesASecondWriterAndDisturbsNothing) {
  const auto first = FileWriter::Create(destination_, 6);
  Write(*first, "abc");
  ExpectEngineError(ErrorCode::kFileBusy, "being written already",
                    [&] { FileWriter::Create(destination_, 6); });
  Write(*first, "def");
  first->Commit();
  EXPECT_EQ(ReadTestFile(destination_), "abcdef");
  FileWriter::Create(destination_, 1)->Commit();
}

TEST_F(FileWriterTest, SaysHowMuchRoomIsMissingBeforeItStarts) {
  constexpr std::uint64_t kFarTooMuch = std::uint64_t{1} << 60;
  ExpectEngineError(ErrorCode::kDiskFull, std::to_string(kFarTooMuch),
                    [&] { FileWriter::Create(destination_, kFarTooMuch); });
  EXPECT_FALSE(std::filesystem::exists(partial_));
}

#ifndef _WIN32
TEST_F(FileWriterTest, SaysWhenTheDiskCannotHoldSoLargeAFile) {
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  ExpectEngineError(ErrorCode::kWriteFailed, "another disk", [&] {
    const auto file = FileWriter::Create(destination_, 10);
    Write(*file, "0123456789");
  });
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_FALSE(std::filesystem::exists(partial_));
}

TEST_F(FileWriterTest, DoesNotWriteThroughALink) {
  WriteTestFile(folder_ / "precious", "keep");
  std::filesystem::create_symlink(folder_ / "precious", partial_);
  ExpectEngineError(ErrorCode::kWriteFailed, "cannot be written",
                    [&] { FileWriter::Create(destination_, 3); });
  EXPECT_EQ(ReadTestFile(folder_ / "precious"), "keep");
}
#endif

TEST_F(FileWriterTest, SaysWhatIsWrongWithTheDestination) {
  ExpectEngineError(ErrorCode::kWriteFailed, "folder",
                    [&] { FileWriter::Create(folder_.path(), 1); });
  ExpectEngineError(ErrorCode::kWriteFailed, "does not exist",
                    [&] { FileWriter::Create(folder_ / "a" / "b", 1); });
}

}  // namespace
}  // namespace chatglm
