#include "convert/header_file.h"

#include <algorithm>

#include "convert/gguf_header_builder.h"
#include "convert/gguf_writer.h"
#include "convert/tensor_types.h"
#include "support/engine_error.h"

namespace chatglm {

namespace {

std::unique_ptr<TemporarySparseFile> Write(const CheckpointConfig& config,
                                           const std::vector<ModelTensor>& tensors,
                                           OutputType type) {
  const std::vector<ggml_type> types =
      ChooseTensorTypes(tensors, type, config.layer_count, FloatPolicy::kKeepF32);
  GgufHeaderBuilder builder;
  builder.SetMetadata(config, FileType::kF16, std::ranges::any_of(types, ggml_is_quantized));
  builder.SetRowScaledBits(RowScaledBits(tensors, types));
  builder.SetVocabularySize(config.vocabulary_size);
  builder.AddTensors(tensors, types);
  const std::vector<std::byte> header = builder.Serialize();
  std::uint64_t size = header.size();
  for (std::size_t i = 0; i < tensors.size(); ++i) size += TensorFileBytes(tensors[i], types[i]);
  return std::make_unique<TemporarySparseFile>(header, size);
}

}  // namespace

CheckpointConfig ConfigOf(const ModelShape& shape) {
  if (shape.head_count == 0 || shape.hidden_size % shape.head_count != 0 ||
      shape.kv_head_count == 0 || shape.head_count % shape.kv_head_count != 0 ||
      shape.hidden_size / shape.head_count % 4 != 0) {
    throw EngineError(ErrorCode::kInvalidParams,
                      "The sizes of this model do not fit each other. Check its entry in the "
                      "catalogue.");
  }
  CheckpointConfig config;
  config.family = shape.family;
  config.layer_count = shape.layer_count;
  config.hidden_size = shape.hidden_size;
  config.feed_forward_size = shape.feed_forward_size;
  config.head_count = shape.head_count;
  config.kv_head_count = shape.kv_head_count;
  config.head_size = shape.hidden_size / shape.head_count;
  config.vocabulary_size = shape.vocabulary_size;
  config.context_length = shape.context_length;
  config.norm_epsilon = 1e-5f;
  config.has_qkv_bias = true;
  return config;
}

std::unique_ptr<TemporarySparseFile> MakeHeaderFile(const std::filesystem::path& folder,
                                                    OutputType type) {
  const Checkpoint checkpoint(folder);
  return Write(checkpoint.config(), ResolveModelTensors(checkpoint), type);
}

std::vector<ModelTensor> LayOutModelTensors(const ModelShape& shape) {
  const bool is_integer =
      shape.encoding == SourceEncoding::kInt8 || shape.encoding == SourceEncoding::kInt4;
  std::vector<ModelTensor> tensors = LayOutModelTensors(ConfigOf(shape));
  for (ModelTensor& tensor : tensors) {
    tensor.encoding = is_integer && !tensor.IsBlockMatrix() ? SourceEncoding::kF16 : shape.encoding;
  }
  return tensors;
}

std::unique_ptr<TemporarySparseFile> MakeHeaderFile(const ModelShape& shape) {
  return Write(ConfigOf(shape), LayOutModelTensors(shape), shape.convert_to);
}

}  // namespace chatglm
