#pragma once

#include <string>

namespace chatglm {

/// Numbers as in sentencepiece_model.proto, which GGUF has taken over.
enum class PieceType {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6
};

/// An entry of a SentencePiece vocabulary.
struct Piece {
  std::string text;
  float score = 0;
  PieceType type = PieceType::kNormal;
};

}  // namespace chatglm
