#include "rpc/dispatcher.h"

#include <cstdio>
#include <thread>

namespace chatglm {
namespace {

using nlohmann::json;

// Source: the JSON-RPC 2.0 specification, section 5.1.
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInternalError = -32603;

constexpr std::size_t kMostCalls = 128;
constexpr int kMostDepth = 64;

bool IsId(const json& id) { return id.is_string() || id.is_number_integer(); }

/// Discarded when `content` is no JSON or nested deeper than any request: copying and writing a
/// value recurse, and would end at the end of the stack.
json ParseMessage(const std::string& content) {
  bool is_too_deep = false;
  json message = json::parse(
      content,
      [&](int depth, json::parse_event_t, const json&) {
        is_too_deep |= depth > kMostDepth;
        return depth <= kMostDepth;
      },
      /*allow_exceptions=*/false);
  return is_too_deep ? json(json::value_t::discarded) : message;
}

/// The file or folder that a request is about; empty when it is about none.
std::string FileOf(const json& params) {
  for (const char* name : {"path", "source"}) {
    const auto found = params.find(name);
    if (found != params.end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

bool IsAboutFile(ErrorCode code) {
  return code >= ErrorCode::kFileNotFound && code <= ErrorCode::kUnsupportedConversion &&
         code != ErrorCode::kDiskFull && code != ErrorCode::kWriteFailed;
}

/// Null when no file is at fault.
json ProblemOf(const EngineError& error) {
  const FileProblem& problem = error.problem();
  if (!IsAboutFile(error.code()) || problem.file.empty()) return nullptr;
  return {{"problem", problem.id}, {"file", problem.file}, {"detail", problem.detail}};
}

}  // namespace

Call::Call(Outbox& outbox, const json& params) : outbox_(outbox) {
  if (!params.is_object()) return;
  const auto token = params.find("progressToken");
  if (token != params.end() && IsId(*token)) progress_token_ = *token;
}

void Call::ReportProgress(const json& value) {
  if (progress_token_.is_null()) return;
  outbox_.Send({{"jsonrpc", "2.0"},
                {"method", "$/progress"},
                {"params", {{"token", progress_token_}, {"value", value}}}});
}

Dispatcher::~Dispatcher() {
  std::unique_lock lock(mutex_);
  for (const auto& [id, call] : calls_) call->Cancel();
  ended_.wait(lock, [this] { return calls_.empty(); });
}

void Dispatcher::On(std::string method, Handler handler) {
  handlers_.emplace(std::move(method), std::move(handler));
}

void Dispatcher::SendError(const json& id, int code, const std::string& message, const json& data) {
  json error = {{"code", code}, {"message", message}};
  if (!data.is_null()) error["data"] = data;
  outbox_.Send({{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(error)}});
}

void Dispatcher::ReceiveBroken(const std::string& problem) {
  SendError(nullptr, kParseError, problem);
}

void Dispatcher::Receive(const std::string& content) {
  const json message = ParseMessage(content);
  if (message.is_discarded()) {
    return ReceiveBroken("The message is not valid JSON in UTF-8, or nested too deeply.");
  }
  const json id = message.is_object() && message.contains("id") ? message["id"] : json();
  const auto method = message.is_object() ? message.find("method") : message.end();
  if (!message.is_object() || method == message.end() || !method->is_string() ||
      (!id.is_null() && !IsId(id))) {
    return SendError(IsId(id) ? id : json(), kInvalidRequest, "This is no JSON-RPC request.");
  }
  json params = message.value("params", json::object());
  if (id.is_null()) {
    if (*method == "$/cancelRequest") Cancel(params);
    return;  // other notifications need not be known
  }
  StartCall(id, method->get<std::string>(), std::move(params));
}

void Dispatcher::Cancel(const json& params) {
  if (!params.is_object() || !params.contains("id")) return;
  const std::lock_guard lock(mutex_);
  const auto call = calls_.find(params["id"].dump());
  if (call != calls_.end()) call->second->Cancel();
}

void Dispatcher::StartCall(const json& id, const std::string& method, json params) {
  const auto handler = handlers_.find(method);
  if (handler == handlers_.end()) {
    return SendError(id, kMethodNotFound, "The engine has no method \"" + method + "\".");
  }
  const std::string key = id.dump();
  auto call = std::make_shared<Call>(outbox_, params);
  {
    const std::lock_guard lock(mutex_);
    if (calls_.size() >= kMostCalls) {
      return SendError(id, static_cast<int>(ErrorCode::kTooManyRequests),
                       "Too many requests at once. Try again when some have been answered.");
    }
    if (!calls_.emplace(key, call).second) {
      return SendError(id, kInvalidRequest, "A request with this id is still being answered.");
    }
  }
  std::thread([this, id, key, call, params = std::move(params), &run = handler->second] {
    Answer(id, run, params, *call);
    const std::lock_guard lock(mutex_);
    calls_.erase(key);
    ended_.notify_all();
  }).detach();
}

void Dispatcher::Answer(const json& id, const Handler& handler, const json& params, Call& call) {
  try {
    json result = handler(params, call);
    outbox_.Send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
  } catch (EngineError& error) {
    error.SetFile(FileOf(params));
    SendError(id, static_cast<int>(error.code()), error.what(), ProblemOf(error));
  } catch (const std::bad_alloc&) {
    SendError(id, static_cast<int>(ErrorCode::kOutOfMemory),
              "There is not enough memory for this. Close other programs and try again.");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "engine: unforeseen: %s\n", error.what());
    SendError(id, kInternalError,
              std::string("The engine failed in a way it did not foresee: ") + error.what());
  }
}

}  // namespace chatglm
