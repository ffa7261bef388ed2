#pragma once

#include <functional>

#include "rpc/dispatcher.h"
#include "session/engine.h"

namespace chatglm {

/// `engine.shutdown`, which calls `shut_down`, and `engine.devices`.
void BindEngineMethods(Dispatcher& dispatcher, std::function<void()> shut_down);
/// `model.*`.
void BindModelMethods(Dispatcher& dispatcher, Engine& engine);
/// `chat.generate`, `completion.generate` and `text.*`.
void BindTextMethods(Dispatcher& dispatcher, Engine& engine);

}  // namespace chatglm
