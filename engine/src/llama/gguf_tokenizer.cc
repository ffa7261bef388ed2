#include "llama/gguf_tokenizer.h"

#include "support/engine_error.h"

namespace chatglm {
namespace {

/// The numbers of tokenizer.ggml.token_type are SentencePiece's.
PieceType PieceTypeFromGguf(std::int32_t type) {
  return type >= 1 && type <= 6 ? static_cast<PieceType>(type) : PieceType::kUnused;
}

}  // namespace

std::vector<Piece> ReadPieces(const GgufValues& values, std::uint32_t vocabulary_size) {
  const std::string kind = values.RequireString("tokenizer.ggml.model");
  if (kind != "llama") {
    throw EngineError(ErrorCode::kWrongArchitecture,
                      "This file has a \"" + kind +
                          "\" tokenizer, as GLM-4 does. Only models with the SentencePiece "
                          "tokenizer of ChatGLM2, ChatGLM3 and CodeGeeX2 are supported.",
                      {"other_model", {}, kind});
  }
  const auto texts = values.RequireStrings("tokenizer.ggml.tokens");
  const auto scores = values.RequireFloats("tokenizer.ggml.scores");
  const auto types = values.RequireIntegers("tokenizer.ggml.token_type");
  if (texts.size() != scores.size() || texts.size() != types.size() ||
      texts.size() != vocabulary_size) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      "The tokenizer in the model file does not fit its weights (" +
                          std::to_string(texts.size()) + " tokens for " +
                          std::to_string(vocabulary_size) +
                          " rows). Convert or download the model again.");
  }
  std::vector<Piece> pieces;
  std::size_t count = 0;
  pieces.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    pieces.push_back({texts[i], scores[i], PieceTypeFromGguf(types[i])});
    const PieceType type = pieces.back().type;
    if (type == PieceType::kNormal || type == PieceType::kByte) count = i + 1;
  }
  if (count + 5 > texts.size()) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      "The model file has no room for the special tokens behind its " +
                          std::to_string(count) + " pieces. Convert or download it again.");
  }
  pieces.resize(count);
  return pieces;
}

}  // namespace chatglm
