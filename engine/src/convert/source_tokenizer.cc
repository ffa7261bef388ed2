#include "convert/source_tokenizer.h"

#include <system_error>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

std::vector<Piece> ReadSourceTokenizer(const std::filesystem::path& folder,
                                       const std::filesystem::path& tokenizer) {
  const std::filesystem::path path = tokenizer.empty() ? folder / "tokenizer.model" : tokenizer;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    throw EngineError(ErrorCode::kInvalidTokenizer,
                      PathToUtf8(path) +
                          " is missing. Put the tokenizer.model that was published "
                          "with the model beside the weights.",
                      {"tokenizer_missing", PathToUtf8(folder), {}});
  }
  return ReadSentencePieceModel(path);
}

}  // namespace chatglm
