#pragma once

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
/// When the parent is gone, running work gets one second to end before the process exits.
ServerEnd Serve(Transport& transport, const std::string& token, Engine& engine);

}  // namespace chatglm
