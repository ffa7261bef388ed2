#include "fuzz/fuzz_text.h"

#include <algorithm>
#include <cstdlib>

#include "checkpoint/sentencepiece_model.h"
#include "support/utf8.h"
#include "text/prompt_format.h"
#include "text/reply_text.h"
#include "text/tokenizer.h"

namespace chatglm::fuzz {
namespace {

constexpr std::size_t kMostReplyBytes = 2 * 8192;  // no reply has more tokens than 8192

void Require(bool holds) {
  if (!holds) std::abort();
}

const Tokenizer& DemoTokenizer() {
  static const Tokenizer tokenizer(
      ReadSentencePieceModel(CHATGLM_SOURCE_FOLDER "/tests/fixtures/corpus/tokenizer/demo"));
  return tokenizer;
}

void CheckTokens(std::string_view text) {
  const Tokenizer& tokenizer = DemoTokenizer();
  const auto ids = tokenizer.Encode(text);
  for (const TokenId id : ids) Require(tokenizer.FindPiece(id) != nullptr);
  const std::string whole = tokenizer.Decode(ids);
  Require(IsValidUtf8(whole));
  TokenDecoder decoder(tokenizer);
  std::string pieces;
  for (const TokenId id : ids) pieces += decoder.Add(id);
  Require(pieces + decoder.Finish() == whole);
}

void CheckPrompts(const std::string& text) {
  const std::vector<Round> rounds = {{text, text}};
  for (const auto family : {ModelFamily::kChatGlm2, ModelFamily::kChatGlm3}) {
    const PromptFormat format(family, DemoTokenizer());
    format.Conversation(rounds, text);
    format.NextTurn(2, text);
    format.Completion(text);
  }
}

/// The bytes as ids, special ones among them, with a beginning of them as a
/// stop string.
void CheckReply(std::string_view bytes) {
  const Tokenizer& tokenizer = DemoTokenizer();
  for (const bool is_chat : {true, false}) {
    ReplyRules rules{.is_chat = is_chat, .stop_strings = {}};
    if (bytes.size() > 2) rules.stop_strings = {"\n", ReplaceInvalidUtf8(bytes.substr(0, 2))};
    ReplyText reply(tokenizer, rules);
    std::string told;
    for (std::size_t i = 1; i < bytes.size(); i += 2) {
      const int id =
          static_cast<unsigned char>(bytes[i - 1]) * 256 + static_cast<signed char>(bytes[i]);
      const std::string piece = reply.Add(id % (tokenizer.piece_count() + 8));
      Require(IsValidUtf8(piece));
      told += piece;
    }
    told += reply.Finish(!is_chat);
    Require(told == reply.text() && IsValidUtf8(told));
  }
}

}  // namespace

void HandleText(std::string_view bytes) {
  const std::string text = ReplaceInvalidUtf8(bytes);
  Require(IsValidUtf8(text) && IsValidUtf8(QuoteForMessage(bytes)));
  Require(IsValidUtf8(bytes) == (text == bytes));
  Require(IncompleteUtf8Tail(bytes) <= std::min<std::size_t>(3, bytes.size()));
  CheckTokens(bytes);
  CheckTokens(text);
  CheckPrompts(std::string(bytes));
  CheckReply(bytes.substr(0, kMostReplyBytes));
}

}  // namespace chatglm::fuzz
