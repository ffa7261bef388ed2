// bench-random_model DESTINATION q4_0|q8_0 LAYERS: writes a GGUF of ChatGLM2-6B's shape with random
// weights, as the official INT4 or INT8 converts (blocks of which those of a row have one scale,
// F16 embedding and output), and a vocabulary of made-up pieces.

#include <ggml.h>
#include <gguf.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace {

// Sizes: CHATGLM2-6B's config.json.
constexpr std::int64_t kHidden = 4096;
constexpr std::int64_t kFeedForward = 13696;
constexpr std::int64_t kQkv = 4608;
constexpr std::int64_t kVocabulary = 65024;
constexpr int kPieces = 64789;

/// Source: splitmix64, Sebastiano Vigna, public domain.
class Random {
 public:
  std::uint64_t Next() {
    std::uint64_t x = state_ += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }

 private:
  std::uint64_t state_ = 1;
};

std::string PieceText(int id) {
  char byte[8];
  if (id == 0) return "<unk>";
  if (id == 1) return "<s>";
  if (id == 2) return "</s>";
  if (id < 259) {
    std::snprintf(byte, sizeof(byte), "<0x%02X>", id - 3);
    return byte;
  }
  return "w" + std::to_string(id);
}

std::int32_t PieceKind(int id) {
  if (id == 0) return 2;            // unknown
  if (id < 3) return 3;             // control
  if (id < 259) return 6;           // byte
  if (id < kPieces) return 1;       // normal
  return id < kPieces + 5 ? 3 : 5;  // control, unused
}

void WriteKeys(gguf_context* gguf, int layers) {
  gguf_set_val_str(gguf, "general.architecture", "chatglm");
  gguf_set_val_str(gguf, "general.name", "random ChatGLM2-6B shape");
  gguf_set_val_u32(gguf, "general.quantization_version", 2);
  gguf_set_val_u32(gguf, "chatglm.context_length", 32768);
  gguf_set_val_u32(gguf, "chatglm.embedding_length", kHidden);
  gguf_set_val_u32(gguf, "chatglm.block_count", layers);
  gguf_set_val_u32(gguf, "chatglm.feed_forward_length", kFeedForward);
  gguf_set_val_u32(gguf, "chatglm.attention.head_count", 32);
  gguf_set_val_u32(gguf, "chatglm.attention.head_count_kv", 2);
  gguf_set_val_f32(gguf, "chatglm.attention.layer_norm_rms_epsilon", 1e-5f);
  gguf_set_val_u32(gguf, "chatglm.rope.dimension_count", 64);
  gguf_set_val_f32(gguf, "chatglm.rope.freq_base", 10000.0f);
  gguf_set_val_str(gguf, "chatglm_desktop.family", "chatglm2");
  gguf_set_val_str(gguf, "tokenizer.ggml.model", "llama");
  gguf_set_val_str(gguf, "tokenizer.ggml.pre", "chatglm-spm");

  std::vector<std::string> texts;
  std::vector<const char*> pointers;
  std::vector<float> scores;
  std::vector<std::int32_t> kinds;
  for (int id = 0; id < kVocabulary; ++id) {
    texts.push_back(PieceText(id));
    scores.push_back(static_cast<float>(-id));
    kinds.push_back(PieceKind(id));
  }
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  gguf_set_arr_str(gguf, "tokenizer.ggml.tokens", pointers.data(), pointers.size());
  gguf_set_arr_data(gguf, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, scores.data(), scores.size());
  gguf_set_arr_data(gguf, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, kinds.data(), kinds.size());
  gguf_set_val_u32(gguf, "tokenizer.ggml.bos_token_id", 1);
  gguf_set_val_u32(gguf, "tokenizer.ggml.eos_token_id", 2);
  gguf_set_val_bool(gguf, "tokenizer.ggml.add_bos_token", false);
  gguf_set_val_bool(gguf, "tokenizer.ggml.add_eos_token", false);
}

