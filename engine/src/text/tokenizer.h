#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "support/piece.h"

namespace chatglm {

using TokenId = std::int32_t;

/// SentencePiece BPE with byte fallback and a dummy prefix, as the ChatGLM2 family uses it. User
/// text never becomes a special token: those exist as ids only, numbered from the piece count on.
/// Immutable, so any thread may use it.
/// Source: google/sentencepiece, src/bpe_model.cc and SentencePieceProcessor::Decode.
class Tokenizer {
 public:
  /// `pieces` are those of the SentencePiece model alone, without the special tokens behind them.
  /// Throws EngineError(kInvalidTokenizer) when one of the 256 byte pieces is missing.
  explicit Tokenizer(std::vector<Piece> pieces);

  /// Ids of `text` without special tokens; empty for the empty text.
  std::vector<TokenId> Encode(std::string_view text) const;

  /// Text of `ids`. Special and unknown ids give nothing; a byte that is no part of a code point
  /// gives U+FFFD; the dummy space at the beginning is dropped.
  std::string Decode(const std::vector<TokenId>& ids) const;

  /// What `id` writes behind other tokens; part of a character for a byte piece, nothing for a
  /// special id.
  std::string Bytes(TokenId id) const;

  TokenId piece_count() const { return static_cast<TokenId>(pieces_.size()); }
  TokenId gmask_id() const { return piece_count() + 1; }
  TokenId sop_id() const { return piece_count() + 3; }
  TokenId eos_id() const { return 2; }
  /// Ids from here on are padding of the matrices (ChatGLM2) or roles (ChatGLM3).
  TokenId first_role_id() const { return piece_count() + 5; }

  /// The piece with this id, or nothing for a special id.
  const Piece* FindPiece(TokenId id) const;

 private:
  std::optional<TokenId> FindNormal(std::string_view text) const;
  void AppendBytes(std::string_view text, std::vector<TokenId>& ids) const;

  std::vector<Piece> pieces_;
  std::unordered_map<std::string_view, TokenId> normal_ids_;  // views into pieces_
  TokenId byte_ids_[256];
};

/// Turns ids into text one by one. What it has returned is final: bytes that may still become a
/// code point are held back.
class TokenDecoder {
 public:
  /// Unless it is the beginning of a text, a space in front is no dummy and stays.
  explicit TokenDecoder(const Tokenizer& tokenizer, bool is_beginning = true)
      : tokenizer_(tokenizer), is_empty_(is_beginning), dropped_space_(!is_beginning) {}

  /// Text that became certain with `id`.
  std::string Add(TokenId id);
  /// The rest; incomplete characters become U+FFFD.
  std::string Finish();

 private:
  std::string FlushBytes();

  const Tokenizer& tokenizer_;
  std::string bytes_;  // of byte pieces, not yet returned
  bool is_empty_;
  bool dropped_space_;
};

}  // namespace chatglm
