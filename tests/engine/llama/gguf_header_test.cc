#include "llama/gguf_header.h"

#include <ggml.h>
#include <gguf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <random>

#include "golden_models.h"
#include "support/engine_error.h"

namespace chatglm {
namespace {

/// A one-layer model of the ChatGLM shape, made for this test: no weights of anybody.
class GgufHeaderTest : public testing::Test {
 protected:
  static constexpr std::int64_t kHidden = 32;
  static constexpr std::int64_t kVocabulary = 288;
  static constexpr int kPieces = 264;

  using Change = std::function<void(gguf_context*)>;

  /// Writes the model after `change` and returns its path.
  std::filesystem::path Write(const Change& change, const std::string& left_out = "") {
    const auto path = folder_.path() / "model.gguf";
    ggml_context* tensors =
        ggml_init({.mem_size = 1 << 20, .mem_buffer = nullptr, .no_alloc = false});
    gguf_context* gguf = gguf_init_empty();
    WriteKeys(gguf);
    const auto add = [&](const char* name, std::int64_t columns, std::int64_t rows) {
      if (name == left_out) return;
      ggml_tensor* tensor = rows == 0 ? ggml_new_tensor_1d(tensors, GGML_TYPE_F32, columns)
                                      : ggml_new_tensor_2d(tensors, GGML_TYPE_F32, columns, rows);
      std::memset(tensor->data, 0, ggml_nbytes(tensor));
      ggml_set_name(tensor, name);
      gguf_add_tensor(gguf, tensor);
    };
    add("token_embd.weight", kHidden, kVocabulary);
    add("blk.0.attn_norm.weight", kHidden, 0);
    add("blk.0.attn_qkv.weight", kHidden, 64);
    add("blk.0.attn_qkv.bias", 64, 0);
    add("blk.0.attn_output.weight", kHidden, kHidden);
    add("blk.0.ffn_norm.weight", kHidden, 0);
    add("blk.0.ffn_up.weight", kHidden, 128);
    add("blk.0.ffn_down.weight", 64, kHidden);
    add("output_norm.weight", kHidden, 0);
    add("output.weight", kHidden, kVocabulary);
    change(gguf);
    gguf_write_to_file(gguf, path.string().c_str(), false);
    gguf_free(gguf);
    ggml_free(tensors);
    return path;
  }

  static void WriteKeys(gguf_context* gguf) {
    gguf_set_val_str(gguf, "general.architecture", "chatglm");
    gguf_set_val_u32(gguf, "chatglm.context_length", 1024);
    gguf_set_val_u32(gguf, "chatglm.embedding_length", kHidden);
    gguf_set_val_u32(gguf, "chatglm.block_count", 1);
    gguf_set_val_u32(gguf, "chatglm.feed_forward_length", 64);
    gguf_set_val_u32(gguf, "chatglm.attention.head_count", 2);
    gguf_set_val_u32(gguf, "chatglm.attention.head_count_kv", 1);
    gguf_set_val_f32(gguf, "chatglm.attention.layer_norm_rms_epsilon", 1e-5f);
    gguf_set_val_u32(gguf, "chatglm.rope.dimension_count", 8);
    gguf_set_val_f32(gguf, "chatglm.rope.freq_base", 10000.0f);
    gguf_set_val_str(gguf, "tokenizer.ggml.model", "llama");
    std::vector<std::string> texts;
    std::vector<float> scores;
    std::vector<std::int32_t> types;
    for (int id = 0; id < kVocabulary; ++id) {
      char byte[8];
      std::snprintf(byte, sizeof(byte), "<0x%02X>", id - 3);
      const bool is_byte = id >= 3 && id < 259;
      texts.push_back(is_byte ? byte : "t" + std::to_string(id));
      scores.push_back(static_cast<float>(-id));
      types.push_back(id == 0 ? 2 : id < 3 ? 3 : is_byte ? 6 : id < kPieces ? 1 : 5);
    }
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    gguf_set_arr_str(gguf, "tokenizer.ggml.tokens", pointers.data(), pointers.size());
    gguf_set_arr_data(gguf, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, scores.data(),
                      scores.size());
    gguf_set_arr_data(gguf, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types.data(),
                      types.size());
    gguf_set_val_bool(gguf, "tokenizer.ggml.add_bos_token", false);
  }

  static ErrorCode CodeOf(const std::filesystem::path& path) {
    try {
      const GgufHeader header(path);
    } catch (const EngineError& error) {
      EXPECT_GT(std::strlen(error.what()), 20u);
      return error.code();
    }
    ADD_FAILURE() << "taken";
    return ErrorCode::kCancelled;
  }

