#include "convert/model_tensors.h"

#include <algorithm>

#include "convert/foreign_tensors.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

/// Looks up the tensors one by one and checks them against the configuration.
class Resolver {
 public:
  explicit Resolver(const Checkpoint& checkpoint)
      : checkpoint_(checkpoint), config_(checkpoint.config()) {}

  std::vector<ModelTensor> Resolve() {
    CheckForeignTensors(checkpoint_);
    const std::uint64_t hidden = config_.hidden_size;
    const std::uint64_t vocabulary = config_.vocabulary_size;
    AddMatrix(TensorRole::kEmbedding, "token_embd.weight",
              "transformer.embedding.word_embeddings.weight", vocabulary, hidden);
    for (layer_ = 0; layer_ < config_.layer_count; ++layer_) AddLayer();
    layer_ = 0;
    AddVector("output_norm.weight", "transformer.encoder.final_layernorm.weight", hidden);
    AddMatrix(TensorRole::kOutput, "output.weight", "transformer.output_layer.weight", vocabulary,
              hidden);
    return std::move(tensors_);
  }

 private:
  void AddLayer() {
    const std::uint64_t hidden = config_.hidden_size;
    const std::uint64_t feed_forward = config_.feed_forward_size;
    const std::uint64_t qkv = hidden + std::uint64_t{2} * config_.kv_head_count * config_.head_size;
    const std::string to = "blk." + std::to_string(layer_) + ".";
    const std::string from = "transformer.encoder.layers." + std::to_string(layer_) + ".";
    const std::string attention = from + "self_attention.";
    AddVector(to + "attn_norm.weight", from + "input_layernorm.weight", hidden);
    AddMatrix(TensorRole::kAttentionQkv, to + "attn_qkv.weight",
              attention + "query_key_value.weight", qkv, hidden);
    if (config_.has_qkv_bias) {
      AddVector(to + "attn_qkv.bias", attention + "query_key_value.bias", qkv);
    }
    AddMatrix(TensorRole::kAttentionOutput, to + "attn_output.weight", attention + "dense.weight",
              hidden, hidden);
    AddVector(to + "ffn_norm.weight", from + "post_attention_layernorm.weight", hidden);
    AddMatrix(TensorRole::kFeedForwardUp, to + "ffn_up.weight", from + "mlp.dense_h_to_4h.weight",
              2 * feed_forward, hidden);
    AddMatrix(TensorRole::kFeedForwardDown, to + "ffn_down.weight",
              from + "mlp.dense_4h_to_h.weight", hidden, feed_forward);
  }

  void AddVector(const std::string& name, const std::string& source, std::uint64_t size) {
    ModelTensor tensor = Find(TensorRole::kVector, name, source, 1, size);
    RequireShape(*tensor.weight, {size});
    tensor.encoding = FloatEncoding(*tensor.weight);
    tensors_.push_back(std::move(tensor));
  }

  void AddMatrix(TensorRole role, const std::string& name, const std::string& source,
                 std::uint64_t rows, std::uint64_t columns) {
    ModelTensor tensor = Find(role, name, source, rows, columns);
    const DataType type = tensor.weight->type;
    if (type == DataType::kI8 || type == DataType::kU8) {
      SetQuantized(tensor, source);
    } else {
      RequireShape(*tensor.weight, {rows, columns});
      tensor.encoding = FloatEncoding(*tensor.weight);
    }
    tensors_.push_back(std::move(tensor));
  }

  void SetQuantized(ModelTensor& tensor, const std::string& source) {
    const auto& shape = tensor.weight->shape;
    const bool is_packed =
        config_.quantization_bits == 4 ||
        (config_.quantization_bits == 0 && shape.size() == 2 && shape[1] * 2 == tensor.columns);
    if (is_packed && tensor.columns % 2 != 0) {
      ThrowInvalid(*tensor.weight, "has an odd width, which INT4 cannot have");
    }
    RequireShape(*tensor.weight, {tensor.rows, is_packed ? tensor.columns / 2 : tensor.columns});
    tensor.encoding = is_packed ? SourceEncoding::kInt4 : SourceEncoding::kInt8;
    tensor.scale = &Require(source + "_scale");
    RequireShape(*tensor.scale, {tensor.rows});
    FloatEncoding(*tensor.scale);
  }

  ModelTensor Find(TensorRole role, const std::string& name, const std::string& source,
                   std::uint64_t rows, std::uint64_t columns) const {
    ModelTensor tensor;
    tensor.name = name;
    tensor.role = role;
    tensor.layer = layer_;
    tensor.rows = rows;
    tensor.columns = columns;
    tensor.weight = &Require(source);
    return tensor;
  }

  const TensorRecord& Require(const std::string& name) const {
    const TensorRecord* tensor = checkpoint_.Find(name);
    if (tensor != nullptr) return *tensor;
    throw EngineError(ErrorCode::kMissingTensor,
                      PathToUtf8(checkpoint_.folder()) + " lacks the tensor " + name +
                          ". Download all weight files of the checkpoint, and the config.json that "
                          "belongs to them.");
  }

  SourceEncoding FloatEncoding(const TensorRecord& tensor) const {
    switch (tensor.type) {
      case DataType::kF16:
        return SourceEncoding::kF16;
      case DataType::kBf16:
        return SourceEncoding::kBf16;
      case DataType::kF32:
        return SourceEncoding::kF32;
      default:
        ThrowInvalid(
            tensor, "holds " + DataTypeName(tensor.type) + " values instead of fp16, bf16 or fp32");
    }
  }

  void RequireShape(const TensorRecord& tensor, const std::vector<std::uint64_t>& shape) const {
    if (tensor.shape == shape) return;
    ThrowInvalid(tensor,
                 "has the shape " + ShapeText(tensor.shape) + " instead of " + ShapeText(shape));
  }

  [[noreturn]] void ThrowInvalid(const TensorRecord& tensor, const std::string& what) const {
    throw EngineError(ErrorCode::kInvalidCheckpoint,
                      tensor.file->name() + ": tensor " + QuoteForMessage(tensor.name) + " " +
                          what + ". Use the config.json that belongs to the weights.");
  }

  const Checkpoint& checkpoint_;
  const CheckpointConfig& config_;
  std::uint32_t layer_ = 0;
  std::vector<ModelTensor> tensors_;
};

}  // namespace

std::string SourceEncodingName(SourceEncoding encoding) {
  switch (encoding) {
    case SourceEncoding::kF16:
      return "f16";
    case SourceEncoding::kBf16:
      return "bf16";
    case SourceEncoding::kF32:
      return "f32";
    case SourceEncoding::kInt8:
      return "int8";
    case SourceEncoding::kInt4:
      return "int4";
  }
  return "";
}

std::uint64_t ModelTensor::SourceRowBytes() const {
  return encoding == SourceEncoding::kInt4 ? columns / 2 : columns * DataTypeSize(weight->type);
}

std::vector<ModelTensor> ResolveModelTensors(const Checkpoint& checkpoint) {
  return Resolver(checkpoint).Resolve();
}

}  // namespace chatglm
