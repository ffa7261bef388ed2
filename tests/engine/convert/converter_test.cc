#include "convert/converter.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <set>

#include "convert/gguf_file.h"
#include "convert/synthetic_checkpoint.h"
#include "support/file_writer.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

constexpr const char* kDense = "transformer.encoder.layers.0.self_attention.dense.weight";

class ConverterTest : public testing::Test {
 protected:
  ConvertResult ConvertTo(OutputType type = OutputType::kSource) {
    checkpoint_.Write(folder_ / "source");
    ConvertOptions options;
    options.source = folder_ / "source";
    options.destination = destination_;
    options.type = type;
    return Convert(options, stop_, [this](const ConvertProgress& progress) {
      progress_.push_back(progress);
      if (on_progress_) on_progress_(progress);
    });
  }

  void ExpectRefused(ErrorCode code, const std::string& part,
                     OutputType type = OutputType::kSource) {
    ExpectEngineError(code, part, [&] { ConvertTo(type); });
    EXPECT_FALSE(std::filesystem::exists(destination_));
    EXPECT_FALSE(std::filesystem::exists(partial_));
  }

  TemporaryFolder folder_;
  SyntheticCheckpoint checkpoint_;
  std::filesystem::path destination_ = folder_ / "model.gguf";
  std::filesystem::path partial_ = folder_ / "model.gguf.partial";
  StopFlag stop_;
  std::vector<ConvertProgress> progress_;
  std::function<void(const ConvertProgress&)> on_progress_;
};

TEST_F(ConverterTest, ReportsProgressForEachTensorUpToTheEnd) {
  const ConvertResult result = ConvertTo();
  EXPECT_EQ(progress_.back().done_bytes, result.size_bytes);
  std::uint64_t done = 0;
  std::set<std::string> steps;
  for (const ConvertProgress& progress : progress_) {
    EXPECT_GE(progress.done_bytes, done);
    EXPECT_EQ(progress.total_bytes, result.size_bytes);
    done = progress.done_bytes;
    steps.insert(progress.step);
  }
  EXPECT_EQ(steps.size(), 10u);
}

TEST_F(ConverterTest, WritesFp32AsF16WhenNothingIsLost) {
  EXPECT_EQ(ConvertTo().weight_type, "f16");
  const GgufFile file(destination_);
  EXPECT_EQ(file.Tensor("output.weight").type, GGML_TYPE_F16);
  EXPECT_EQ(file.Tensor("output_norm.weight").type, GGML_TYPE_F32);
  EXPECT_EQ(file.U32("general.file_type"), 1u);
}

TEST_F(ConverterTest, KeepsFp32WhenOneNumberWouldChange) {
  checkpoint_.Poke("transformer.output_layer.weight", 100, 0.1f);
  EXPECT_EQ(ConvertTo().weight_type, "f32");
  const GgufFile file(destination_);
  EXPECT_EQ(file.Tensor("token_embd.weight").type, GGML_TYPE_F32);
  EXPECT_EQ(file.Values("output.weight")[100], 0.1f);
  EXPECT_EQ(file.U32("general.file_type"), 0u);
}

TEST_F(ConverterTest, RemovesThePartialFileWhenItIsCancelled) {
  on_progress_ = [this](const ConvertProgress& progress) {
    EXPECT_TRUE(std::filesystem::exists(partial_));
    if (progress.step == "output.weight") stop_.Set();
  };
  ExpectRefused(ErrorCode::kCancelled, "Cancelled");
}

TEST_F(ConverterTest, KeepsTheOldFileWhenItIsCancelled) {
  WriteTestFile(destination_, "old");
  stop_.Set();
  ExpectEngineError(ErrorCode::kCancelled, "", [&] { ConvertTo(); });
  EXPECT_EQ(ReadTestFile(destination_), "old");
}

TEST_F(ConverterTest, ReplacesAPartialFileThatWasLeft) {
  WriteTestFile(partial_, std::string(1 << 20, 'x'));
  const ConvertResult result = ConvertTo();
  EXPECT_EQ(std::filesystem::file_size(destination_), result.size_bytes);
  EXPECT_FALSE(std::filesystem::exists(partial_));
  EXPECT_GT(GgufFile(destination_).tensor_count(), 0);
}

TEST_F(ConverterTest, LeavesADestinationAloneThatIsBeingWritten) {
  const auto other = FileWriter::Create(destination_, 1);
  ExpectEngineError(ErrorCode::kFileBusy, "being written already", [&] { ConvertTo(); });
  EXPECT_TRUE(std::filesystem::exists(partial_));
}

TEST_F(ConverterTest, NamesTheTensorThatIsMissing) {
  checkpoint_.tensors.erase(kDense);
  ExpectRefused(ErrorCode::kMissingTensor, kDense);
}

TEST_F(ConverterTest, NamesTheShapesWhenTheyDiffer) {
  checkpoint_.Add(kDense, {32, 16});
  ExpectRefused(ErrorCode::kInvalidCheckpoint, "[32, 16] instead of [32, 32]");
}

TEST_F(ConverterTest, RefusesTypesThatAreNoWeights) {
  checkpoint_.tensors[kDense] = {kDense, "I64", {32, 32}, std::string(8192, '\0')};
  ExpectRefused(ErrorCode::kInvalidCheckpoint, "holds i64");
}

TEST_F(ConverterTest, PassesOverBuffersAndForeignHeads) {
  checkpoint_.Add("transformer.rotary_pos_emb.inv_freq", {4});
  checkpoint_.Add("v_head.summary.weight", {4});
  ConvertTo();
  EXPECT_EQ(GgufFile(destination_).tensor_count(), 10);
}

