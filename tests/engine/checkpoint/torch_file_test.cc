#include "checkpoint/torch_file.h"

#include <gtest/gtest.h>

#include <limits>

#include "checkpoint/pickle_builder.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

/// Six floats.
const std::string kStorage(24, '\x3f');

class TorchFileTest : public testing::Test {
 protected:
  std::vector<TensorRecord> Read(const std::string& bytes) {
    return ReadTorchFile(FileReader::Open(WriteTestFile(folder_ / "x.bin", bytes)));
  }

  std::vector<TensorRecord> ReadPickled(const std::string& pickle) {
    return Read(BuildArchive(TorchEntries(pickle, kStorage)));
  }

  void ExpectInvalid(const std::string& part, const std::string& pickle) {
    ExpectEngineError(ErrorCode::kInvalidCheckpoint, part, [&] { ReadPickled(pickle); });
  }

  TemporaryFolder folder_;
};

TEST_F(TorchFileTest, ReadsATensorOfABuiltFile) {
  const auto tensors = ReadPickled(PickleOfOneTensor(6, 0, {2, 3}, {3, 1}));
  ASSERT_EQ(tensors.size(), 1u);
  EXPECT_EQ(tensors[0].name, "x");
  EXPECT_TRUE(tensors[0].IsContiguous());
  EXPECT_EQ(tensors[0].shape, (std::vector<std::uint64_t>{2, 3}));
}

TEST_F(TorchFileTest, TakesTheListWithTheShortestPath) {
  auto entries = TorchEntries(PickleOfOneTensor(6, 0, {6}, {1}), kStorage);
  entries.insert(entries.begin(), {"archive/extra/deep/data.pkl", "nonsense"});
  EXPECT_EQ(Read(BuildArchive(entries)).size(), 1u);
}

TEST_F(TorchFileTest, RefusesBigEndianFiles) {
  auto entries = TorchEntries(PickleOfOneTensor(6, 0, {6}, {1}), kStorage);
  entries.push_back({"archive/byteorder", "big"});
  ExpectEngineError(ErrorCode::kUnsupportedFormat, "big-endian",
                    [&] { Read(BuildArchive(entries)); });
  entries.back().content = "little";
  EXPECT_EQ(Read(BuildArchive(entries)).size(), 1u);
}

TEST_F(TorchFileTest, RefusesStridesThatLeaveTheStorage) {
  ExpectInvalid("beyond its data", PickleOfOneTensor(6, 0, {3, 3}, {3, 1}));
  ExpectInvalid("beyond its data", PickleOfOneTensor(6, 1, {2, 3}, {3, 1}));
  ExpectInvalid("beyond its data", PickleOfOneTensor(6, 0, {2, 3}, {4, 1}));
  ExpectInvalid("beyond its data", PickleOfOneTensor(6, 6, {}, {}));
  ExpectInvalid("beyond its data", PickleOfOneTensor(6, 7, {0}, {1}));
}

TEST_F(TorchFileTest, RefusesSizesThatOverflow) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 62;
  ExpectInvalid("beyond its data", PickleOfOneTensor(6, 0, {kHuge, 4}, {0, 0}));
  ExpectInvalid("beyond its data", PickleOfOneTensor(6, 0, {5, 5}, {kHuge, kHuge}));
  ExpectInvalid("beyond its data", PickleOfOneTensor(6, 0, {kHuge, kHuge}, {kHuge, kHuge}));
  ExpectInvalid("less data", PickleOfOneTensor(kHuge, 0, {6}, {1}));
  ExpectInvalid("less data", PickleOfOneTensor(7, 0, {6}, {1}));
}

TEST_F(TorchFileTest, PassesOverStridesOfDimensionsOfSizeOne) {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  const auto tensors = ReadPickled(PickleOfOneTensor(6, 0, {1, 3}, {kHuge, 2}));
  std::string bytes(12, '\0');
  tensors.at(0).Read(0, std::as_writable_bytes(std::span(bytes)));
  EXPECT_EQ(bytes, kStorage.substr(0, 12));
}

TEST_F(TorchFileTest, RefusesNegativeSizes) {
  ExpectInvalid("no count", PickleOfOneTensor(6, -1, {6}, {1}));
  ExpectInvalid("no count", PickleOfOneTensor(6, 0, {-6}, {1}));
  ExpectInvalid("no count", PickleOfOneTensor(6, 0, {6}, {-1}));
  ExpectInvalid("no count", PickleOfOneTensor(-6, 0, {6}, {1}));
}

