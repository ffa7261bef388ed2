#include "rpc/messages.h"

namespace chatglm {
namespace {

using nlohmann::json;

const char* FinishName(GenerateFinish finish) {
  switch (finish) {
    case GenerateFinish::kStop:
      return "stop";
    case GenerateFinish::kLength:
      return "length";
    case GenerateFinish::kStopString:
      return "stop_string";
    case GenerateFinish::kCancelled:
      return "cancelled";
  }
  return "";
}

}  // namespace

json ToJson(const ModelDescription& description) {
  return {{"path", description.path},
          {"format", description.format},
          {"family", FamilyName(description.family)},
          {"weightType", description.weight_type},
          {"sizeBytes", description.size_bytes},
          {"parameterCount", description.parameter_count},
          {"layerCount", description.layer_count},
          {"hiddenSize", description.hidden_size},
          {"feedForwardSize", description.feed_forward_size},
          {"headCount", description.head_count},
          {"kvHeadCount", description.kv_head_count},
          {"vocabularySize", description.vocabulary_size},
          {"contextLength", description.context_length},
          {"ropeScale", description.rope_scale},
          {"ropeBase", description.rope_base}};
}

json ToJson(const LoadedModel& model) {
  return {{"description", ToJson(model.description)},
          {"contextLength", model.context_length},
          {"threads", model.threads}};
}

json ToJson(const GenerateResult& result) {
  const GenerateStatistics& statistics = result.statistics;
  return {{"text", result.text},
          {"finish", FinishName(result.finish)},
          {"statistics",
           {{"promptTokens", statistics.prompt_tokens},
            {"reusedTokens", statistics.reused_tokens},
            {"generatedTokens", statistics.generated_tokens},
            {"timeToFirstTokenMs", statistics.time_to_first_token_ms},
            {"promptTokensPerSecond", statistics.prompt_tokens_per_second},
            {"tokensPerSecond", statistics.tokens_per_second},
            {"seed", statistics.seed}}}};
}

json ToJson(const PromptCount& count) {
  return {{"promptTokens", count.prompt_tokens}, {"roundTokens", count.round_tokens}};
}

json ToJson(const std::vector<DeviceInfo>& devices) {
  json list = json::array();
  for (const DeviceInfo& device : devices) {
    list.push_back({{"name", device.name},
                    {"description", device.description},
                    {"kind", device.kind},
                    {"memoryTotalBytes", device.memory_total_bytes},
                    {"memoryFreeBytes", device.memory_free_bytes}});
  }
  return {{"devices", std::move(list)}};
}

}  // namespace chatglm