/// Random values of about the size of real weights; what they are does not matter for speed, only
/// that they are finite and not all alike.
void FillRandom(ggml_type type, Random& random, std::vector<char>& data) {
  if (type == GGML_TYPE_F32) {
    const float one = 1.0f;
    for (std::size_t i = 0; i < data.size(); i += 4) std::memcpy(&data[i], &one, 4);
    return;
  }
  for (std::size_t i = 0; i + 8 <= data.size(); i += 8) {
    const std::uint64_t bits = random.Next();
    std::memcpy(&data[i], &bits, 8);
  }
  if (type == GGML_TYPE_F16) {
    for (std::size_t i = 0; i < data.size(); i += 2) {
      const float value = (static_cast<unsigned char>(data[i]) - 127.5f) / 4096.0f;
      const ggml_fp16_t half = ggml_fp32_to_fp16(value);
      std::memcpy(&data[i], &half, 2);
    }
    return;
  }
  // A block begins with its scale.
  const ggml_fp16_t scale = ggml_fp32_to_fp16(type == GGML_TYPE_Q4_0 ? 0.003f : 0.0002f);
  for (std::size_t i = 0; i < data.size(); i += ggml_type_size(type)) {
    std::memcpy(&data[i], &scale, 2);
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  const std::string type_name = argument_count == 4 ? arguments[2] : "";
  const int layers = argument_count == 4 ? std::atoi(arguments[3]) : 0;
  if ((type_name != "q4_0" && type_name != "q8_0") || layers < 1 || layers > 28) {
    std::fputs("usage: bench-random_model DESTINATION q4_0|q8_0 LAYERS\n", stderr);
    return 2;
  }
  const ggml_type weights = type_name == "q4_0" ? GGML_TYPE_Q4_0 : GGML_TYPE_Q8_0;
  ggml_context* tensors = ggml_init({.mem_size = 1 << 20, .mem_buffer = nullptr, .no_alloc = true});
  gguf_context* gguf = gguf_init_empty();
  WriteKeys(gguf, layers);
  const auto add = [&](const std::string& name, ggml_type type, std::int64_t columns,
                       std::int64_t rows) {
    ggml_tensor* tensor = rows == 1 ? ggml_new_tensor_1d(tensors, type, columns)
                                    : ggml_new_tensor_2d(tensors, type, columns, rows);
    ggml_set_name(tensor, name.c_str());
    gguf_add_tensor(gguf, tensor);
  };
  add("token_embd.weight", GGML_TYPE_F16, kHidden, kVocabulary);
  for (int layer = 0; layer < layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    add(block + "attn_norm.weight", GGML_TYPE_F32, kHidden, 1);
    add(block + "attn_qkv.weight", weights, kHidden, kQkv);
    add(block + "attn_qkv.bias", GGML_TYPE_F32, kQkv, 1);
    add(block + "attn_output.weight", weights, kHidden, kHidden);
    add(block + "ffn_norm.weight", GGML_TYPE_F32, kHidden, 1);
    add(block + "ffn_up.weight", weights, kHidden, 2 * kFeedForward);
    add(block + "ffn_down.weight", weights, kFeedForward, kHidden);
  }
  add("output_norm.weight", GGML_TYPE_F32, kHidden, 1);
  add("output.weight", GGML_TYPE_F16, kHidden, kVocabulary);

  const std::string partial = std::string(arguments[1]) + ".partial";
  if (!gguf_write_to_file(gguf, partial.c_str(), /*only_meta=*/true)) return 1;
  std::ofstream file(partial, std::ios::binary | std::ios::app);
  Random random;
  for (std::int64_t i = 0; i < gguf_get_n_tensors(gguf); ++i) {
    std::vector<char> data(gguf_get_tensor_size(gguf, i));
    FillRandom(gguf_get_tensor_type(gguf, i), random, data);
    data.resize(GGML_PAD(data.size(), gguf_get_alignment(gguf)));
    file.write(data.data(), static_cast<std::streamsize>(data.size()));
  }
  file.close();
  if (!file || std::rename(partial.c_str(), arguments[1]) != 0) {
    std::perror(arguments[1]);
    return 1;
  }
  return 0;
}
