#include "checkpoint/sentencepiece_model.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <unordered_set>

#include "checkpoint/file_kind.h"
#include "checkpoint/protobuf_reader.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{32} << 20;
constexpr std::size_t kMaxPieces = 1'000'000;
constexpr std::size_t kMaxPieceBytes = 1024;
constexpr std::uint64_t kBpe = 2;
constexpr int kByteCount = 256;

class ModelParser {
 public:
  ModelParser(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  std::vector<Piece> Parse() {
    ProtobufReader model = Reader(bytes_);
    while (model.Next()) {
      if (model.field() == 1) AddPiece(model.Bytes());
      if (model.field() == 2) ReadTrainerSpec(model.Bytes());
      if (model.field() == 3) ReadNormalizerSpec(model.Bytes());
    }
    CheckRules();
    CheckPieces();
    return std::move(pieces_);
  }

 private:
  ProtobufReader Reader(std::string_view bytes) const {
    return {bytes, EngineError(
                       ErrorCode::kInvalidTokenizer,
                       name_ + " is no tokenizer that can be read. Download tokenizer.model again.",
                       {"tokenizer_wrong", name_, {}})};
  }

  void AddPiece(std::string_view bytes) {
    Piece piece;
    ProtobufReader reader = Reader(bytes);
    while (reader.Next()) {
      if (reader.field() == 1) piece.text = reader.Bytes();
      if (reader.field() == 2) piece.score = reader.Float();
      if (reader.field() == 3) {
        if (reader.Number() < 1 || reader.Number() > 6) Refuse("has a piece of unknown type");
        piece.type = static_cast<PieceType>(reader.Number());
      }
    }
    pieces_.push_back(std::move(piece));
    if (pieces_.size() > kMaxPieces) Refuse("has too many pieces");
  }

  void ReadTrainerSpec(std::string_view bytes) {
    ProtobufReader reader = Reader(bytes);
    while (reader.Next()) {
      if (reader.field() == 3) is_bpe_ = reader.Number() == kBpe;
      if (reader.field() == 24) treats_space_as_suffix_ = reader.Number() != 0;
      if (reader.field() == 35) has_byte_fallback_ = reader.Number() != 0;
    }
  }

  void ReadNormalizerSpec(std::string_view bytes) {
    ProtobufReader reader = Reader(bytes);
    while (reader.Next()) {
      if (reader.field() == 2) has_character_map_ = !reader.Bytes().empty();
      if (reader.field() == 3) adds_dummy_prefix_ = reader.Number() != 0;
      if (reader.field() == 4) removes_extra_spaces_ = reader.Number() != 0;
      if (reader.field() == 5) escapes_spaces_ = reader.Number() != 0;
    }
  }

  void CheckRules() const {
    if (pieces_.empty()) Refuse("has no pieces");
    if (!is_bpe_) Refuse("is no BPE model");
    if (!has_byte_fallback_) Refuse("has no byte fall-back");
    if (treats_space_as_suffix_) Refuse("puts spaces after words");
    if (has_character_map_) Refuse("normalises characters");
    if (!adds_dummy_prefix_) Refuse("puts no space before a text");
    if (removes_extra_spaces_) Refuse("removes spaces");
    if (!escapes_spaces_) Refuse("does not escape spaces");
  }

  void CheckPieces() const {
    std::unordered_set<std::string_view> texts;
    int byte_count = 0;
    for (const Piece& piece : pieces_) {
      if (piece.text.empty() || piece.text.size() > kMaxPieceBytes ||
          piece.text.find('\0') != std::string::npos || !IsValidUtf8(piece.text)) {
        Refuse("has a piece that is no text");
      }
      if (!std::isfinite(piece.score)) Refuse("has a piece without a score");
      if (!texts.insert(piece.text).second) {
        Refuse("has the piece " + QuoteForMessage(piece.text) + " twice");
      }
      if (piece.type == PieceType::kUserDefined) Refuse("has pieces added by hand");
      if (piece.type == PieceType::kByte) CheckByte(piece, byte_count++);
    }
    if (byte_count != kByteCount) Refuse("does not have one piece for each byte");
    if (pieces_.front().type != PieceType::kUnknown) Refuse("does not begin with <unk>");
    if (pieces_.size() < 3 || pieces_[2].text != "</s>") Refuse("has no </s> as its third piece");
  }

  void CheckByte(const Piece& piece, int value) const {
    std::array<char, 8> expected{};
    std::snprintf(expected.data(), expected.size(), "<0x%02X>", value & 0xFF);
    if (piece.text != expected.data()) Refuse("has its bytes out of order");
  }

  [[noreturn]] void Refuse(const std::string& what) const {
    throw EngineError(ErrorCode::kInvalidTokenizer,
                      name_ + " " + what +
                          ", so it is not the tokenizer of this model. Use the "
                          "tokenizer.model that was published with the model.",
                      {"tokenizer_wrong", name_, {}});
  }

  std::string_view bytes_;
  const std::string& name_;
  std::vector<Piece> pieces_;
  // The values that sentencepiece takes when a field is absent.
  bool is_bpe_ = false;
  bool has_byte_fallback_ = false;
  bool treats_space_as_suffix_ = false;
  bool has_character_map_ = false;
  bool adds_dummy_prefix_ = true;
  bool removes_extra_spaces_ = true;
  bool escapes_spaces_ = true;
};

}  // namespace

std::vector<Piece> ReadSentencePieceModel(const std::filesystem::path& path) {
  const auto file = FileReader::Open(path);
  const FileKind kind = DetectFileKind(*file);
  if (kind != FileKind::kOther) {
    if (kind == FileKind::kLfsPointer || kind == FileKind::kWebPage || kind == FileKind::kEmpty) {
      ThrowNotWeights(kind, file->name());
    }
  }
  if (file->size() > kMaxFileBytes) {
    throw EngineError(ErrorCode::kInvalidTokenizer,
                      file->name() +
                          " is far too large for a tokenizer. Download tokenizer.model "
                          "again.",
                      {"tokenizer_wrong", file->name(), {}});
  }
  return ParseSentencePieceModel(file->ReadAll(kMaxFileBytes), file->name());
}

std::vector<Piece> ParseSentencePieceModel(std::string_view bytes, const std::string& name) {
  return ModelParser(bytes, name).Parse();
}

}  // namespace chatglm
