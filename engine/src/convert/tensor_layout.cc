#include "convert/model_tensors.h"

namespace chatglm {

namespace {

class Layout {
 public:
  explicit Layout(const CheckpointConfig& config) : config_(config) {}

  std::vector<ModelTensor> Make() {
    const std::uint64_t hidden = config_.hidden_size;
    const std::uint64_t vocabulary = config_.vocabulary_size;
    Add(TensorRole::kEmbedding, "token_embd.weight", "transformer.embedding.word_embeddings.weight",
        vocabulary, hidden);
    for (layer_ = 0; layer_ < config_.layer_count; ++layer_) AddLayer();
    layer_ = 0;
    Add(TensorRole::kVector, "output_norm.weight", "transformer.encoder.final_layernorm.weight", 1,
        hidden);
    Add(TensorRole::kOutput, "output.weight", "transformer.output_layer.weight", vocabulary,
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
    Add(TensorRole::kVector, to + "attn_norm.weight", from + "input_layernorm.weight", 1, hidden);
    Add(TensorRole::kAttentionQkv, to + "attn_qkv.weight", attention + "query_key_value.weight",
        qkv, hidden);
    if (config_.has_qkv_bias) {
      Add(TensorRole::kVector, to + "attn_qkv.bias", attention + "query_key_value.bias", 1, qkv);
    }
    Add(TensorRole::kAttentionOutput, to + "attn_output.weight", attention + "dense.weight", hidden,
        hidden);
    Add(TensorRole::kVector, to + "ffn_norm.weight", from + "post_attention_layernorm.weight", 1,
        hidden);
    Add(TensorRole::kFeedForwardUp, to + "ffn_up.weight", from + "mlp.dense_h_to_4h.weight",
        2 * feed_forward, hidden);
    Add(TensorRole::kFeedForwardDown, to + "ffn_down.weight", from + "mlp.dense_4h_to_h.weight",
        hidden, feed_forward);
  }

  void Add(TensorRole role, const std::string& name, const std::string& source, std::uint64_t rows,
           std::uint64_t columns) {
    ModelTensor tensor;
    tensor.name = name;
    tensor.source_name = source;
    tensor.role = role;
    tensor.layer = layer_;
    tensor.rows = rows;
    tensor.columns = columns;
    tensors_.push_back(std::move(tensor));
  }

  const CheckpointConfig& config_;
  std::uint32_t layer_ = 0;
  std::vector<ModelTensor> tensors_;
};

}  // namespace

std::vector<ModelTensor> LayOutModelTensors(const CheckpointConfig& config) {
  return Layout(config).Make();
}

}  // namespace chatglm
