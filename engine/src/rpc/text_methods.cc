#include "rpc/messages.h"
#include "rpc/methods.h"

namespace chatglm {
namespace {

using nlohmann::json;

json Generate(Engine& engine, const GenerateRequest& request, Call& call) {
  GenerateListener listener;
  listener.on_text = [&call](std::string_view text) {
    call.ReportProgress({{"type", "text"}, {"text", text}});
  };
  listener.on_token = [&call](const ChosenToken& token) {
    call.ReportProgress({{"type", "token"}, {"token", ToJson(token)}});
  };
  listener.on_reading = [&call](std::uint32_t read_tokens, std::uint32_t prompt_tokens) {
    call.ReportProgress(
        {{"type", "reading"}, {"readTokens", read_tokens}, {"promptTokens", prompt_tokens}});
  };
  return ToJson(engine.Generate(request, std::move(listener), call.stop_flag()));
}

}  // namespace

void BindTextMethods(Dispatcher& dispatcher, Engine& engine) {
  dispatcher.On("chat.generate", [&engine](const json& params, Call& call) {
    return Generate(engine, ParseChat(params), call);
  });

  dispatcher.On("chat.count", [&engine](const json& params, Call&) {
    return ToJson(engine.Count(ParseCount(params)));
  });

  dispatcher.On("chat.prepare", [&engine](const json& params, Call& call) {
    return json{{"readyTokens", engine.Prepare(ParsePrepare(params), call.stop_flag())}};
  });

  dispatcher.On("cache.clear", [&engine](const json& params, Call&) {
    engine.ClearCache(ParseClearCache(params));
    return json();
  });

  dispatcher.On("completion.generate", [&engine](const json& params, Call& call) {
    return Generate(engine, ParseCompletion(params), call);
  });

  dispatcher.On("text.tokenize", [&engine](const json& params, Call&) {
    const auto [text, with_prefix] = ParseTokenize(params);
    return json{{"ids", engine.Tokenize(text, with_prefix)}};
  });

  dispatcher.On("text.detokenize", [&engine](const json& params, Call&) {
    return json{{"text", engine.Detokenize(ParseDetokenize(params))}};
  });

  dispatcher.On("text.score", [&engine](const json& params, Call& call) {
    return ToJson(engine.Score(ParseScore(params), call.stop_flag()));
  });
}

}  // namespace chatglm
