#pragma once

#include <ggml.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
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

/// A quarter of ChatGLM2-6B's width, with fewer words.
inline ModelShape NarrowShape(std::uint32_t layers, OutputType type) {
  ModelShape shape = WideShape(layers, type);
  shape.hidden_size /= 4;
  shape.feed_forward_size /= 4;
  shape.head_count /= 4;
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

/// Random numbers of about the size of real weights, as a type holds them.
inline std::vector<char> RandomWeights(ggml_type type) {
  constexpr std::int64_t kRows = 64;
  constexpr std::int64_t kColumns = 4096;
  std::mt19937 random(1);
  std::uniform_real_distribution<float> draw(-0.05f, 0.05f);
  std::vector<float> numbers(kRows * kColumns);
  for (float& number : numbers) number = draw(random);
  std::vector<char> weights(kRows * ggml_row_size(type, kColumns));
  ggml_quantize_chunk(type, numbers.data(), weights.data(), 0, kRows, kColumns, nullptr);
  return weights;
}

/// Gives all blocks of Q4_0 or Q8_0 the scale of the first one.
inline void ShareScale(std::vector<char>& blocks, std::size_t block_bytes) {
  for (std::size_t at = block_bytes; at < blocks.size(); at += block_bytes) {
    std::copy_n(blocks.begin(), sizeof(ggml_fp16_t),
                blocks.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

/// A whole model file of the shape that can be loaded, with random weights. Those of the official
/// INT4 and INT8 have one scale a row.
inline std::unique_ptr<TemporarySparseFile> MakeRandomModel(const ModelShape& shape) {
  const CheckpointConfig config = ConfigOf(shape);
  const std::vector<ModelTensor> tensors = LayOutModelTensors(shape);
  const auto types =
      ChooseTensorTypes(tensors, shape.convert_to, shape.layer_count, FloatPolicy::kKeepF32);
  const std::vector<Piece> pieces = MadeUpPieces(static_cast<int>(shape.vocabulary_size) - 235);
  GgufHeaderBuilder builder;
  builder.SetMetadata(config, FileType::kF16, true);
  builder.SetVocabulary(MakeTokenTable(pieces, config.family, config.vocabulary_size),
                        pieces.size());
  const std::uint32_t row_scaled_bits = RowScaledBits(tensors, types);
  builder.SetRowScaledBits(row_scaled_bits);
  builder.AddTensors(tensors, types);
  const auto header = builder.Serialize();
  std::uint64_t size = header.size();
  for (std::size_t i = 0; i < tensors.size(); ++i) size += TensorFileBytes(tensors[i], types[i]);
  auto file = std::make_unique<TemporarySparseFile>(header, size);

  std::map<ggml_type, std::vector<char>> weights;
  std::fstream stream(file->path(), std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(static_cast<std::streamoff>(header.size()));
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    std::vector<char>& chunk = weights[types[i]];
    if (chunk.empty()) {
      chunk = RandomWeights(types[i]);
      if (row_scaled_bits != 0 && tensors[i].IsBlockMatrix()) {
        ShareScale(chunk, ggml_type_size(types[i]));
      }
    }
    for (std::uint64_t left = TensorFileBytes(tensors[i], types[i]); left > 0;) {
      const std::uint64_t count = std::min<std::uint64_t>(left, chunk.size());
      stream.write(chunk.data(), static_cast<std::streamsize>(count));
      left -= count;
    }
  }
  if (!stream.flush()) throw std::runtime_error("The random model could not be written.");
  return file;
}

}  // namespace chatglm::test
