#include "checkpoint/checkpoint.h"

#include <gtest/gtest.h>

#include "checkpoint/pickle_builder.h"
#include "checkpoint/safetensors_builder.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

std::string Shard(const std::string& name) { return BuildSafetensors({{name, "I8", {2}, "ab"}}); }

std::string Index(const std::vector<std::pair<std::string, std::string>>& map) {
  std::string text = R"({"metadata":{},"weight_map":{)";
  for (const auto& [tensor, file] : map) {
    text += (text.back() == '{' ? "\"" : ",\"") + tensor + "\":\"" + file + "\"";
  }
  return text + "}}";
}

class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest() {
    Write("config.json", R"({"model_type":"chatglm","padded_vocab_size":65024})");
  }

  void Write(const std::string& name, const std::string& bytes) {
    WriteTestFile(folder_ / name, bytes);
  }

  std::vector<std::string> Names() {
    const Checkpoint checkpoint(folder_.path());
    std::vector<std::string> names;
    for (const auto& [name, tensor] : checkpoint.tensors()) names.push_back(name);
    return names;
  }

  using Texts = std::vector<std::string>;
  TemporaryFolder folder_;
};

TEST_F(CheckpointTest, FollowsTheIndex) {
  Write("model.safetensors.index.json", Index({{"a", "one.safetensors"}, {"b", "2.safetensors"}}));
  Write("one.safetensors", Shard("a"));
  Write("2.safetensors", Shard("b"));
  Write("other.safetensors", Shard("a"));
  EXPECT_EQ(Names(), (Texts{"a", "b"}));
}

TEST_F(CheckpointTest, NamesTheShardThatIsMissing) {
  Write("model.safetensors.index.json", Index({{"a", "one.safetensors"}, {"b", "2.safetensors"}}));
  Write("one.safetensors", Shard("a"));
  ExpectEngineError(ErrorCode::kFileNotFound, "'2.safetensors'", [&] { Names(); });
}

TEST_F(CheckpointTest, NamesTheShardThatIsMissingWithoutAnIndex) {
  Write("model-00001-of-00003.safetensors", Shard("a"));
  Write("model-00003-of-00003.safetensors", Shard("c"));
  ExpectEngineError(ErrorCode::kFileNotFound, "'model-00002-of-00003.safetensors'",
                    [&] { Names(); });
  Write("model-00002-of-00003.safetensors", Shard("b"));
  EXPECT_EQ(Names(), (Texts{"a", "b", "c"}));
}

TEST_F(CheckpointTest, TakesPyTorchFilesWhenSafetensorsAreIncomplete) {
  Write("model.safetensors.index.json", Index({{"a", "one.safetensors"}}));
  Write("pytorch_model.bin", BuildArchive(TorchEntries(PickleOfOneTensor(1, 0, {1}, {1}), "1234")));
  Write("training_args.bin", "never read");
  EXPECT_EQ(Names(), Texts{"x"});
}

TEST_F(CheckpointTest, TakesAllFilesOfAKindWithoutAnIndex) {
  Write("part1.safetensors", Shard("a"));
  Write("part2.safetensors", Shard("b"));
  EXPECT_EQ(Names(), (Texts{"a", "b"}));
}

TEST_F(CheckpointTest, RefusesATensorThatTwoFilesHold) {
  Write("part1.safetensors", Shard("a"));
  Write("part2.safetensors", Shard("a"));
  ExpectEngineError(ErrorCode::kInvalidCheckpoint, "repeats", [&] { Names(); });
}

TEST_F(CheckpointTest, DropsWhatTrainersPutInFrontOfNames) {
  Write("model.safetensors", BuildSafetensors({{"module.transformer.x", "I8", {1}, "a"},
                                               {"model.module.transformer.y", "I8", {1}, "a"},
                                               {"_orig_mod.transformer.z", "I8", {1}, "a"}}));
  EXPECT_EQ(Names(), (Texts{"transformer.x", "transformer.y", "transformer.z"}));
}

TEST_F(CheckpointTest, RefusesIndexesThatLeaveTheFolder) {
  for (const char* name : {"../one.safetensors", "/etc/passwd", "..", "", "a\\\\b"}) {
    Write("model.safetensors.index.json", Index({{"a", name}}));
    ExpectEngineError(ErrorCode::kInvalidCheckpoint, "no index", [&] { Names(); });
  }
  for (const char* text : {"", "[]", "{}", R"({"weight_map":{}})", R"({"weight_map":{"a":1}})"}) {
    Write("model.safetensors.index.json", text);
    ExpectEngineError(ErrorCode::kInvalidCheckpoint, "no index", [&] { Names(); });
  }
}

TEST_F(CheckpointTest, SaysThatAFolderHasNoWeights) {
  ExpectEngineError(ErrorCode::kFileNotFound, "no weight files", [&] { Names(); });
}

TEST_F(CheckpointTest, SaysWhatToGiveInsteadOfAFile) {
  const auto expect = [&](ErrorCode code, const std::string& part, const std::string& bytes) {
    const auto path = WriteTestFile(folder_ / "file.bin", bytes);
    ExpectEngineError(code, part, [&] { Checkpoint checkpoint(path); });
  };
  expect(ErrorCode::kUnsupportedFormat, "GGUF model already", "GGUF\x03");
  expect(ErrorCode::kUnsupportedFormat, "chatglm.cpp", "ggml");
  expect(ErrorCode::kUnsupportedFormat, "Choose the folder", "PK\x03\x04");
  expect(ErrorCode::kLfsPointer, "git lfs pull", "version https://git-lfs.github.com/spec/v1\n");
  ExpectEngineError(ErrorCode::kFileNotFound, "does not exist",
                    [&] { Checkpoint checkpoint(folder_ / "nothing"); });
}

TEST_F(CheckpointTest, ReadsFoldersWithNonAsciiNames) {
  const auto folder = folder_.path() / std::filesystem::path(u8"模型 文件夹");
  std::filesystem::create_directory(folder);
  std::filesystem::copy(folder_ / "config.json", folder / "config.json");
  WriteTestFile(folder / "model.safetensors", Shard("a"));
  EXPECT_EQ(Checkpoint(folder).tensors().size(), 1u);
}

}  // namespace
}  // namespace chatglm
