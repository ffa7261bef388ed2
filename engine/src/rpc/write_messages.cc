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

json ToJson(const ChosenToken& choice) {
  const auto write = [](const TokenLogprob& token) {
    const std::vector<std::uint8_t> bytes(token.bytes.begin(), token.bytes.end());
    return json{{"bytes", bytes}, {"logprob", token.logprob}};
  };
  json written = write(choice.token);
  written["top"] = json::array();
  for (const TokenLogprob& token : choice.top) written["top"].push_back(write(token));
  return written;
}

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

json ToJson(const AdapterDescription& description) {
  if (description.type == AdapterType::kLora) {
    return {{"type", "lora"}, {"rank", description.rank}};
  }
  return {{"type", "prefix"}, {"prefixLength", description.prefix_length}};
}

json ToJson(const LoadedModel& model) {
  return {{"description", ToJson(model.description)},
          {"memory", ToJson(model.memory)},
          {"kernels", model.kernels},
          {"isMappedPacked", model.is_mapped_packed},
          {"contextLength", model.context_length},
          {"threads", model.threads}};
}

json ToJson(const std::vector<MemoryUse>& memory) {
  json list = json::array();
  for (const MemoryUse& use : memory) {
    list.push_back({{"device", use.device},
                    {"weightBytes", use.weight_bytes},
                    {"cacheBytes", use.cache_bytes},
                    {"computeBytes", use.compute_bytes}});
  }
  return list;
}

json ToJson(const GgufDetails& details) {
  json metadata = json::array();
  for (const auto& [key, type, value] : details.metadata) {
    metadata.push_back({{"key", key}, {"type", type}, {"value", value}});
  }
  json tensors = json::array();
  for (const auto& [name, type, shape] : details.tensors) {
    tensors.push_back({{"name", name}, {"type", type}, {"shape", shape}});
  }
  return {{"metadata", std::move(metadata)}, {"tensors", std::move(tensors)}};
}

json ToJson(const BenchmarkResult& result) {
  return {{"memoryBytesPerSecond", result.memory_bytes_per_second},
          {"bytesPerToken", result.bytes_per_token},
          {"promptTokensPerSecond", result.prompt_tokens_per_second},
          {"tokensPerSecond", result.tokens_per_second}};
}

json ToJson(const GenerateResult& result) {
  const GenerateStatistics& statistics = result.statistics;
  json written = {{"text", result.text},
                  {"finish", FinishName(result.finish)},
                  {"statistics",
                   {{"promptTokens", statistics.prompt_tokens},
                    {"reusedTokens", statistics.reused_tokens},
                    {"restoredTokens", statistics.restored_tokens},
                    {"draftedTokens", statistics.drafted_tokens},
                    {"acceptedTokens", statistics.accepted_tokens},
                    {"restoreMs", statistics.restore_ms},
                    {"generatedTokens", statistics.generated_tokens},
                    {"timeToFirstTokenMs", statistics.time_to_first_token_ms},
                    {"promptTokensPerSecond", statistics.prompt_tokens_per_second},
                    {"tokensPerSecond", statistics.tokens_per_second},
                    {"seed", statistics.seed},
                    {"kernels", statistics.kernels}}}};
  for (const ChosenToken& token : result.tokens) written["tokens"].push_back(ToJson(token));
  return written;
}

json ToJson(const ScoreResult& result) {
  json divergences = json::array();
  for (const auto& [nats, reference_logprob, same_choice] : result.divergences) {
    divergences.push_back(
        {{"nats", nats}, {"referenceLogprob", reference_logprob}, {"sameChoice", same_choice}});
  }
  return {{"logprobs", result.logprobs}, {"divergences", std::move(divergences)}};
}

json ToJson(const PromptCount& count) {
  return {{"promptTokens", count.prompt_tokens}, {"roundTokens", count.round_tokens}};
}

json ToJson(const WorkState& state) {
  return {{"steps", state.steps}, {"isComputing", state.is_computing}};
}

json ToJson(const std::vector<DeviceInfo>& devices, const std::vector<BackendModule>& modules) {
  json device_list = json::array();
  for (const DeviceInfo& device : devices) {
    device_list.push_back({{"name", device.name},
                           {"description", device.description},
                           {"kind", device.kind},
                           {"memoryTotalBytes", device.memory_total_bytes},
                           {"memoryFreeBytes", device.memory_free_bytes}});
  }
  json module_list = json::array();
  for (const BackendModule& module : modules) {
    module_list.push_back({{"name", module.name},
                           {"isLoaded", !module.reason},
                           {"reason", module.reason ? json(*module.reason) : json()}});
  }
  return {{"devices", std::move(device_list)}, {"modules", std::move(module_list)}};
}

}  // namespace chatglm
