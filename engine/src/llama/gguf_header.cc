#include "llama/gguf_header.h"

#include <cmath>

#include "llama/gguf_file.h"
#include "llama/gguf_tensors.h"
#include "llama/gguf_tokenizer.h"
#include "llama/gguf_values.h"
#include "support/engine_error.h"

namespace chatglm {
namespace {

ModelFamily FamilyOf(const GgufValues& values) {
  const auto family = values.FindString("chatglm_desktop.family");
  for (const ModelFamily known :
       {ModelFamily::kChatGlm2, ModelFamily::kChatGlm3, ModelFamily::kCodeGeeX2}) {
    if (family == FamilyName(known)) return known;
  }
  // Files of other converters: only ChatGLM3 has a chat template with roles.
  const std::string chat_template = values.FindString("tokenizer.chat_template").value_or("");
  const std::string name = values.FindString("general.name").value_or("");
  const bool is_third = chat_template.find("<|user|>") != std::string::npos ||
                        name.find("hatglm3") != std::string::npos ||
                        name.find("hatGLM3") != std::string::npos;
  return is_third ? ModelFamily::kChatGlm3 : ModelFamily::kChatGlm2;
}

void ReadSizes(const GgufValues& values, ModelDescription& description) {
  description.layer_count = values.RequireUnsigned("chatglm.block_count", 1, 512);
  description.hidden_size = values.RequireUnsigned("chatglm.embedding_length", 1, 1 << 16);
  description.feed_forward_size = values.RequireUnsigned("chatglm.feed_forward_length", 1, 1 << 20);
  description.head_count = values.RequireUnsigned("chatglm.attention.head_count", 1, 1024);
  description.kv_head_count =
      values.RequireUnsigned("chatglm.attention.head_count_kv", 1, description.head_count);
  description.context_length = values.RequireUnsigned("chatglm.context_length", 1, 1 << 24);
  const std::uint32_t head_size = description.hidden_size / description.head_count;
  const std::uint32_t rope = values.RequireUnsigned("chatglm.rope.dimension_count", 2, head_size);
  if (description.hidden_size % description.head_count != 0 ||
      description.head_count % description.kv_head_count != 0 || rope % 2 != 0) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      "The sizes in the header of the model file do not fit each other. Convert or "
                      "download the model again.");
  }
  if (values.FindString("chatglm.rope.scaling.type") == "linear") {
    description.rope_scale = values.FindFloat("chatglm.rope.scaling.factor").value_or(1.0f);
  }
  description.rope_base = values.FindFloat("chatglm.rope.freq_base").value_or(10000.0f);
  const auto is_sane = [](float value) {
    return std::isfinite(value) && value >= 1e-3f && value <= 1e12f;
  };
  const auto epsilon = values.FindFloat("chatglm.attention.layer_norm_rms_epsilon");
  if (!is_sane(description.rope_scale) || !is_sane(description.rope_base) || !epsilon ||
      !(*epsilon > 0.0f && *epsilon < 1.0f)) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      "The rope or norm settings in the header of the model file are not usable. "
                      "Convert or download the model again.");
  }
}

}  // namespace

GgufHeader::GgufHeader(const std::filesystem::path& path) {
  const GgufFile file = OpenGguf(path);
  const std::string& name = file.name;
  const GgufValues values(file.gguf.get());
  const std::string architecture = values.RequireString("general.architecture");
  if (architecture != "chatglm") {
    throw EngineError(ErrorCode::kWrongArchitecture,
                      name + " holds a model of the architecture \"" + architecture +
                          "\". Only ChatGLM2, ChatGLM3 and CodeGeeX2 are supported.",
                      {"other_model", name, architecture});
  }
  description_.path = name;
  description_.format = "gguf";
  description_.size_bytes = file.size_bytes;
  description_.family = FamilyOf(values);
  ReadSizes(values, description_);
  CheckTensors(file.gguf.get(), file.size_bytes, description_);
  pieces_ = ReadPieces(values, description_.vocabulary_size);
}

}  // namespace chatglm
