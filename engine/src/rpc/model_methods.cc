#include <filesystem>

#include "convert/checkpoint_inspector.h"
#include "llama/gguf_header.h"
#include "rpc/messages.h"
#include "rpc/methods.h"
#include "session/memory_fit.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

using nlohmann::json;

ModelDescription Inspect(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return InspectCheckpoint(path);
  return GgufHeader(path).description();
}

/// The memory of each placement, computed from a file that has the tensors of the subject.
struct Fit {
  const FitRequest& request;
  const StopFlag& stop;

  json operator()(const std::filesystem::path& file) const {
    const GgufHeader checked(file);
    return Measure(file);
  }
  json operator()(const CheckpointSubject& subject) const {
    return Measure(MakeHeaderFile(subject.folder, subject.convert_to)->path());
  }
  json operator()(const ModelShape& shape) const { return Measure(MakeHeaderFile(shape)->path()); }

  json Measure(const std::filesystem::path& file) const {
    json lists = json::array();
    for (const auto& memory : FitMemory(file, request.placements, stop)) {
      lists.push_back(ToJson(memory));
    }
    return {{"memory", std::move(lists)}};
  }
};

}  // namespace

void BindModelMethods(Dispatcher& dispatcher, Engine& engine) {
  dispatcher.On("model.inspect", [](const json& params, Call&) {
    return ToJson(Inspect(PathFromUtf8(ParsePath(params, "path"))));
  });

  dispatcher.On("model.details", [](const json& params, Call&) {
    return ToJson(ReadGgufDetails(PathFromUtf8(ParsePath(params, "path"))));
  });

  dispatcher.On("model.fit", [](const json& params, Call& call) {
    const FitRequest request = ParseFit(params);
    return std::visit(Fit{request, call.stop_flag()}, request.subject);
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

  dispatcher.On("model.benchmark", [&engine](const json& params, Call& call) {
    return ToJson(engine.Benchmark(ParseBenchmark(params), call.stop_flag()));
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
