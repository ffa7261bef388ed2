#include "rpc/messages.h"
#include "rpc/methods.h"

namespace chatglm {

using nlohmann::json;

void BindEngineMethods(Dispatcher& dispatcher, const Engine& engine,
                       std::function<void()> shut_down) {
  dispatcher.On("engine.ping",
                [&engine](const json&, Call&) { return ToJson(engine.work_state()); });

  dispatcher.On("engine.devices",
                [](const json&, Call&) { return ToJson(ListDevices(), ListModules()); });

  dispatcher.On("engine.shutdown", [shut_down = std::move(shut_down)](const json&, Call&) {
    shut_down();
    return json();
  });
}

}  // namespace chatglm
