#include <filesystem>

#include "convert/checkpoint_inspector.h"
#include "llama/gguf_header.h"
#include "rpc/messages.h"
#include "rpc/methods.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

using nlohmann::json;

ModelDescription Inspect(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return InspectCheckpoint(path);
  return GgufHeader(path).description();
}

}  // namespace

void BindModelMethods(Dispatcher& dispatcher, Engine& engine) {
  dispatcher.On("model.inspect", [](const json& params, Call&) {
    return ToJson(Inspect(PathFromUtf8(ParsePath(params, "path"))));
  });

  dispatcher.On("model.load", [&engine](const json& params, Call& call) {
    const LoadOptions options = ParseLoad(params);
    int reported = -1;
    const auto on_progress = [&](float fraction) {
      const int percent = static_cast<int>(fraction * 100.0f);
      if (percent == reported) return;
      reported = percent;
      call.ReportProgress({{"fraction", fraction}});
    };
    return ToJson(engine.Load(options, call.stop_flag(), on_progress));
  });

  dispatcher.On("model.unload", [&engine](const json&, Call&) {
    engine.Unload();
    return json();
  });

  dispatcher.On("model.convert", [](const json& params, Call& call) {
    const auto on_progress = [&call](const ConvertProgress& progress) {
      call.ReportProgress({{"doneBytes", progress.done_bytes},
                           {"totalBytes", progress.total_bytes},
                           {"step", progress.step}});
    };
    const ConvertResult result = Convert(ParseConvert(params), call.stop_flag(), on_progress);
    return json{{"sizeBytes", result.size_bytes}, {"weightType", result.weight_type}};
  });
}

}  // namespace chatglm
