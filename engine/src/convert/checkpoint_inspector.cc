#include "convert/checkpoint_inspector.h"

#include "convert/model_tensors.h"
#include "convert/source_tokenizer.h"
#include "convert/tensor_types.h"
#include "convert/token_table.h"
#include "support/utf8.h"

namespace chatglm {

ModelDescription InspectCheckpoint(const std::filesystem::path& folder) {
  const Checkpoint checkpoint(folder);
  const CheckpointConfig& config = checkpoint.config();
  const std::vector<ModelTensor> tensors = ResolveModelTensors(checkpoint);
  // Only for what it refuses.
  MakeTokenTable(ReadSourceTokenizer(folder, {}), config.family, config.vocabulary_size);

  ModelDescription description;
  description.path = PathToUtf8(folder);
  description.format = "checkpoint";
  description.family = config.family;
  description.weight_type = SourceEncodingName(DominantEncoding(tensors));
  description.size_bytes = checkpoint.size_bytes();
  for (const ModelTensor& tensor : tensors) {
    description.parameter_count += tensor.rows * tensor.columns;
  }
  description.layer_count = config.layer_count;
  description.hidden_size = config.hidden_size;
  description.feed_forward_size = config.feed_forward_size;
  description.head_count = config.head_count;
  description.kv_head_count = config.kv_head_count;
  description.vocabulary_size = config.vocabulary_size;
  description.context_length = config.context_length;
  description.rope_scale = config.rope_scale;
  description.rope_base = config.rope_base;
  return description;
}

}  // namespace chatglm
