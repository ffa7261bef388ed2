#include <gtest/gtest.h>

#include "convert/checkpoint_inspector.h"
#include "convert/converter.h"
#include "convert/gguf_file.h"
#include "convert/synthetic_checkpoint.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

class GgufMetadataTest : public testing::Test {
 protected:
  GgufFile ConvertAndRead(OutputType type = OutputType::kSource) {
    checkpoint_.Write(folder_ / "source");
    ConvertOptions options;
    options.source = folder_ / "source";
    options.destination = folder_ / "model.gguf";
    options.type = type;
    Convert(options, StopFlag(), [](const ConvertProgress&) {});
    return GgufFile(options.destination);
  }

  TemporaryFolder folder_;
  SyntheticCheckpoint checkpoint_;
};

TEST_F(GgufMetadataTest, DescribesTheNetwork) {
  const GgufFile file = ConvertAndRead();
  EXPECT_EQ(file.Text("general.architecture"), "chatglm");
  EXPECT_EQ(file.Text("general.name"), "chatglm2-6b");
  EXPECT_EQ(file.Text("general.license.name"), "chatglm2-6b");
  EXPECT_EQ(file.U32("chatglm.context_length"), 128u);
  EXPECT_EQ(file.U32("chatglm.embedding_length"), 32u);
  EXPECT_EQ(file.U32("chatglm.block_count"), 1u);
  EXPECT_EQ(file.U32("chatglm.feed_forward_length"), 64u);
  EXPECT_EQ(file.U32("chatglm.attention.head_count"), 4u);
  EXPECT_EQ(file.U32("chatglm.attention.head_count_kv"), 2u);
  EXPECT_EQ(file.F32("chatglm.attention.layer_norm_rms_epsilon"), 1e-5f);
  EXPECT_EQ(file.U32("chatglm.rope.dimension_count"), 4u);
  EXPECT_EQ(file.F32("chatglm.rope.freq_base"), 10000.0f);
  EXPECT_FALSE(file.Has("chatglm.rope.scaling.type"));
  EXPECT_FALSE(file.Has("general.quantization_version"));
  EXPECT_EQ(file.Text("chatglm_desktop.family"), "chatglm2");
  EXPECT_EQ(file.U32("chatglm_desktop.piece_count"), 265u);
  EXPECT_EQ(file.U32("chatglm_desktop.converter_version"), 1u);
}

TEST_F(GgufMetadataTest, DescribesTheTokenizer) {
  const GgufFile file = ConvertAndRead();
  EXPECT_EQ(file.Text("tokenizer.ggml.model"), "llama");
  EXPECT_EQ(file.Text("tokenizer.ggml.pre"), "chatglm-spm");
  EXPECT_EQ(file.U32("tokenizer.ggml.bos_token_id"), 1u);
  EXPECT_EQ(file.U32("tokenizer.ggml.eos_token_id"), 2u);
  EXPECT_EQ(file.U32("tokenizer.ggml.unknown_token_id"), 0u);
  EXPECT_EQ(file.U32("tokenizer.ggml.padding_token_id"), 0u);
  EXPECT_FALSE(file.Bool("tokenizer.ggml.add_bos_token"));
  EXPECT_FALSE(file.Bool("tokenizer.ggml.add_eos_token"));
  EXPECT_TRUE(file.Bool("tokenizer.ggml.add_space_prefix"));
  EXPECT_EQ(file.ArraySize("tokenizer.ggml.tokens"), 288u);
  EXPECT_EQ(file.ArraySize("tokenizer.ggml.scores"), 288u);
  EXPECT_EQ(file.ArraySize("tokenizer.ggml.token_type"), 288u);
  EXPECT_EQ(file.TokenText(264), "你好");
  EXPECT_EQ(file.TokenScore(264), -5.0f);
  EXPECT_EQ(file.TokenType(0), 2);
  EXPECT_EQ(file.TokenType(2), 3);
  EXPECT_EQ(file.TokenType(13), 6);
  EXPECT_EQ(file.TokenType(264), 1);
}

