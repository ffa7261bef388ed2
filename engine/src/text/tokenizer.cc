#include "text/tokenizer.h"

#include <algorithm>
#include <queue>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::string_view kSpace = "\xE2\x96\x81";  // ▁

std::string Escape(std::string_view text) {
  std::string escaped(kSpace);
  escaped.reserve(text.size() + 16);
  for (const char byte : text) {
    if (byte == ' ') {
      escaped += kSpace;
    } else {
      escaped += byte;
    }
  }
  return escaped;
}

std::string Unescape(std::string_view piece) {
  std::string text;
  while (!piece.empty()) {
    if (piece.starts_with(kSpace)) {
      text += ' ';
      piece.remove_prefix(kSpace.size());
    } else {
      text += piece[0];
      piece.remove_prefix(1);
    }
  }
  return text;
}

/// A run of code points in a doubly linked list; merging extends the left one.
struct Symbol {
  std::size_t begin;
  std::size_t length;  // 0: merged into another one
  int previous;
  int next;
};

struct Merge {
  float score;
  int left;
  int right;
  std::size_t length;  // of both together, to recognise an outdated entry

  bool operator<(const Merge& other) const {
    return score < other.score || (score == other.score && left > other.left);
  }
};

std::vector<Symbol> SplitCodePoints(std::string_view text) {
  std::vector<Symbol> symbols;
  symbols.reserve(text.size());
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t length = DecodeUtf8(text.substr(begin)).length;
    const int index = static_cast<int>(symbols.size());
    symbols.push_back({begin, length, index - 1, index + 1});
    begin += length;
  }
  if (!symbols.empty()) symbols.back().next = -1;
  return symbols;
}

int ByteValue(const Piece& piece) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  const std::string& text = piece.text;
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return -1;
  const int high = digit(text[3]);
  const int low = digit(text[4]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

Tokenizer::Tokenizer(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {
  std::fill(std::begin(byte_ids_), std::end(byte_ids_), -1);
  normal_ids_.reserve(pieces_.size());
  for (TokenId id = 0; id < piece_count(); ++id) {
    const Piece& piece = pieces_[id];
    if (piece.type == PieceType::kNormal) normal_ids_.emplace(piece.text, id);
    if (piece.type == PieceType::kByte) {
      const int value = ByteValue(piece);
      if (value >= 0) byte_ids_[value] = id;
    }
  }
  if (std::find(std::begin(byte_ids_), std::end(byte_ids_), -1) != std::end(byte_ids_)) {
    throw EngineError(ErrorCode::kInvalidTokenizer,
                      "The tokenizer lacks byte pieces, so it is not one of the ChatGLM2 family. "
                      "Use the tokenizer.model that belongs to the model.");
  }
}

const Piece* Tokenizer::FindPiece(TokenId id) const {
  return id >= 0 && id < piece_count() ? &pieces_[id] : nullptr;
}

std::optional<TokenId> Tokenizer::FindNormal(std::string_view text) const {
  const auto found = normal_ids_.find(text);
  if (found == normal_ids_.end()) return std::nullopt;
  return found->second;
}

void Tokenizer::AppendBytes(std::string_view text, std::vector<TokenId>& ids) const {
  for (const char byte : text) ids.push_back(byte_ids_[static_cast<unsigned char>(byte)]);
}

std::vector<TokenId> Tokenizer::Encode(std::string_view text) const {
  std::vector<TokenId> ids;
  if (text.empty()) return ids;
  const std::string escaped = Escape(text);
  const std::string_view view = escaped;
  std::vector<Symbol> symbols = SplitCodePoints(view);

  std::priority_queue<Merge> merges;
  const auto propose = [&](int left, int right) {
    if (left < 0 || right < 0) return;
    const std::size_t length = symbols[left].length + symbols[right].length;
    const auto id = FindNormal(view.substr(symbols[left].begin, length));
    if (id) merges.push({pieces_[*id].score, left, right, length});
  };
  for (int i = 1; i < static_cast<int>(symbols.size()); ++i) propose(i - 1, i);

  while (!merges.empty()) {
    const Merge merge = merges.top();
    merges.pop();
    Symbol& left = symbols[merge.left];
    Symbol& right = symbols[merge.right];
    if (left.length == 0 || right.length == 0 || left.length + right.length != merge.length) {
      continue;
    }
    left.length = merge.length;
    left.next = right.next;
    right.length = 0;
    if (left.next >= 0) symbols[left.next].previous = merge.left;
    propose(left.previous, merge.left);
    propose(merge.left, left.next);
  }

  for (int i = 0; i >= 0; i = symbols[i].next) {
    const std::string_view symbol = view.substr(symbols[i].begin, symbols[i].length);
    const auto id = FindNormal(symbol);
    if (id) {
      ids.push_back(*id);
    } else {
      AppendBytes(symbol, ids);
    }
  }
  return ids;
}

std::string Tokenizer::Decode(const std::vector<TokenId>& ids) const {
  TokenDecoder decoder(*this);
  std::string text;
  for (const TokenId id : ids) text += decoder.Add(id);
  return text + decoder.Finish();
}

std::string Tokenizer::Bytes(TokenId id) const {
  const Piece* piece = FindPiece(id);
  if (!piece || piece->type == PieceType::kControl || piece->type == PieceType::kUnknown) return "";
  if (piece->type == PieceType::kByte) return {static_cast<char>(ByteValue(*piece))};
  return Unescape(piece->text);
}

std::string TokenDecoder::Add(TokenId id) {
  const Piece* piece = tokenizer_.FindPiece(id);
  if (!piece || piece->type == PieceType::kControl || piece->type == PieceType::kUnknown) return "";
  if (piece->type == PieceType::kByte) {
    bytes_ += static_cast<char>(ByteValue(*piece));
    const std::size_t tail = IncompleteUtf8Tail(bytes_);
    const std::string whole = bytes_.substr(0, bytes_.size() - tail);
    bytes_.erase(0, whole.size());
    if (!whole.empty()) is_empty_ = false;
    return ReplaceInvalidUtf8(whole);
  }
  std::string text = FlushBytes();
  std::string_view surface = piece->text;
  // SentencePiece drops one dummy space, which may stand in a piece of its own.
  if (is_empty_ && !dropped_space_ && surface.starts_with(kSpace)) {
    surface.remove_prefix(kSpace.size());
    dropped_space_ = true;
  }
  if (!surface.empty()) is_empty_ = false;
  return text + Unescape(surface);
}

std::string TokenDecoder::FlushBytes() {
  if (bytes_.empty()) return "";
  is_empty_ = false;
  std::string text = ReplaceInvalidUtf8(bytes_);
  bytes_.clear();
  return text;
}

std::string TokenDecoder::Finish() { return FlushBytes(); }

}  // namespace chatglm
