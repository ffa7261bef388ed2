#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "checkpoint/sha256.h"
#include "checkpoint/torch_file.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

using nlohmann::json;

const std::filesystem::path kFixtures = CHATGLM_SOURCE_FOLDER "/tests/fixtures/pickle";

json Manifest() { return json::parse(ReadTestFile(kFixtures / "manifest.json")); }

std::vector<TensorRecord> ReadFixture(const std::string& name) {
  return ReadTorchFile(FileReader::Open(kFixtures / name));
}

std::string Bytes(const TensorRecord& tensor) {
  std::string bytes(static_cast<std::size_t>(tensor.ByteCount()), '\0');
  tensor.Read(0, std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

class TorchFixture : public testing::TestWithParam<std::string> {};

TEST_P(TorchFixture, HoldsTheTensorsOfTheManifest) {
  const json expected = Manifest().at(GetParam()).at("tensors");
  const std::vector<TensorRecord> tensors = ReadFixture(GetParam());
  EXPECT_EQ(tensors.size(), expected.size());
  for (const TensorRecord& tensor : tensors) {
    ASSERT_TRUE(expected.contains(tensor.name)) << tensor.name;
    const json& wanted = expected.at(tensor.name);
    EXPECT_EQ(DataTypeName(tensor.type), wanted.at("dtype")) << tensor.name;
    EXPECT_EQ(json(tensor.shape), wanted.at("shape")) << tensor.name;
    EXPECT_EQ(Sha256(Bytes(tensor)), wanted.at("sha256_contiguous_le")) << tensor.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Readable, TorchFixture,
                         testing::Values("types.bin", "views.bin", "state_dict_metadata.bin",
                                         "parameters.bin", "nested.bin", "proto4.bin"));

TEST(TorchFile, ReadsAnyPartOfAView) {
  for (const TensorRecord& tensor : ReadFixture("views.bin")) {
    const std::string all = Bytes(tensor);
    const std::uint64_t size = DataTypeSize(tensor.type);
    for (std::uint64_t first = 0; first < tensor.ElementCount(); ++first) {
      for (std::uint64_t count = 1; first + count <= tensor.ElementCount(); count += 3) {
        std::string part(static_cast<std::size_t>(count * size), '\0');
        tensor.Read(first, std::as_writable_bytes(std::span(part)));
        ASSERT_EQ(part, all.substr(first * size, count * size)) << tensor.name;
      }
    }
  }
}

TEST(TorchFile, ExplainsTheFormatBeforeZip) {
  ExpectEngineError(ErrorCode::kUnsupportedFormat, "before 1.6",
                    [] { ReadFixture("legacy_nonzip.bin"); });
}

TEST(TorchFile, NamesTheFunctionThatAHostileFileWouldCall) {
  ExpectEngineError(ErrorCode::kUnsafePickle, "system", [] { ReadFixture("hostile_reduce.bin"); });
}

TEST(TorchFile, SaysThatAnInterruptedDownloadIsIncomplete) {
  ExpectEngineError(ErrorCode::kFileTruncated, "incomplete", [] { ReadFixture("truncated.bin"); });
}

TEST(TorchFile, NamesTheTensorWhoseDataIsMissing) {
  ExpectEngineError(ErrorCode::kInvalidCheckpoint, "data/2",
                    [] { ReadFixture("missing_storage.bin"); });
}

TEST(TorchFile, SaysThatAnLfsPointerIsNotTheFile) {
  ExpectEngineError(ErrorCode::kLfsPointer, "git lfs pull", [] { ReadFixture("lfs_pointer.bin"); });
}

}  // namespace
}  // namespace chatglm
