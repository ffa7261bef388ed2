#pragma once

#include <filesystem>
#include <vector>

#include "checkpoint/sentencepiece_model.h"

namespace chatglm {

/// Reads the tokenizer that belongs to a checkpoint: `tokenizer`, or tokenizer.model in `folder`
/// when that is empty. Throws EngineError(kInvalidTokenizer) when there is none.
std::vector<Piece> ReadSourceTokenizer(const std::filesystem::path& folder,
                                       const std::filesystem::path& tokenizer);

}  // namespace chatglm
