#pragma once

#include <nlohmann/json.hpp>
#include <variant>

#include "convert/adapter_converter.h"
#include "convert/converter.h"
#include "convert/header_file.h"
#include "llama/adapter_file.h"
#include "llama/backend.h"
#include "llama/backend_modules.h"
#include "llama/gguf_details.h"
#include "session/engine.h"

namespace chatglm {

/// A checkpoint folder, were it converted.
struct CheckpointSubject {
  std::filesystem::path folder;
  OutputType convert_to;
};
/// What a fit is computed for; a path is that of a GGUF file.
using FitSubject = std::variant<std::filesystem::path, CheckpointSubject, ModelShape>;

struct FitRequest {
  FitSubject subject;
  std::vector<Placement> placements;
};

// Parameters and results as they stand in src-main/shared/engine-api.ts. The Parse functions throw
// EngineError(kInvalidParams) naming the field.

std::string ParsePath(const nlohmann::json& params, const char* name);
LoadOptions ParseLoad(const nlohmann::json& params);
FitRequest ParseFit(const nlohmann::json& params);
BenchmarkRequest ParseBenchmark(const nlohmann::json& params);
ConvertOptions ParseConvert(const nlohmann::json& params);
AdapterOptions ParseConvertAdapter(const nlohmann::json& params);
GenerateRequest ParseChat(const nlohmann::json& params);
CountRequest ParseCount(const nlohmann::json& params);
AdapterUse ParseCheckAdapter(const nlohmann::json& params);
PrepareRequest ParsePrepare(const nlohmann::json& params);
GenerateRequest ParseCompletion(const nlohmann::json& params);

struct TokenizeParams {
  std::string text;
  bool with_prefix;
};
/// Whether nothing is to be kept any more.
bool ParseClearCache(const nlohmann::json& params);
TokenizeParams ParseTokenize(const nlohmann::json& params);
std::vector<TokenId> ParseDetokenize(const nlohmann::json& params);
ScoreRequest ParseScore(const nlohmann::json& params);

nlohmann::json ToJson(const ModelDescription& description);
nlohmann::json ToJson(const AdapterDescription& description);
nlohmann::json ToJson(const LoadedModel& model);
nlohmann::json ToJson(const std::vector<MemoryUse>& memory);
nlohmann::json ToJson(const GgufDetails& details);
nlohmann::json ToJson(const BenchmarkResult& result);
nlohmann::json ToJson(const ChosenToken& choice);
nlohmann::json ToJson(const GenerateResult& result);
nlohmann::json ToJson(const PromptCount& count);
nlohmann::json ToJson(const ScoreResult& result);
nlohmann::json ToJson(const WorkState& state);
nlohmann::json ToJson(const std::vector<DeviceInfo>& devices,
                      const std::vector<BackendModule>& modules);

}  // namespace chatglm