TEST_F(ConverterTest, RefusesTensorsThatTheConfigurationDoesNotExplain) {
  checkpoint_.Add("transformer.encoder.layers.1.mlp.dense_4h_to_h.weight", {32, 64});
  ExpectRefused(ErrorCode::kInvalidCheckpoint, "layers.1.mlp");
  checkpoint_.tensors.erase("transformer.encoder.layers.1.mlp.dense_4h_to_h.weight");
  checkpoint_.Add("transformer.encoder.layers.0.self_attention.dense.bias", {32});
  ExpectRefused(ErrorCode::kInvalidCheckpoint, "dense.bias");
}

TEST_F(ConverterTest, SaysThatLoraMatricesMustBeMerged) {
  checkpoint_.Add("base_model.model.transformer.x.lora_A.weight", {4});
  ExpectRefused(ErrorCode::kUnsupportedConversion, "Merge");
}

TEST_F(ConverterTest, SaysThatAPTuningCheckpointNeedsItsBaseModel) {
  checkpoint_.Add("transformer.prefix_encoder.embedding.weight", {8, 16});
  ExpectRefused(ErrorCode::kUnsupportedConversion, "beside the model");
  std::erase_if(checkpoint_.tensors, [](const auto& entry) {
    return entry.first.find("prefix_encoder") == std::string::npos;
  });
  ExpectRefused(ErrorCode::kUnsupportedConversion, "needs its base model");
}

TEST_F(ConverterTest, NamesTheTensorWithNumbersThatAreNotFinite) {
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    checkpoint_.Poke(kDense, 5, value);
    for (const OutputType type : {OutputType::kSource, OutputType::kQ4_0, OutputType::kQ8_0}) {
      ExpectRefused(ErrorCode::kInvalidCheckpoint, kDense, type);
    }
  }
  checkpoint_.Add(kDense, {32, 32});
  checkpoint_.Poke("transformer.encoder.final_layernorm.weight", 0, NAN);
  ExpectRefused(ErrorCode::kInvalidCheckpoint, "final_layernorm");
}

TEST_F(ConverterTest, SuggestsBf16ForNumbersThatF16CannotHold) {
  checkpoint_.Poke(kDense, 5, 65536.0f);
  checkpoint_.NarrowToBf16();
  for (const OutputType type : {OutputType::kF16, OutputType::kQ4_0}) {
    ExpectRefused(ErrorCode::kUnsupportedConversion, "Convert to bf16", type);
  }
  EXPECT_EQ(ConvertTo().weight_type, "bf16");
  EXPECT_EQ(GgufFile(destination_).Values("blk.0.attn_output.weight")[5], 65536.0f);
}

TEST_F(ConverterTest, KeepsTheSmallestNumbersOfBf16) {
  const float smallest = std::bit_cast<float>(std::uint32_t{0x00010000});
  checkpoint_.Poke(kDense, 5, smallest);
  checkpoint_.Poke(kDense, 6, -0.0f);
  checkpoint_.NarrowToBf16();
  ConvertTo();
  const auto values = GgufFile(destination_).Values("blk.0.attn_output.weight");
  EXPECT_EQ(values[5], smallest);
  EXPECT_TRUE(std::signbit(values[6]));
}

TEST_F(ConverterTest, SaysWhereTheTokenizerBelongs) {
  checkpoint_.Write(folder_ / "source");
  std::filesystem::remove(folder_ / "source" / "tokenizer.model");
  ConvertOptions options;
  options.source = folder_ / "source";
  options.destination = destination_;
  ExpectEngineError(ErrorCode::kInvalidTokenizer, "beside the weights",
                    [&] { Convert(options, stop_, [](const ConvertProgress&) {}); });
}

TEST_F(ConverterTest, RefusesAVocabularyTooSmallForTheTokenizer) {
  checkpoint_.config["padded_vocab_size"] = 269;  // 265 pieces and 5 specials
  checkpoint_.Add("transformer.embedding.word_embeddings.weight", {269, 32});
  checkpoint_.Add("transformer.output_layer.weight", {269, 32});
  ExpectRefused(ErrorCode::kInvalidTokenizer, "too many");
}

TEST_F(ConverterTest, RefusesToReplaceAFileOfTheCheckpoint) {
  checkpoint_.Write(folder_ / "source");
  ConvertOptions options;
  options.source = folder_ / "source";
  options.destination = folder_ / "source" / "model.safetensors";
  ExpectEngineError(ErrorCode::kInvalidParams, "belongs to the checkpoint",
                    [&] { Convert(options, stop_, [](const ConvertProgress&) {}); });
}

TEST_F(ConverterTest, WritesRowsThatNoBlockFitsAsF16) {
  checkpoint_.config["ffn_hidden_size"] = 40;
  checkpoint_.Add("transformer.encoder.layers.0.mlp.dense_h_to_4h.weight", {80, 32});
  checkpoint_.Add("transformer.encoder.layers.0.mlp.dense_4h_to_h.weight", {32, 40});
  ConvertTo(OutputType::kQ4_K_M);
  const GgufFile file(destination_);
  EXPECT_EQ(file.Tensor("blk.0.ffn_down.weight").type, GGML_TYPE_F16);
  EXPECT_EQ(file.Tensor("blk.0.ffn_up.weight").type, GGML_TYPE_Q5_0);
  EXPECT_EQ(file.Tensor("blk.0.attn_qkv.weight").type, GGML_TYPE_Q5_1);
  EXPECT_EQ(file.Tensor("output.weight").type, GGML_TYPE_Q8_0);
}

}  // namespace
}  // namespace chatglm
