#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "rpc/outbox.h"
#include "support/stop_flag.h"

namespace chatglm {

/// One request that is being answered.
class Call {
 public:
  Call(Outbox& outbox, const nlohmann::json& params);

  const StopFlag& stop_flag() const { return stop_; }
  void Cancel() { stop_.Set(); }
  /// Sends `$/progress` when the caller asked for it by a `progressToken`. Any thread.
  void ReportProgress(const nlohmann::json& value);

 private:
  Outbox& outbox_;
  StopFlag stop_;
  nlohmann::json progress_token_;  // null when none was given
};

/// Answers JSON-RPC requests, each exactly once. Every request has a thread of its own, since the
/// long ones wait for the scheduler; their number is bounded.
class Dispatcher {
 public:
  using Handler = std::function<nlohmann::json(const nlohmann::json& params, Call& call)>;

  explicit Dispatcher(Outbox& outbox) : outbox_(outbox) {}
  /// Cancels what runs and waits for its end.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Before the first message. The handler throws EngineError for a foreseen failure.
  void On(std::string method, Handler handler);
  /// Takes one message of the stream: a request, a notification or nonsense.
  void Receive(const std::string& content);
  /// Answers a message that had no readable content.
  void ReceiveBroken(const std::string& problem);

 private:
  void StartCall(const nlohmann::json& id, const std::string& method, nlohmann::json params);
  void Answer(const nlohmann::json& id, const Handler& handler, const nlohmann::json& params,
              Call& call);
  void SendError(const nlohmann::json& id, int code, const std::string& message,
                 const nlohmann::json& data = nullptr);
  void Cancel(const nlohmann::json& params);

  Outbox& outbox_;
  std::map<std::string, Handler> handlers_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, std::shared_ptr<Call>> calls_;  // by the id as JSON text; guarded
};

}  // namespace chatglm
