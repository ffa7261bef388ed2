#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/piece.h"

namespace chatglm {

/// Reads tokenizer.model. Throws EngineError(kFileNotFound), (kLfsPointer), or (kInvalidTokenizer)
/// when it is malformed or no BPE model with byte fall-back as ChatGLM2's is, whose rules the
/// engine implements.
std::vector<Piece> ReadSentencePieceModel(const std::filesystem::path& path);

/// The same from bytes; `name` stands in messages.
std::vector<Piece> ParseSentencePieceModel(std::string_view bytes, const std::string& name);

}  // namespace chatglm
