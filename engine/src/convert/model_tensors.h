#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/checkpoint.h"

namespace chatglm {

/// What a tensor is in the network; precision is chosen by it.
enum class TensorRole {
  kEmbedding,
  kOutput,
  kVector,  ///< norms and the bias
  kAttentionQkv,
  kAttentionOutput,
  kFeedForwardUp,
  kFeedForwardDown,
};

/// How a checkpoint holds the numbers of a tensor.
enum class SourceEncoding { kF16, kBf16, kF32, kInt8, kInt4 };

/// Of plain floats; nothing for other types.
std::optional<SourceEncoding> FloatEncodingOf(DataType type);

/// "int4", as in ModelDescription::weight_type.
std::string SourceEncodingName(SourceEncoding encoding);

/// One tensor that the GGUF file gets, and where its numbers are. Points into the Checkpoint.
struct ModelTensor {
  std::string name;         ///< in GGUF: "blk.0.attn_qkv.weight"
  std::string source_name;  ///< in the checkpoint
  TensorRole role = TensorRole::kVector;
  std::uint32_t layer = 0;
  std::uint64_t rows = 1;
  std::uint64_t columns = 0;
  SourceEncoding encoding = SourceEncoding::kF16;
  const TensorRecord* weight = nullptr;  ///< null in a mere layout
  const TensorRecord* scale = nullptr;   ///< one a row; of kInt8 and kInt4 only

  bool IsBlockMatrix() const {
    return role != TensorRole::kEmbedding && role != TensorRole::kOutput &&
           role != TensorRole::kVector;
  }

  /// Bytes of a row in the checkpoint.
  std::uint64_t SourceRowBytes() const;
};

/// All tensors of the network that `config` describes, in the order of the GGUF file, without
/// their numbers.
std::vector<ModelTensor> LayOutModelTensors(const CheckpointConfig& config);

/// The same with the numbers of a checkpoint. Throws EngineError(kMissingTensor) or
/// (kInvalidCheckpoint) naming the tensor when the checkpoint does not hold exactly the network
/// that its configuration describes.
std::vector<ModelTensor> ResolveModelTensors(const Checkpoint& checkpoint);

}  // namespace chatglm
