#pragma once

#include <memory>
#include <string>

#include "checkpoint/sentencepiece_model.h"
#include "goldens.h"
#include "text/tokenizer.h"

namespace chatglm::test {

struct OfficialTokenizer {
  std::string name;
  std::string model;    ///< below the folder of goldens
  std::string goldens;  ///< below its tokenizer/
};

inline const OfficialTokenizer kOfficialTokenizers[] = {
    {"Official", "tokenizer/tokenizer.model", "tokenizer_goldens.json"},
    {"Small", "models/tiny/tokenizer.model", "small_tokenizer_goldens.json"},
};

inline std::unique_ptr<Tokenizer> LoadTokenizer(const OfficialTokenizer& official) {
  return std::make_unique<Tokenizer>(ReadSentencePieceModel(GoldensFolder() / official.model));
}

}  // namespace chatglm::test
