#include "convert/gguf_header_builder.h"

#include <algorithm>

namespace chatglm {

namespace {

std::string ModelName(const CheckpointConfig& config) {
  return config.name.empty() ? FamilyName(config.family) + "-6b" : config.name;
}

}  // namespace

GgufHeaderBuilder::GgufHeaderBuilder() : context_(gguf_init_empty()) {}

void GgufHeaderBuilder::Set(const std::string& key, std::uint32_t value) {
  gguf_set_val_u32(context_.get(), key.c_str(), value);
}

void GgufHeaderBuilder::Set(const std::string& key, float value) {
  gguf_set_val_f32(context_.get(), key.c_str(), value);
}

void GgufHeaderBuilder::Set(const std::string& key, bool value) {
  gguf_set_val_bool(context_.get(), key.c_str(), value);
}

void GgufHeaderBuilder::Set(const std::string& key, const std::string& value) {
  gguf_set_val_str(context_.get(), key.c_str(), value.c_str());
}

void GgufHeaderBuilder::SetLicense(ModelFamily family) {
  Set("general.license", std::string("other"));
  switch (family) {
    case ModelFamily::kChatGlm2:
      Set("general.license.name", std::string("chatglm2-6b"));
      Set("general.license.link",
          std::string("https://github.com/THUDM/ChatGLM2-6B/blob/main/MODEL_LICENSE"));
      break;
    case ModelFamily::kChatGlm3:
      Set("general.license.name", std::string("chatglm3-6b"));
      Set("general.license.link",
          std::string("https://github.com/THUDM/ChatGLM3/blob/main/MODEL_LICENSE"));
      break;
    case ModelFamily::kCodeGeeX2:
      Set("general.license.name", std::string("codegeex2-6b"));
      Set("general.license.link",
          std::string("https://github.com/THUDM/CodeGeeX2/blob/main/MODEL_LICENSE"));
      break;
  }
}

void GgufHeaderBuilder::SetMetadata(const CheckpointConfig& config, FileType file_type,
                                    bool is_quantized) {
  Set("general.architecture", std::string("chatglm"));
  Set("general.type", std::string("model"));
  Set("general.name", ModelName(config));
  SetLicense(config.family);
  Set("general.file_type", static_cast<std::uint32_t>(file_type));
  if (is_quantized) {
    Set("general.quantization_version", static_cast<std::uint32_t>(GGML_QNT_VERSION));
  }
  Set("chatglm.context_length", config.context_length);
  Set("chatglm.embedding_length", config.hidden_size);
  Set("chatglm.block_count", config.layer_count);
  Set("chatglm.feed_forward_length", config.feed_forward_size);
  Set("chatglm.attention.head_count", config.head_count);
  Set("chatglm.attention.head_count_kv", config.kv_head_count);
  Set("chatglm.attention.layer_norm_rms_epsilon", config.norm_epsilon);
  Set("chatglm.rope.dimension_count", config.head_size / 2);
  Set("chatglm.rope.freq_base", config.rope_base);
  if (config.rope_scale != 1.0f) {
    Set("chatglm.rope.scaling.type", std::string("linear"));
    Set("chatglm.rope.scaling.factor", config.rope_scale);
  }
  Set("chatglm_desktop.family", FamilyName(config.family));
  Set("chatglm_desktop.converter_version", kConverterVersion);
}

void GgufHeaderBuilder::SetRowScaledBits(std::uint32_t bits) {
  if (bits != 0) Set("chatglm_desktop.row_scaled_bits", bits);
}

void GgufHeaderBuilder::SetVocabulary(const TokenTable& tokens, std::size_t piece_count) {
  Set("tokenizer.ggml.model", std::string("llama"));
  Set("tokenizer.ggml.pre", std::string("chatglm-spm"));
  std::vector<const char*> texts;
  for (const std::string& text : tokens.texts) texts.push_back(text.c_str());
  gguf_set_arr_str(context_.get(), "tokenizer.ggml.tokens", texts.data(), texts.size());
  gguf_set_arr_data(context_.get(), "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32,
                    tokens.scores.data(), tokens.scores.size());
  gguf_set_arr_data(context_.get(), "tokenizer.ggml.token_type", GGUF_TYPE_INT32,
                    tokens.types.data(), tokens.types.size());
  Set("tokenizer.ggml.bos_token_id", std::uint32_t{1});
  Set("tokenizer.ggml.eos_token_id", std::uint32_t{2});
  Set("tokenizer.ggml.unknown_token_id", std::uint32_t{0});
  Set("tokenizer.ggml.padding_token_id", std::uint32_t{0});
  Set("tokenizer.ggml.add_bos_token", false);
  Set("tokenizer.ggml.add_eos_token", false);
  Set("tokenizer.ggml.add_space_prefix", true);
  Set("chatglm_desktop.piece_count", static_cast<std::uint32_t>(piece_count));
}

void GgufHeaderBuilder::SetVocabularySize(std::uint32_t size) {
  Set("tokenizer.ggml.model", std::string("none"));
  Set("chatglm.vocab_size", size);
}

void GgufHeaderBuilder::AddTensors(const std::vector<ModelTensor>& tensors,
                                   const std::vector<ggml_type>& types) {
  for (std::size_t i = 0; i < tensors.size(); ++i) AddTensor(tensors[i], types[i]);
}

void GgufHeaderBuilder::AddTensor(const ModelTensor& tensor, ggml_type type) {
  const ggml_init_params params{2 * ggml_tensor_overhead(), nullptr, /*no_alloc=*/true};
  const std::unique_ptr<ggml_context, decltype(&ggml_free)> context(ggml_init(params), ggml_free);
  const auto columns = static_cast<std::int64_t>(tensor.columns);
  const auto rows = static_cast<std::int64_t>(tensor.rows);
  ggml_tensor* native = tensor.role == TensorRole::kVector
                            ? ggml_new_tensor_1d(context.get(), type, columns)
                            : ggml_new_tensor_2d(context.get(), type, columns, rows);
  ggml_set_name(native, tensor.name.c_str());
  gguf_add_tensor(context_.get(), native);  // copies
}

std::vector<std::byte> GgufHeaderBuilder::Serialize() const {
  std::vector<std::byte> bytes(gguf_get_meta_size(context_.get()));
  gguf_get_meta_data(context_.get(), bytes.data());
  return bytes;
}

}  // namespace chatglm
