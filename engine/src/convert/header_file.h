#pragma once

#include <memory>

#include "convert/converter.h"
#include "convert/model_tensors.h"
#include "support/sparse_file.h"

namespace chatglm {

/// A model that is described but not there.
struct ModelShape {
  ModelFamily family = ModelFamily::kChatGlm2;
  SourceEncoding encoding = SourceEncoding::kF16;  ///< of the matrices, as published
  OutputType convert_to = OutputType::kSource;
  std::uint32_t context_length = 0;
  std::uint32_t layer_count = 0;
  std::uint32_t hidden_size = 0;
  std::uint32_t feed_forward_size = 0;
  std::uint32_t head_count = 0;
  std::uint32_t kv_head_count = 0;
  std::uint32_t vocabulary_size = 0;
};

/// What the checkpoint of such a model would say of itself. Throws EngineError(kInvalidParams) for
/// sizes that do not fit each other.
CheckpointConfig ConfigOf(const ModelShape& shape);

/// Its tensors. The official INT4 and INT8 have their blocks in them and the rest in half
/// precision. Throws what ConfigOf throws.
std::vector<ModelTensor> LayOutModelTensors(const ModelShape& shape);

/// A GGUF file with the tensors that Convert would write for the checkpoint in `folder`, all of
/// them zero and without room on the disk, and with no vocabulary: memory use can be computed from
/// it. fp32 that kSource narrows only when every number fits is taken as it is. Throws what
/// Convert throws for the headers.
std::unique_ptr<TemporarySparseFile> MakeHeaderFile(const std::filesystem::path& folder,
                                                    OutputType type);

/// The same for a shape. Throws EngineError(kInvalidParams) for sizes that do not fit each other.
std::unique_ptr<TemporarySparseFile> MakeHeaderFile(const ModelShape& shape);

}  // namespace chatglm