TEST_F(TorchFileTest, RefusesShapesThatDoNotMatchTheStrides) {
  ExpectInvalid("dimensions", PickleOfOneTensor(6, 0, {2, 3}, {1}));
  ExpectInvalid("shape", PickleOfOneTensor(6, 0, std::vector<std::int64_t>(9, 1),
                                           std::vector<std::int64_t>(9, 1)));
}

TEST_F(TorchFileTest, ReadsTypesThatOnlyVersion3OfARecordNames) {
  PickleBuilder pickle;
  pickle.Raw("}").Text("x").Global("torch._utils", "_rebuild_tensor_v3").Raw("((");
  pickle.Text("storage").Global("torch", "UntypedStorage").Text("0").Text("cpu").Integer(24);
  pickle.Raw("tQ").Integer(2).Integers({4}).Integers({1}).Raw("\x89}");
  pickle.Global("torch", "bfloat16").Raw("tRs");
  const auto tensors = ReadPickled(pickle.Stop());
  ASSERT_EQ(tensors.size(), 1u);
  EXPECT_EQ(tensors[0].type, DataType::kBf16);
  EXPECT_EQ(tensors[0].ByteCount(), 8u);
}

TEST_F(TorchFileTest, RefusesAnUntypedStorageWithoutAType) {
  PickleBuilder pickle;
  pickle.Raw("}").Text("x").Tensor("UntypedStorage", "0", 24, 0, {6}, {1}).Raw("s");
  ExpectInvalid("element type", pickle.Stop());
}

TEST_F(TorchFileTest, PassesOverValuesThatAreNoTensors) {
  PickleBuilder pickle;
  pickle.Raw("}(").Text("epoch").Integer(3).Text("none").Raw("N").Integer(7).Text("text");
  pickle.Text("list").Raw("](").Integer(1).Integer(2).Raw("e");
  pickle.Text("size").Global("torch", "Size").Raw("(").Integers({1}).Raw("tR");
  pickle.Text("x").Tensor("FloatStorage", "0", 6, 0, {6}, {1}).Raw("u");
  EXPECT_EQ(ReadPickled(pickle.Stop()).size(), 1u);
}

TEST_F(TorchFileTest, RefusesTwoTensorsOfOneName) {
  PickleBuilder pickle;
  pickle.Raw("}(");
  for (int i = 0; i < 2; ++i) pickle.Text("x").Tensor("FloatStorage", "0", 6, 0, {6}, {1});
  ExpectInvalid("two tensors", pickle.Raw("u").Stop());
}

TEST_F(TorchFileTest, EndsOnDictionariesThatHoldThemselves) {
  PickleBuilder circle;
  circle.Raw("}q").Byte(0).Text("self").Raw("h").Byte(0).Raw("s");
  EXPECT_TRUE(ReadPickled(circle.Stop()).empty());

  // Each level holds the next one 3000 times: 3000⁴ visits if nobody counted.
  PickleBuilder bomb;
  bomb.Raw("}q").Byte(0);
  for (int level = 1; level <= 4; ++level) {
    bomb.Raw("}(");
    for (int i = 0; i < 3000; ++i) bomb.Text("k").Raw("h").Byte(level - 1);
    bomb.Raw("uq").Byte(level);
  }
  ExpectInvalid("repeats itself", bomb.Stop());
}

TEST_F(TorchFileTest, RefusesAnythingButADictionary) {
  ExpectInvalid("no dictionary", PickleBuilder().Raw("]").Stop());
}

TEST_F(TorchFileTest, ExplainsWhatOtherFilesAre) {
  const auto expect = [&](const std::string& part, const std::string& bytes) {
    ExpectEngineError(ErrorCode::kUnsupportedFormat, part, [&] { Read(bytes); });
  };
  expect("GGUF model already", "GGUF\x03");
  expect("chatglm.cpp", "ggml\x01");
  expect("chatglm.cpp", "tjgg\x01");
  expect("web page", "\n<!DOCTYPE html><html>");
  expect("archive without PyTorch weights", BuildArchive({{"readme.txt", "hello"}}));
  expect("no weights", "hello");
  ExpectEngineError(ErrorCode::kFileTruncated, "empty", [&] { Read(""); });
}

}  // namespace
}  // namespace chatglm
