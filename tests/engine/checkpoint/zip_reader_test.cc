#include "checkpoint/zip_reader.h"

#include <gtest/gtest.h>

#include "checkpoint/archive_builder.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

class ZipReaderTest : public testing::Test {
 protected:
  ZipReader Open(const std::string& bytes) {
    file_ = FileReader::Open(WriteTestFile(folder_ / "x.zip", bytes));
    return ZipReader(file_);
  }

  std::string Content(const ZipReader& zip, const std::string& name) {
    const ZipEntry* entry = zip.Find(name);
    const std::uint64_t offset = zip.DataOffset(name, *entry);
    std::string content(static_cast<std::size_t>(entry->size), '\0');
    file_->Read(offset, std::as_writable_bytes(std::span(content)));
    return content;
  }

  void ExpectInvalid(const std::string& part, const std::string& bytes) {
    ExpectEngineError(ErrorCode::kInvalidCheckpoint, part, [&] { Open(bytes); });
  }

  TemporaryFolder folder_;
  std::shared_ptr<const FileReader> file_;
};

const std::vector<ArchiveEntry> kEntries{{"a/one", "first"}, {"a/two", ""}, {"a/three", "third"}};

TEST_F(ZipReaderTest, FindsEntriesByTheLocalHeadersExtraField) {
  const ZipReader zip = Open(BuildArchive(kEntries));
  EXPECT_EQ(zip.entries().size(), 3u);
  EXPECT_EQ(Content(zip, "a/one"), "first");
  EXPECT_EQ(Content(zip, "a/two"), "");
  EXPECT_EQ(Content(zip, "a/three"), "third");
  EXPECT_EQ(zip.Find("a/four"), nullptr);
}

TEST_F(ZipReaderTest, ReadsZip64AndComments) {
  for (const bool entries : {false, true}) {
    for (const bool directory : {false, true}) {
      const ZipReader zip = Open(BuildArchive(kEntries, {.has_zip64_entries = entries,
                                                         .has_zip64_directory = directory,
                                                         .comment = "a comment",
                                                         .claimed_entries = 0}));
      EXPECT_EQ(Content(zip, "a/three"), "third");
    }
  }
}

TEST_F(ZipReaderTest, RefusesCompressedAndEncryptedEntries) {
  const ZipReader zip = Open(BuildArchive({{"c", "x", 8, 0}, {"e", "x", 0, 1}}));
  for (const char* name : {"c", "e"}) {
    ExpectEngineError(ErrorCode::kUnsupportedFormat, "compression",
                      [&] { zip.DataOffset(name, *zip.Find(name)); });
  }
}

TEST_F(ZipReaderTest, RefusesFilesWithoutAnEnd) {
  const std::string bytes = BuildArchive(kEntries);
  ExpectEngineError(ErrorCode::kFileTruncated, "incomplete",
                    [&] { Open(bytes.substr(0, bytes.size() - 22)); });
  ExpectEngineError(ErrorCode::kFileTruncated, "incomplete", [&] { Open("PK"); });
}

TEST_F(ZipReaderTest, RefusesMoreEntriesThanTheDirectoryHolds) {
  for (const bool is_wide : {false, true}) {
    ExpectInvalid("damaged directory",
                  BuildArchive(kEntries, {.has_zip64_entries = false,
                                          .has_zip64_directory = is_wide,
                                          .comment = "",
                                          .claimed_entries = is_wide ? ~std::uint64_t{0} : 999}));
  }
}

TEST_F(ZipReaderTest, RefusesDirectoriesOutsideTheFile) {
  std::string bytes = BuildArchive(kEntries);
  bytes.replace(bytes.size() - 6, 4, "\xff\xff\xff\x7f");
  ExpectInvalid("beyond its own end", bytes);
  bytes = BuildArchive(kEntries);
  bytes.replace(bytes.size() - 10, 4, "\xff\xff\xff\x7f");
  ExpectInvalid("directory is too large", bytes);
}

TEST_F(ZipReaderTest, RefusesEntriesOutsideTheFile) {
  std::string bytes = BuildArchive({{"one", "first"}});
  const std::size_t directory = bytes.find("PK\x01\x02");
  std::string moved = bytes;
  moved.replace(directory + 42, 4, "\xff\xff\xff\x7f");
  const ZipReader zip = Open(moved);
  ExpectEngineError(ErrorCode::kInvalidCheckpoint, "beyond its own end",
                    [&] { zip.DataOffset("one", *zip.Find("one")); });
  bytes.replace(directory + 20, 8, "\xff\xff\xff\x7f\xff\xff\xff\x7f");
  const ZipReader large = Open(bytes);
  ExpectEngineError(ErrorCode::kInvalidCheckpoint, "beyond the file",
                    [&] { large.DataOffset("one", *large.Find("one")); });
}

TEST_F(ZipReaderTest, RefusesTwoEntriesOfOneName) {
  ExpectInvalid("stands twice", BuildArchive({{"one", "a"}, {"one", "b"}}));
}

TEST_F(ZipReaderTest, RefusesAHugeSizeWithoutItsZip64Field) {
  std::string bytes = BuildArchive({{"one", "first"}});
  bytes.replace(bytes.find("PK\x01\x02") + 24, 4, "\xff\xff\xff\xff");
  ExpectInvalid("damaged directory", bytes);
}

}  // namespace
}  // namespace chatglm
