#include <filesystem>

#include "rpc/messages.h"
#include "rpc/methods.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

using nlohmann::json;

std::uint64_t Import(const AdapterOptions& options, const StopFlag& stop) {
  std::error_code error;
  if (std::filesystem::is_regular_file(options.source, error)) {
    return CopyAdapter(options.source, options.destination);
  }
  return ConvertAdapter(options, stop);
}

}  // namespace

void BindAdapterMethods(Dispatcher& dispatcher, Engine& engine) {
  dispatcher.On("adapter.convert", [](const json& params, Call& call) {
    const AdapterOptions options = ParseConvertAdapter(params);
    const std::uint64_t size = Import(options, call.stop_flag());
    return json{{"sizeBytes", size}, {"description", ToJson(InspectAdapter(options.destination))}};
  });

  dispatcher.On("adapter.inspect", [](const json& params, Call&) {
    return ToJson(InspectAdapter(PathFromUtf8(ParsePath(params, "path"))));
  });

  dispatcher.On("adapter.check", [&engine](const json& params, Call&) {
    engine.CheckAdapter(ParseCheckAdapter(params));
    return json();
  });
}

}  // namespace chatglm
