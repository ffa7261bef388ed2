#include "rpc/server.h"

#include <array>
#include <atomic>
#include <cstdio>

#ifdef _WIN32
#include <process.h>
#define getpid _getpid
#else
#include <unistd.h>
#endif

#include "rpc/dispatcher.h"
#include "rpc/framing.h"
#include "rpc/methods.h"

namespace chatglm {
namespace {

using nlohmann::json;

constexpr int kProtocolVersion = 1;
constexpr const char* kHelloId = "hello";

json Hello(const std::string& token) {
  return {{"jsonrpc", "2.0"},
          {"id", kHelloId},
          {"method", "engine.hello"},
          {"params",
           {{"token", token},
            {"protocolVersion", kProtocolVersion},
            {"engineVersion", CHATGLM_ENGINE_VERSION},
            {"llamaVersion", LlamaVersion()},
            {"processId", getpid()}}}};
}

/// The frames of a transport, one after the other; nothing when the other side is gone.
class FrameStream {
 public:
  explicit FrameStream(Transport& transport) : transport_(transport) {}

  std::optional<FrameReader::Frame> Next() {
    std::array<char, 1 << 16> buffer;
    while (true) {
      if (auto frame = reader_.Next()) return frame;
      const std::size_t got = transport_.Read(buffer);
      if (got == 0) return std::nullopt;
      reader_.Feed({buffer.data(), got});
    }
  }

 private:
  Transport& transport_;
  FrameReader reader_;
};

const char* Sentence(FrameReader::Problem problem) {
  switch (problem) {
    case FrameReader::Problem::kBadHeader:
      return "A message had no usable Content-Length header.";
    case FrameReader::Problem::kTooLarge:
      return "A message was larger than 64 MiB and was skipped.";
    case FrameReader::Problem::kNoHeaderEnd:
      return "A header had no end; the connection is closed.";
  }
  return "";
}

/// True when the parent accepted; nothing when it went away.
std::optional<bool> WaitForWelcome(FrameStream& frames, Outbox& outbox) {
  while (auto frame = frames.Next()) {
    const json message = json::parse(frame->content, nullptr, false);
    if (message.is_object() && message.value("id", json()) == kHelloId &&
        !message.contains("method")) {
      if (message.contains("result")) return true;
      std::fprintf(stderr, "engine: refused: %s\n", frame->content.c_str());
      return false;
    }
    const json id = message.is_object() ? message.value("id", json()) : json();
    outbox.Send({{"jsonrpc", "2.0"},
                 {"id", id},
                 {"error",
                  {{"code", static_cast<int>(ErrorCode::kNotAuthenticated)},
                   {"message", "Answer engine.hello before asking for anything."}}}});
  }
  return std::nullopt;
}

}  // namespace

ServerEnd Serve(Transport& transport, const std::string& token, Engine& engine,
                const std::function<void()>& on_end) {
  Outbox outbox(transport);
  FrameStream frames(transport);
  outbox.Send(Hello(token));
  const auto welcome = WaitForWelcome(frames, outbox);
  if (!welcome) return ServerEnd::kDisconnected;
  if (!*welcome) return ServerEnd::kRefused;

  std::atomic<bool> is_shut_down = false;
  Dispatcher dispatcher(outbox);
  BindEngineMethods(dispatcher, engine, [&] {
    is_shut_down = true;
    transport.StopReading();
  });
  BindModelMethods(dispatcher, engine);
  BindAdapterMethods(dispatcher, engine);
  BindTextMethods(dispatcher, engine);
  while (auto frame = frames.Next()) {
    if (!frame->problem) {
      dispatcher.Receive(frame->content);
      continue;
    }
    dispatcher.ReceiveBroken(Sentence(*frame->problem));
    if (*frame->problem == FrameReader::Problem::kNoHeaderEnd) break;
  }
  on_end();
  return is_shut_down ? ServerEnd::kShutDown : ServerEnd::kDisconnected;
}

}  // namespace chatglm
