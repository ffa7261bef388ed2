#pragma once

#include <nlohmann/json.hpp>

#include "convert/converter.h"
#include "session/engine.h"

namespace chatglm {

// Parameters and results as they stand in src-main/shared/engine-api.ts. The Parse functions throw
// EngineError(kInvalidParams) naming the field.

std::string ParsePath(const nlohmann::json& params, const char* name);
LoadOptions ParseLoad(const nlohmann::json& params);
ConvertOptions ParseConvert(const nlohmann::json& params);
GenerateRequest ParseChat(const nlohmann::json& params);
ChatPrompt ParseCount(const nlohmann::json& params);
GenerateRequest ParseCompletion(const nlohmann::json& params);

struct TokenizeParams {
  std::string text;
  bool with_prefix;
};
TokenizeParams ParseTokenize(const nlohmann::json& params);
std::vector<TokenId> ParseDetokenize(const nlohmann::json& params);

nlohmann::json ToJson(const ModelDescription& description);
nlohmann::json ToJson(const LoadedModel& model);
nlohmann::json ToJson(const GenerateResult& result);
nlohmann::json ToJson(const PromptCount& count);
nlohmann::json ToJson(const std::vector<DeviceInfo>& devices);

}  // namespace chatglm
