#include "convert/token_table.h"

#include <unordered_set>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

// Below every piece, so that they would lose even if a merge could make them.
constexpr float kSpecialScore = -100000.0f;

std::vector<std::string> SpecialTexts(ModelFamily family) {
  std::vector<std::string> texts{"[MASK]", "[gMASK]", "[sMASK]", "<|sop|>", "<|eop|>"};
  if (family == ModelFamily::kChatGlm3) {
    texts.insert(texts.end(), {"<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"});
  }
  return texts;
}

void Add(TokenTable& table, std::string text, float score, PieceType type) {
  table.texts.push_back(std::move(text));
  table.scores.push_back(score);
  table.types.push_back(static_cast<std::int32_t>(type));
}

void CheckUnique(const TokenTable& table) {
  std::unordered_set<std::string_view> texts;
  for (const std::string& text : table.texts) {
    if (texts.insert(text).second) continue;
    throw EngineError(ErrorCode::kInvalidTokenizer,
                      "The tokenizer has a piece " + QuoteForMessage(text) +
                          " of its own. Use the tokenizer.model that was published with the model.",
                      {"tokenizer_wrong", "tokenizer.model", {}});
  }
}

}  // namespace

TokenTable MakeTokenTable(const std::vector<Piece>& pieces, ModelFamily family,
                          std::uint32_t vocabulary_size) {
  const std::vector<std::string> specials = SpecialTexts(family);
  if (pieces.size() + specials.size() > vocabulary_size) {
    throw EngineError(ErrorCode::kInvalidTokenizer,
                      "The tokenizer has " + std::to_string(pieces.size()) +
                          " pieces, too many for the model's vocabulary of " +
                          std::to_string(vocabulary_size) +
                          ". Use the tokenizer.model that was published with the model.",
                      {"tokenizer_wrong", "tokenizer.model", {}});
  }
  TokenTable table;
  for (const Piece& piece : pieces) Add(table, piece.text, piece.score, piece.type);
  for (const std::string& text : specials) Add(table, text, kSpecialScore, PieceType::kControl);
  while (table.texts.size() < vocabulary_size) {
    Add(table, "[PAD" + std::to_string(table.texts.size()) + "]", kSpecialScore,
        PieceType::kUnused);
  }
  CheckUnique(table);
  return table;
}

}  // namespace chatglm
