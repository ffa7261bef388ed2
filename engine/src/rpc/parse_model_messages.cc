#include "rpc/fields.h"
#include "rpc/messages.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

using nlohmann::json;

constexpr std::size_t kMostPathBytes = 32768;
constexpr std::size_t kMostNameBytes = 256;
constexpr std::size_t kMostDevices = 64;
constexpr std::uint64_t kMostCacheBytes = std::uint64_t{1} << 50;
constexpr std::size_t kMostPlacements = 1024;
constexpr std::uint64_t kMostBenchmarkTokens = 1 << 20;

template <typename Value>
Value ParseName(const Fields& fields, const char* name, const std::map<std::string, Value>& names) {
  const auto found = names.find(fields.Text(name, kMostNameBytes));
  if (found != names.end()) return found->second;
  std::string known;
  for (const auto& [text, value] : names) known += (known.empty() ? "" : ", ") + text;
  fields.Refuse(name, "must be one of " + known);
}

ModelFamily ParseFamily(const Fields& fields) {
  return ParseName<ModelFamily>(fields, "family",
                                {{"chatglm2", ModelFamily::kChatGlm2},
                                 {"chatglm3", ModelFamily::kChatGlm3},
                                 {"codegeex2", ModelFamily::kCodeGeeX2}});
}

OutputType ParseOutputType(const Fields& fields, const char* name) {
  return ParseName<OutputType>(fields, name,
                               {{"source", OutputType::kSource},
                                {"f16", OutputType::kF16},
                                {"bf16", OutputType::kBf16},
                                {"q8_0", OutputType::kQ8_0},
                                {"q4_0", OutputType::kQ4_0},
                                {"q4_k_m", OutputType::kQ4_K_M}});
}

std::vector<std::string> ParseDevices(const Fields& fields) {
  std::vector<std::string> names;
  for (const json& name : fields.Array("devices", kMostDevices)) {
    if (!name.is_string() || name.get_ref<const std::string&>().empty()) {
      fields.Refuse("devices", "must hold names of devices");
    }
    names.push_back(name.get<std::string>());
  }
  return names;
}

std::vector<float> ParseTensorSplit(const Fields& fields) {
  std::vector<float> parts;
  for (const json& part : fields.Array("tensorSplit", kMostDevices)) {
    if (!part.is_number() || !(part.get<double>() >= 0 && part.get<double>() <= 1e6)) {
      fields.Refuse("tensorSplit", "must hold numbers from 0 to 1000000");
    }
    parts.push_back(part.get<float>());
  }
  return parts;
}

Placement ParsePlacement(const Fields& fields) {
  Placement placement;
  placement.context_length = fields.FindCount("contextLength");
  placement.gpu_layers = static_cast<int>(fields.FindInteger("gpuLayers", -1, 1024).value_or(0));
  if (fields.Find("cacheType")) {
    placement.cache_type = ParseName<CacheType>(
        fields, "cacheType", {{"f16", CacheType::kF16}, {"q8_0", CacheType::kQ8_0}});
  }
  if (fields.Find("devices")) placement.devices = ParseDevices(fields);
  if (fields.Find("tensorSplit")) placement.tensor_split = ParseTensorSplit(fields);
  return placement;
}

ModelShape ParseShape(const Fields& fields) {
  const auto size = [&fields](const char* name, std::uint64_t most) {
    return static_cast<std::uint32_t>(fields.Integer(name, 1, most));
  };
  ModelShape shape;
  shape.family = ParseFamily(fields);
  shape.encoding = ParseName<SourceEncoding>(fields, "weightType",
                                             {{"int4", SourceEncoding::kInt4},
                                              {"int8", SourceEncoding::kInt8},
                                              {"f16", SourceEncoding::kF16},
                                              {"bf16", SourceEncoding::kBf16},
                                              {"f32", SourceEncoding::kF32}});
  shape.convert_to = ParseOutputType(fields, "convertTo");
  shape.context_length = size("contextLength", 1 << 24);
  shape.layer_count = size("layerCount", 512);
  shape.hidden_size = size("hiddenSize", 1 << 16);
  shape.feed_forward_size = size("feedForwardSize", 1 << 20);
  shape.head_count = size("headCount", 1024);
  shape.kv_head_count = size("kvHeadCount", 1024);
  shape.vocabulary_size = size("vocabularySize", 1'000'000);
  return shape;
}

FitSubject ParseSubject(const json& subject) {
  const Fields fields(subject, "params.subject");
  const std::string type = fields.Text("type", kMostNameBytes);
  if (type == "file") return std::filesystem::path(PathFromUtf8(ParsePath(subject, "path")));
  if (type == "checkpoint") {
    return CheckpointSubject{PathFromUtf8(ParsePath(subject, "path")),
                             ParseOutputType(fields, "convertTo")};
  }
  if (type == "shape") return ParseShape(fields);
  fields.Refuse("type", "must be file, checkpoint or shape");
}

std::optional<PrefixStore::Options> ParseStore(const Fields& params) {
  const json* store = params.Find("conversationCache");
  if (!store) return std::nullopt;
  const Fields fields(*store, "params.conversationCache");
  return PrefixStore::Options{PathFromUtf8(ParsePath(*store, "folder")),
                              fields.Integer("limitBytes", 1, kMostCacheBytes)};
}

}  // namespace

std::string ParsePath(const json& params, const char* name) {
  const Fields fields(params, "params");
  std::string path = fields.Text(name, kMostPathBytes);
  if (path.empty() || path.find('\0') != std::string::npos) {
    fields.Refuse(name, "must be a path");
  }
  return path;
}

LoadOptions ParseLoad(const json& params) {
  const Fields fields(params, "params");
  fields.CheckProgressToken();
  LoadOptions options;
  options.path = ParsePath(params, "path");
  options.placement = ParsePlacement(fields);
  if (const auto threads = fields.FindInteger("threads", 1, 1024)) {
    options.threads = static_cast<int>(*threads);
  }
  options.store = ParseStore(fields);
  if (fields.Find("packedFile")) {
    options.packed_file = PathFromUtf8(ParsePath(params, "packedFile"));
  }
  return options;
}

AdapterOptions ParseConvertAdapter(const json& params) {
  return {PathFromUtf8(ParsePath(params, "source")),
          PathFromUtf8(ParsePath(params, "destination"))};
}

BenchmarkRequest ParseBenchmark(const json& params) {
  const Fields fields(params, "params");
  const auto count = [&fields](const char* name) {
    return static_cast<std::uint32_t>(fields.Integer(name, 1, kMostBenchmarkTokens));
  };
  return {count("promptTokens"), count("generatedTokens")};
}

FitRequest ParseFit(const json& params) {
  const Fields fields(params, "params");
  FitRequest request{ParseSubject(fields.Require("subject")), {}};
  for (const json& placement : fields.Array("placements", kMostPlacements)) {
    request.placements.push_back(ParsePlacement(Fields(placement, "params.placements")));
  }
  return request;
}

ConvertOptions ParseConvert(const json& params) {
  const Fields fields(params, "params");
  fields.CheckProgressToken();
  ConvertOptions options;
  options.source = PathFromUtf8(ParsePath(params, "source"));
  options.destination = PathFromUtf8(ParsePath(params, "destination"));
  options.type = ParseOutputType(fields, "type");
  options.keeps_draft = fields.Flag("keepDraft", false);
  return options;
}

}  // namespace chatglm