  std::filesystem::path WriteBytes(const std::string& bytes) {
    const auto path = folder_.path() / "bytes.gguf";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  static std::string ReadBytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  test::TemporaryFolder folder_;
};

TEST_F(GgufHeaderTest, DescribesAModel) {
  const GgufHeader header(Write([](gguf_context*) {}));
  EXPECT_EQ(header.description().layer_count, 1u);
  EXPECT_EQ(header.description().vocabulary_size, kVocabulary);
  EXPECT_EQ(header.description().weight_type, "f32");
  EXPECT_EQ(header.pieces().size(), static_cast<std::size_t>(kPieces));
}

TEST_F(GgufHeaderTest, LoadsWhatItTook) {
  test::EnsureBackends();
  const auto path = Write([](gguf_context*) {});
  EXPECT_NO_THROW(Model::Load({.path = path}, StopFlag(), [](float) {}));
}

TEST_F(GgufHeaderTest, RefusesOtherArchitectures) {
  EXPECT_EQ(CodeOf(Write([](gguf_context* gguf) {
              gguf_set_val_str(gguf, "general.architecture", "llama");
            })),
            ErrorCode::kWrongArchitecture);
  EXPECT_EQ(CodeOf(Write([](gguf_context* gguf) {  // as GLM-4 has it
              gguf_set_val_str(gguf, "tokenizer.ggml.model", "gpt2");
            })),
            ErrorCode::kWrongArchitecture);
}

TEST_F(GgufHeaderTest, RefusesWildSizes) {
  for (const char* key :
       {"chatglm.embedding_length", "chatglm.block_count", "chatglm.feed_forward_length",
        "chatglm.attention.head_count", "chatglm.attention.head_count_kv", "chatglm.context_length",
        "chatglm.rope.dimension_count"}) {
    for (const std::uint32_t value : {0u, 3u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
      if (value == 3 && std::string(key) == "chatglm.context_length") continue;  // small but fine
      const auto path = Write([&](gguf_context* gguf) { gguf_set_val_u32(gguf, key, value); });
      const ErrorCode code = CodeOf(path);
      EXPECT_TRUE(code == ErrorCode::kInvalidGguf || code == ErrorCode::kMissingTensor)
          << key << " " << value;
    }
  }
}

TEST_F(GgufHeaderTest, RefusesKeysOfAnotherType) {
  EXPECT_EQ(CodeOf(Write(
                [](gguf_context* gguf) { gguf_set_val_str(gguf, "chatglm.block_count", "one"); })),
            ErrorCode::kInvalidGguf);
  EXPECT_EQ(
      CodeOf(Write([](gguf_context* gguf) { gguf_set_val_u32(gguf, "tokenizer.ggml.tokens", 1); })),
      ErrorCode::kInvalidGguf);
  EXPECT_EQ(CodeOf(Write([](gguf_context* gguf) {
              gguf_remove_key(gguf, "chatglm.attention.layer_norm_rms_epsilon");
            })),
            ErrorCode::kInvalidGguf);
}

TEST_F(GgufHeaderTest, NamesAMissingTensor) {
  EXPECT_EQ(CodeOf(Write([](gguf_context*) {}, "blk.0.attn_qkv.bias")), ErrorCode::kMissingTensor);
}

TEST_F(GgufHeaderTest, RefusesACutFileAtAnyPlace) {
  const std::string whole = ReadBytes(Write([](gguf_context*) {}));
  for (std::size_t size = 0; size < whole.size(); size += 997) {
    const ErrorCode code = CodeOf(WriteBytes(whole.substr(0, size)));
    EXPECT_TRUE(code == ErrorCode::kFileTruncated || code == ErrorCode::kInvalidGguf ||
                (size < 4 && code == ErrorCode::kUnsupportedFormat))
        << size;
  }
}

TEST_F(GgufHeaderTest, SurvivesDamagedHeaders) {
  const std::string whole = ReadBytes(Write([](gguf_context*) {}));
  std::mt19937 random(1);
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = whole;
    for (int change = 0; change < 1 + round % 4; ++change) {
      damaged[random() % 12000] = static_cast<char>(random());
    }
    try {
      const GgufHeader header(WriteBytes(damaged));
    } catch (const EngineError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST_F(GgufHeaderTest, ExplainsFilesThatAreNoGguf) {
  EXPECT_EQ(CodeOf(WriteBytes("ggml\x01\x02\x03\x04 and more of chatglm.cpp")),
            ErrorCode::kUnsupportedFormat);
  EXPECT_EQ(CodeOf(WriteBytes("lmgg as a little-endian number")), ErrorCode::kUnsupportedFormat);
  EXPECT_EQ(CodeOf(WriteBytes("version https://git-lfs.github.com/spec/v1\noid sha256:12\n")),
            ErrorCode::kLfsPointer);
  EXPECT_EQ(CodeOf(WriteBytes("PK\x03\x04 zip")), ErrorCode::kUnsupportedFormat);
  EXPECT_EQ(CodeOf(folder_.path() / "missing.gguf"), ErrorCode::kFileNotFound);
  EXPECT_EQ(CodeOf(folder_.path()), ErrorCode::kUnsupportedFormat);
}

TEST_F(GgufHeaderTest, RefusesACountOfTensorsThatNoModelHas) {
  std::string whole = ReadBytes(Write([](gguf_context*) {}));
  const std::uint64_t wild = 1ull << 40;
  std::memcpy(&whole[8], &wild, 8);
  EXPECT_EQ(CodeOf(WriteBytes(whole)), ErrorCode::kInvalidGguf);
}

}  // namespace
}  // namespace chatglm
