#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "checkpoint/archive_builder.h"
#include "checkpoint/sentencepiece_model.h"

namespace chatglm {

/// Writes tokenizer.model files that hold nothing of the official one.
class TokenizerBuilder {
 public:
  /// The pieces that every such tokenizer begins with, and a few words.
  TokenizerBuilder() {
    Add("<unk>", 0, PieceType::kUnknown).Add("<s>", 0, PieceType::kControl);
    Add("</s>", 0, PieceType::kControl);
    for (int byte = 0; byte < 256; ++byte) {
      char text[8];
      std::snprintf(text, sizeof text, "<0x%02X>", byte);
      Add(text, 0, PieceType::kByte);
    }
    float score = 0;
    for (const char* text : {"\u2581", "a", "b", "ab", "\u2581ab", "\u4f60\u597d"}) {
      Add(text, score--, PieceType::kNormal);
    }
  }

  TokenizerBuilder& Add(const std::string& text, float score, PieceType type) {
    pieces_.push_back({text, score, type});
    return *this;
  }

  std::vector<Piece>& pieces() { return pieces_; }

  /// Fields of trainer_spec and normalizer_spec; the defaults are those of ChatGLM2.
  std::string trainer_spec = Field(3, 2) + Field(35, 1) + Field(25, 1);
  std::string normalizer_spec = Bytes(1, "identity") + Field(3, 1) + Field(4, 0) + Field(5, 1);

  std::string Build() const {
    std::string model;
    for (const Piece& piece : pieces_) {
      std::uint32_t score = 0;
      std::memcpy(&score, &piece.score, sizeof score);
      std::string message = Bytes(1, piece.text) + Varint(2 << 3 | 5);
      AppendNumber(message, score, 4);
      if (piece.type != PieceType::kNormal) {
        message += Field(3, static_cast<std::uint64_t>(piece.type));
      }
      model += Bytes(1, message);
    }
    return model + Bytes(2, trainer_spec) + Bytes(3, normalizer_spec);
  }

  static std::string Varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
  }
  static std::string Field(std::uint64_t number, std::uint64_t value) {
    return Varint(number << 3) + Varint(value);
  }
  static std::string Bytes(std::uint64_t number, const std::string& bytes) {
    return Varint(number << 3 | 2) + Varint(bytes.size()) + bytes;
  }

 private:
  std::vector<Piece> pieces_;
};

}  // namespace chatglm
