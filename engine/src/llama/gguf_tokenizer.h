#pragma once

#include <vector>

#include "llama/gguf_values.h"
#include "text/tokenizer.h"

namespace chatglm {

/// The SentencePiece pieces that a GGUF header holds. Special tokens and padding behind them are
/// left out by their types, so files of other converters are read too, whatever they call those.
/// Throws EngineError(kWrongArchitecture or kInvalidGguf).
std::vector<Piece> ReadPieces(const GgufValues& values, std::uint32_t vocabulary_size);

}  // namespace chatglm
