#include "convert/adapter_converter.h"

#include <algorithm>

#include "convert/adapter_writer.h"
#include "convert/lora_adapter.h"
#include "convert/prefix_encoder.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

[[noreturn]] void ThrowNoAdapter(const std::filesystem::path& folder) {
  const std::string name = PathToUtf8(folder);
  throw EngineError(ErrorCode::kUnsupportedConversion,
                    name +
                        " holds no adapter. Choose the folder of a P-Tuning v2 checkpoint or of a "
                        "LoRA adapter as PEFT saves it.",
                    {"no_adapter", name, {}});
}

/// One layer's keys or values out of all, position after position.
std::vector<float> PartOf(const PrefixValues& prefix, std::uint32_t part, std::uint32_t parts) {
  std::vector<float> result(prefix.values.size() / parts);
  const std::size_t width = result.size() / prefix.length;
  for (std::size_t position = 0; position < prefix.length; ++position) {
    const auto* from = prefix.values.data() + (position * parts + part) * width;
    std::copy_n(from, width, result.data() + position * width);
  }
  return result;
}

AdapterWriter MakePrefix(const AdapterOptions& options, const StopFlag& stop) {
  const Checkpoint checkpoint(options.source);
  if (!IsPrefixCheckpoint(checkpoint)) ThrowNoAdapter(options.source);
  const CheckpointConfig& config = checkpoint.config();
  const PrefixValues prefix = ReadPrefixValues(checkpoint, options.threads, stop);
  const std::uint32_t parts = 2 * config.layer_count;
  AdapterWriter writer("prefix");
  writer.Set("adapter.prefix.length", prefix.length);
  for (std::uint32_t part = 0; part < parts; ++part) {
    const std::string name =
        "blk." + std::to_string(part / 2) + (part % 2 == 0 ? ".prefix_k" : ".prefix_v") + ".weight";
    writer.Add(name, GGML_TYPE_F32, prefix.length,
               std::uint64_t{config.kv_head_count} * config.head_size, PartOf(prefix, part, parts));
  }
  return writer;
}

AdapterWriter MakeLora(const std::filesystem::path& folder, const StopFlag& stop) {
  const LoraAdapter adapter = ReadPeftFolder(folder);
  if (adapter.pairs.empty()) ThrowNoAdapter(folder);
  AdapterWriter writer("lora");
  writer.Set("adapter.lora.alpha", adapter.alpha);
  for (const LoraPair& pair : adapter.pairs) {
    stop.ThrowIfSet();
    writer.Add(pair.target + ".lora_a", pair.type, pair.a.rows, pair.a.columns, pair.a.values);
    writer.Add(pair.target + ".lora_b", pair.type, pair.b.rows, pair.b.columns, pair.b.values);
  }
  return writer;
}

}  // namespace

std::uint64_t ConvertAdapter(const AdapterOptions& options, const StopFlag& stop) {
  const AdapterWriter writer =
      IsPeftFolder(options.source) ? MakeLora(options.source, stop) : MakePrefix(options, stop);
  stop.ThrowIfSet();
  return writer.Write(options.destination);
}

}  // namespace chatglm
