#pragma once

#include <string_view>

namespace chatglm::fuzz {

/// `bytes` as a text that a person or a model wrote, through the tokenizer, the
/// prompts and the reply. What comes out must be UTF-8, and the same in pieces
/// as at once.
void HandleText(std::string_view bytes);

}  // namespace chatglm::fuzz
