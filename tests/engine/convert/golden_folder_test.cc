#include <gtest/gtest.h>

#include "convert/checkpoint_inspector.h"
#include "convert/converter.h"
#include "convert/gguf_file.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

/// Copies of the reference models that a test may damage.
class GoldenFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    CHATGLM_REQUIRE_GOLDENS();
    models_ = GoldensFolder() / "models";
  }

  void CopyModel(const std::string& model) {
    std::filesystem::copy(models_ / model, source_,
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
  }

  void ConvertCopy() {
    ConvertOptions options;
    options.source = source_;
    options.destination = destination_;
    Convert(options, StopFlag(), [](const ConvertProgress&) {});
  }

  void ExpectRefused(ErrorCode code, const std::string& part) {
    ExpectEngineError(code, part, [&] { ConvertCopy(); });
    EXPECT_FALSE(std::filesystem::exists(destination_));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "model.gguf.partial"));
  }

  TemporaryFolder folder_;
  std::filesystem::path models_;
  std::filesystem::path source_ = folder_ / "source";
  std::filesystem::path destination_ = folder_ / "model.gguf";
};

TEST_F(GoldenFolderTest, ConvertsThe32KModelWithLinkedWeights) {
  std::filesystem::create_directory(source_);
  for (const auto& entry : std::filesystem::directory_iterator(models_ / "tiny")) {
    const auto name = entry.path().filename();
    if (name != "config.json") std::filesystem::create_symlink(entry.path(), source_ / name);
  }
  std::filesystem::copy(models_ / "tiny-32k" / "config.json", source_ / "config.json");
  ConvertCopy();
  const GgufFile file(destination_);
  EXPECT_EQ(file.Text("chatglm.rope.scaling.type"), "linear");
  EXPECT_EQ(file.F32("chatglm.rope.scaling.factor"), 16.0f);
  EXPECT_EQ(InspectCheckpoint(source_).rope_scale, 16.0f);
}

TEST_F(GoldenFolderTest, NamesTheShardThatIsMissing) {
  CopyModel("tiny");
  std::filesystem::remove(source_ / "pytorch_model-00002-of-00003.bin");
  ExpectRefused(ErrorCode::kFileNotFound, "'pytorch_model-00002-of-00003.bin'");
}

TEST_F(GoldenFolderTest, NamesTheShardWhoseDownloadWasInterrupted) {
  CopyModel("tiny");
  const auto shard = source_ / "pytorch_model-00003-of-00003.bin";
  std::filesystem::resize_file(shard, std::filesystem::file_size(shard) / 2);
  ExpectRefused(ErrorCode::kFileTruncated, "pytorch_model-00003-of-00003.bin is incomplete");
}

TEST_F(GoldenFolderTest, NamesTheShardThatIsAnLfsPointer) {
  CopyModel("tiny");
  WriteTestFile(source_ / "pytorch_model-00001-of-00003.bin",
                "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
  ExpectRefused(ErrorCode::kLfsPointer, "pytorch_model-00001-of-00003.bin");
}

TEST_F(GoldenFolderTest, RefusesTheConfigurationOfAnotherModel) {
  CopyModel("tiny");
  std::filesystem::copy_file(models_ / "tiny-256" / "config.json", source_ / "config.json",
                             std::filesystem::copy_options::overwrite_existing);
  ExpectRefused(ErrorCode::kInvalidCheckpoint, "layers.2.");
}

TEST_F(GoldenFolderTest, SaysThatPTuningCheckpointsNeedTheirBaseModel) {
  for (const char* model : {"ptuning-8", "ptuning-8-proj"}) {
    CopyModel(model);
    ExpectRefused(ErrorCode::kUnsupportedConversion, "needs its base model");
  }
}

TEST_F(GoldenFolderTest, InspectsQuantizedCheckpoints) {
  const ModelDescription description = InspectCheckpoint(models_ / "tiny-chat-int4");
  EXPECT_EQ(description.weight_type, "int4");
  EXPECT_EQ(description.parameter_count, InspectCheckpoint(models_ / "tiny-chat").parameter_count);
  EXPECT_EQ(description.layer_count, 4u);
  EXPECT_EQ(description.kv_head_count, 2u);
  EXPECT_EQ(description.vocabulary_size, 2112u);
}

TEST_F(GoldenFolderTest, GivesTheOfficialIdsToTheOfficialVocabulary) {
  CopyModel("tiny-realvocab");
  std::filesystem::copy_file(GoldensFolder() / "tokenizer" / "tokenizer.model",
                             source_ / "tokenizer.model");
  ConvertCopy();
  const GgufFile file(destination_);
  EXPECT_EQ(file.U32("chatglm_desktop.piece_count"), 64789u);
  EXPECT_EQ(file.ArraySize("tokenizer.ggml.tokens"), 65024u);
  EXPECT_EQ(file.TokenText(64790), "[gMASK]");
  EXPECT_EQ(file.TokenText(64792), "<|sop|>");
  EXPECT_EQ(file.TokenText(64794), "[PAD64794]");
  EXPECT_EQ(file.TokenText(13), "<0x0A>");
}

}  // namespace
}  // namespace chatglm
