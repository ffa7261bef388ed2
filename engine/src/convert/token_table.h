#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/sentencepiece_model.h"
#include "support/model_description.h"

namespace chatglm {

/// The vocabulary as GGUF holds it, one entry a row of the embedding.
struct TokenTable {
  std::vector<std::string> texts;
  std::vector<float> scores;
  std::vector<std::int32_t> types;  ///< numbers of PieceType
};

/// The pieces, then the special tokens that the official code counts up after them, then padding.
/// The specials get texts that no merge can make, as llama.cpp's tokenizer merges into any text of
/// the vocabulary: a token named `sop` would end up in "philosopher". Throws
/// EngineError(kInvalidTokenizer) when they do not fit in `vocabulary_size`.
TokenTable MakeTokenTable(const std::vector<Piece>& pieces, ModelFamily family,
                          std::uint32_t vocabulary_size);

}  // namespace chatglm
