#pragma once

#include <functional>
#include <string>

#include "rpc/transport.h"
#include "session/engine.h"

namespace chatglm {

enum class ServerEnd {
  kShutDown,      ///< `engine.shutdown` was asked for
  kDisconnected,  ///< the parent is gone or has closed the socket
  kRefused,       ///< the parent did not accept the token or the protocol version
};

/// Says `engine.hello` with `token` and, once that is accepted, answers requests until the end.
/// Calls `on_end` when no more requests come; then cancels what runs and waits for it.
ServerEnd Serve(Transport& transport, const std::string& token, Engine& engine,
                const std::function<void()>& on_end);

}  // namespace chatglm
