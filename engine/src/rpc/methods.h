#pragma once

#include <functional>

#include "rpc/dispatcher.h"
#include "session/engine.h"

namespace chatglm {

/// `engine.shutdown`, which calls `shut_down`, `engine.devices` and `engine.ping`.
void BindEngineMethods(Dispatcher& dispatcher, const Engine& engine,
                       std::function<void()> shut_down);
/// `model.*`.
void BindModelMethods(Dispatcher& dispatcher, Engine& engine);
/// `adapter.*`.
void BindAdapterMethods(Dispatcher& dispatcher, Engine& engine);
/// `chat.generate`, `completion.generate` and `text.*`.
void BindTextMethods(Dispatcher& dispatcher, Engine& engine);

}  // namespace chatglm
