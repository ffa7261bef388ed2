#pragma once

#include <memory>
#include <string>
#include <vector>

#include "convert/gguf_header_builder.h"
#include "convert/gguf_writer.h"
#include "convert/header_file.h"
#include "convert/tensor_types.h"

namespace chatglm::test {

/// ChatGLM2-6B with fewer layers and words.
inline ModelShape WideShape(std::uint32_t layers, OutputType type) {
  ModelShape shape;
  shape.convert_to = type;
  shape.context_length = 32768;
  shape.layer_count = layers;
  shape.hidden_size = 4096;
  shape.feed_forward_size = 13696;
  shape.head_count = 32;
  shape.kv_head_count = 2;
  shape.vocabulary_size = 8192;
  return shape;
}

/// A vocabulary as the official one begins: three control pieces, the bytes, then words.
inline std::vector<Piece> MadeUpPieces(int count) {
  std::vector<Piece> pieces{{"<unk>", 0, PieceType::kUnknown},
                            {"<s>", 0, PieceType::kControl},
                            {"</s>", 0, PieceType::kControl}};
  for (int id = 3; id < count; ++id) {
    char byte[8];
    std::snprintf(byte, sizeof byte, "<0x%02X>", static_cast<unsigned>(id - 3) & 0xFFu);
    pieces.push_back({id < 259 ? byte : "w" + std::to_string(id), static_cast<float>(-id),
                      id < 259 ? PieceType::kByte : PieceType::kNormal});
  }
  return pieces;
}

/// A whole model file of the shape that can be loaded. Its weights are zero, so that they take no
/// room on the disk; in memory they take as much as any.
inline std::unique_ptr<TemporarySparseFile> MakeZeroModel(const ModelShape& shape) {
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
  std::vector<ModelTensor> tensors = LayOutModelTensors(config);
  for (ModelTensor& tensor : tensors) tensor.encoding = shape.encoding;
  const auto types =
      ChooseTensorTypes(tensors, shape.convert_to, shape.layer_count, FloatPolicy::kKeepF32);
  const std::vector<Piece> pieces = MadeUpPieces(static_cast<int>(shape.vocabulary_size) - 235);
  GgufHeaderBuilder builder;
  builder.SetMetadata(config, FileType::kF16, true);
  builder.SetVocabulary(MakeTokenTable(pieces, config.family, config.vocabulary_size),
                        pieces.size());
  builder.AddTensors(tensors, types);
  const auto header = builder.Serialize();
  std::uint64_t size = header.size();
  for (std::size_t i = 0; i < tensors.size(); ++i) size += TensorFileBytes(tensors[i], types[i]);
  return std::make_unique<TemporarySparseFile>(header, size);
}

}  // namespace chatglm::test
