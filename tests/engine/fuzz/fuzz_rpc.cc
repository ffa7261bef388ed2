#include "fuzz/fuzz_rpc.h"

#include <cstdlib>

#include "rpc/dispatcher.h"
#include "rpc/framing.h"
#include "rpc/messages.h"
#include "support/engine_error.h"

namespace chatglm::fuzz {
namespace {

using nlohmann::json;

/// Checks what the engine writes, and reads nothing.
class CheckingTransport : public Transport {
 public:
  std::size_t Read(std::span<char>) override { return 0; }
  bool Write(std::span<const char> bytes) override {
    frames_.Feed({bytes.data(), bytes.size()});
    while (const auto frame = frames_.Next()) {
      if (frame->problem || !json::accept(frame->content)) std::abort();
    }
    return true;
  }
  void StopReading() override {}

 private:
  FrameReader frames_;
};

constexpr void (*kParsers[])(const json&) = {
    [](const json& params) { ParsePath(params, "path"); },
    [](const json& params) { ParseLoad(params); },
    [](const json& params) { ParseFit(params); },
    [](const json& params) { ParseBenchmark(params); },
    [](const json& params) { ParseConvert(params); },
    [](const json& params) { ParseConvertAdapter(params); },
    [](const json& params) { ParseTokenize(params); },
    [](const json& params) { ParseDetokenize(params); },
    [](const json& params) { ParseScore(params); },
    [](const json& params) { ParseChat(params); },
    [](const json& params) { ParseCount(params); },
    [](const json& params) { ParsePrepare(params); },
    [](const json& params) { ParseCompletion(params); },
};

}  // namespace

void ReceiveFrames(std::string_view bytes) {
  constexpr std::size_t kPieceBytes = 61;
  CheckingTransport transport;
  Outbox outbox(transport);
  Dispatcher dispatcher(outbox);
  dispatcher.On("chat.generate", [](const json& params, Call& call) {
    ParseChat(params);
    call.ReportProgress(params);
    return params;
  });
  FrameReader frames;
  while (!bytes.empty()) {
    frames.Feed(bytes.substr(0, kPieceBytes));
    bytes.remove_prefix(std::min(bytes.size(), kPieceBytes));
    while (const auto frame = frames.Next()) {
      if (frame->problem == FrameReader::Problem::kNoHeaderEnd) return;
      if (frame->problem) {
        dispatcher.ReceiveBroken("broken");
      } else {
        dispatcher.Receive(frame->content);
      }
    }
  }
}

void ParseParams(std::string_view bytes) {
  const json params = json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (params.is_discarded()) return;
  for (const auto parse : kParsers) {
    try {
      parse(params);
    } catch (const EngineError& error) {
      if (error.code() != ErrorCode::kInvalidParams) std::abort();
    }
  }
}

}  // namespace chatglm::fuzz