TEST_F(GgufMetadataTest, NamesSpecialsSoThatNoMergeCanMakeThem) {
  const GgufFile file = ConvertAndRead();
  const std::vector<std::string> expected{"[MASK]",  "[gMASK]", "[sMASK]",
                                          "<|sop|>", "<|eop|>", "[PAD270]"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(file.TokenText(265 + i), expected[i]);
    EXPECT_EQ(file.TokenType(265 + i), expected[i].starts_with("[PAD") ? 5 : 3);
  }
  EXPECT_EQ(file.TokenText(287), "[PAD287]");
}

TEST_F(GgufMetadataTest, AddsTheRolesOfChatGlm3) {
  checkpoint_.config["_name_or_path"] = "THUDM/chatglm3-6b-32k";
  checkpoint_.config["rope_ratio"] = 50;
  const GgufFile file = ConvertAndRead();
  EXPECT_EQ(file.Text("chatglm_desktop.family"), "chatglm3");
  EXPECT_EQ(file.TokenText(270), "<|system|>");
  EXPECT_EQ(file.TokenText(271), "<|user|>");
  EXPECT_EQ(file.TokenText(272), "<|assistant|>");
  EXPECT_EQ(file.TokenText(273), "<|observation|>");
  EXPECT_EQ(file.TokenText(274), "[PAD274]");
  EXPECT_EQ(file.F32("chatglm.rope.freq_base"), 500000.0f);
  EXPECT_FALSE(file.Has("chatglm.rope.scaling.type"));
}

TEST_F(GgufMetadataTest, DividesPositionsForChatGlm2With32K) {
  checkpoint_.config["_name_or_path"] = "THUDM/chatglm2-6b-32k";
  checkpoint_.config["rope_ratio"] = 16;
  const GgufFile file = ConvertAndRead();
  EXPECT_EQ(file.Text("chatglm.rope.scaling.type"), "linear");
  EXPECT_EQ(file.F32("chatglm.rope.scaling.factor"), 16.0f);
  EXPECT_EQ(file.F32("chatglm.rope.freq_base"), 10000.0f);
}

TEST_F(GgufMetadataTest, SaysTheFileTypeAndTheQuantizationVersion) {
  const std::vector<std::pair<OutputType, std::uint32_t>> expected{{OutputType::kF16, 1},
                                                                   {OutputType::kBf16, 32},
                                                                   {OutputType::kQ8_0, 7},
                                                                   {OutputType::kQ4_0, 2},
                                                                   {OutputType::kQ4_K_M, 15}};
  for (const auto& [type, number] : expected) {
    const GgufFile file = ConvertAndRead(type);
    EXPECT_EQ(file.U32("general.file_type"), number);
    const bool is_quantized = type != OutputType::kF16 && type != OutputType::kBf16;
    EXPECT_EQ(file.Has("general.quantization_version"), is_quantized);
  }
}

TEST_F(GgufMetadataTest, RefusesATokenizerThatHasTheSpecialsAsPieces) {
  checkpoint_.tokenizer.Add("<|sop|>", -9, PieceType::kNormal);
  ExpectEngineError(ErrorCode::kInvalidTokenizer, "'<|sop|>'", [&] { ConvertAndRead(); });
}

TEST_F(GgufMetadataTest, InspectingTellsTheSameWithoutReadingWeights) {
  checkpoint_.config["_name_or_path"] = "THUDM/codegeex2-6b";
  checkpoint_.NarrowToBf16();
  checkpoint_.Write(folder_ / "source");
  const ModelDescription description = InspectCheckpoint(folder_ / "source");
  EXPECT_EQ(description.format, "checkpoint");
  EXPECT_EQ(description.family, ModelFamily::kCodeGeeX2);
  EXPECT_EQ(description.weight_type, "bf16");
  EXPECT_EQ(description.parameter_count,
            2u * 288 * 32 + 3 * 32 + 64 * 32 + 64 + 32 * 32 + 128 * 32 + 32 * 64);
  EXPECT_EQ(description.vocabulary_size, 288u);
  EXPECT_EQ(description.context_length, 128u);
  EXPECT_EQ(description.size_bytes,
            std::filesystem::file_size(folder_ / "source" / "model.safetensors"));
}

}  // namespace
}  // namespace chatglm
