#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "rpc/transport.h"

namespace chatglm {

/// Sends messages in the order of Send on a thread of its own, so that the thread which evaluates
/// the model never waits for a slow reader.
class Outbox {
 public:
  explicit Outbox(Transport& transport);
  /// Sends what is left, unless the other side is gone.
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Any thread.
  void Send(const nlohmann::json& message);

 private:
  void Run();

  Transport& transport_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::string> frames_;  // guarded by mutex_
  bool is_closing_ = false;         // guarded by mutex_
  std::thread thread_;
};

}  // namespace chatglm
