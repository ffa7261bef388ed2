#include "checkpoint/safetensors_file.h"

#include <gtest/gtest.h>

#include "checkpoint/safetensors_builder.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

class SafetensorsTest : public testing::Test {
 protected:
  std::vector<TensorRecord> Read(const std::string& bytes) {
    return ReadSafetensorsFile(FileReader::Open(WriteTestFile(folder_ / "x.safetensors", bytes)));
  }

  void ExpectInvalid(const std::string& part, const std::string& header, const std::string& data) {
    ExpectEngineError(ErrorCode::kInvalidCheckpoint, part,
                      [&] { Read(BuildSafetensors(header, data)); });
  }

  TemporaryFolder folder_;
};

TEST_F(SafetensorsTest, ReadsTensorsInTheOrderOfTheirData) {
  const auto tensors = Read(BuildSafetensors(
      {{"z", "BF16", {2, 2}, "abcdefgh"}, {"a", "I8", {}, "i"}, {"empty", "F32", {0, 4}, ""}}));
  ASSERT_EQ(tensors.size(), 3u);
  EXPECT_EQ(tensors[0].name, "z");
  EXPECT_EQ(tensors[0].type, DataType::kBf16);
  std::string bytes(4, '\0');
  tensors[0].Read(1, std::as_writable_bytes(std::span(bytes)));
  EXPECT_EQ(bytes, "cdef");
  EXPECT_EQ(tensors[1].ByteCount() + tensors[2].ByteCount(), 1u);
}

TEST_F(SafetensorsTest, RefusesSizesThatDoNotFitTheShape) {
  ExpectInvalid("another size", R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})",
                "1234");
  ExpectInvalid("another size", R"({"x":{"dtype":"I8","shape":[1],"data_offsets":[1,0]}})", "1");
  ExpectInvalid("another size",
                R"({"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})",
                "");
}

TEST_F(SafetensorsTest, RefusesGapsOverlapsAndRests) {
  ExpectInvalid("gaps", R"({"x":{"dtype":"I8","shape":[2],"data_offsets":[1,3]}})", "123");
  ExpectInvalid("overlap",
                R"({"x":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},)"
                R"("y":{"dtype":"I8","shape":[2],"data_offsets":[1,3]}})",
                "123");
  ExpectInvalid("follows", R"({"x":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}})", "123");
}

TEST_F(SafetensorsTest, RefusesNamesThatStandTwice) {
  ExpectInvalid("twice",
                R"({"x":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},)"
                R"("x":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}})",
                "1");
}

TEST_F(SafetensorsTest, RefusesHeadersThatAreNotUnderstood) {
  ExpectInvalid("no JSON object", "[]", "");
  ExpectInvalid("no JSON object", "{", "");
  ExpectInvalid("not understood", R"({"x":3})", "");
  ExpectInvalid("not understood", R"({"x":{"dtype":"I8","shape":[-1],"data_offsets":[0,0]}})", "");
  ExpectInvalid("not understood", R"({"x":{"dtype":"I8","shape":[1.5],"data_offsets":[0,0]}})", "");
  ExpectInvalid("element type", R"({"x":{"dtype":"F8_E4M3","shape":[0],"data_offsets":[0,0]}})",
                "");
}

TEST_F(SafetensorsTest, DropsDeepNestingInsteadOfKeepingIt) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_TRUE(Read(BuildSafetensors(R"({"__metadata__":)" + deep + "}", "")).empty());
}

TEST_F(SafetensorsTest, SaysWhenTheFileIsIncomplete) {
  const std::string bytes = BuildSafetensors({{"x", "I8", {8}, "12345678"}});
  for (const std::size_t size : {std::size_t{4}, std::size_t{20}, bytes.size() - 1}) {
    ExpectEngineError(ErrorCode::kFileTruncated, "incomplete",
                      [&] { Read(bytes.substr(0, size)); });
  }
}

TEST_F(SafetensorsTest, RefusesHeadersOfUnlikelyLength) {
  ExpectEngineError(ErrorCode::kInvalidCheckpoint, "too long",
                    [&] { Read(std::string("\0\0\0\0\0\0\0\x7f{}", 10)); });
}

TEST_F(SafetensorsTest, SaysThatAnLfsPointerIsNotTheFile) {
  ExpectEngineError(ErrorCode::kLfsPointer, "git lfs pull", [&] {
    Read("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
  });
}

}  // namespace
}  // namespace chatglm
