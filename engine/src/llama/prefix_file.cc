#include "llama/prefix_file.h"

#include <ggml.h>

#include <cmath>
#include <cstring>
#include <string>

#include "llama/gguf_file.h"
#include "llama/sequence_state.h"
#include "support/engine_error.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::uint32_t kMostPositions = 8192;

[[noreturn]] void ThrowInvalid(const std::string& file, const std::string& problem) {
  throw EngineError(ErrorCode::kInvalidGguf,
                    file + " is damaged: " + problem + ". Convert the adapter again.");
}

std::uint32_t GroupChannels(const ModelDescription& model) {
  return model.kv_head_count * (model.hidden_size / model.head_count);
}

std::vector<float> ReadTensor(const FileReader& file, const gguf_context* gguf,
                              const std::string& name, std::size_t count) {
  const std::int64_t id = gguf_find_tensor(gguf, name.c_str());
  if (id < 0) ThrowInvalid(file.name(), "it lacks the tensor " + name);
  std::vector<float> values(count);
  if (gguf_get_tensor_type(gguf, id) != GGML_TYPE_F32 ||
      gguf_get_tensor_size(gguf, id) != count * sizeof(float)) {
    ThrowInvalid(file.name(), "the tensor " + name + " has another size");
  }
  file.Read(gguf_get_data_offset(gguf) + gguf_get_tensor_offset(gguf, id),
            std::as_writable_bytes(std::span(values)));
  for (const float value : values) {
    if (!std::isfinite(value)) ThrowInvalid(file.name(), "the tensor " + name + " is not finite");
  }
  return values;
}

/// Rotates the first half of each head's channels in pairs of neighbours, as ChatGLM2 does.
void Rotate(std::span<float> key, double position, const ModelDescription& model) {
  const std::size_t head = model.hidden_size / model.head_count;
  const std::size_t rotated = head / 2;
  for (std::size_t begin = 0; begin < key.size(); begin += head) {
    for (std::size_t i = 0; i < rotated; i += 2) {
      const double exponent = static_cast<double>(i) / static_cast<double>(rotated);
      const double angle = position / static_cast<double>(model.rope_scale) *
                           std::pow(static_cast<double>(model.rope_base), -exponent);
      const double a = key[begin + i];
      const double b = key[begin + i + 1];
      key[begin + i] = static_cast<float>(a * std::cos(angle) - b * std::sin(angle));
      key[begin + i + 1] = static_cast<float>(a * std::sin(angle) + b * std::cos(angle));
    }
  }
}

}  // namespace

std::uint32_t PrefixLength(const GgufFile& file) {
  return GgufValues(file.gguf.get()).RequireUnsigned("adapter.prefix.length", 1, kMostPositions);
}

Prefix ReadPrefix(const std::filesystem::path& path, const ModelDescription& model) {
  const GgufFile header = OpenGguf(path);
  Prefix prefix;
  prefix.length = PrefixLength(header);
  const std::size_t width = GroupChannels(model);
  const std::string layer_count = std::to_string(model.layer_count);
  const std::int64_t first = gguf_find_tensor(header.gguf.get(), "blk.0.prefix_k.weight");
  const bool fits =
      gguf_get_n_tensors(header.gguf.get()) == std::int64_t{2} * model.layer_count && first >= 0 &&
      gguf_get_tensor_size(header.gguf.get(), first) == prefix.length * width * sizeof(float);
  if (!fits) {
    throw EngineError(ErrorCode::kWrongArchitecture,
                      header.name + " was trained for another model: the one that is loaded has " +
                          layer_count + " layers with keys of " + std::to_string(width) +
                          " numbers. Load the model that it was trained for.",
                      {"adapter_shape", header.name, "blk.0.prefix_k.weight"});
  }
  const auto file = FileReader::Open(path);
  for (std::uint32_t layer = 0; layer < model.layer_count; ++layer) {
    const std::string start = "blk." + std::to_string(layer) + ".prefix_";
    const std::size_t count = prefix.length * width;
    prefix.layers.push_back({ReadTensor(*file, header.gguf.get(), start + "k.weight", count),
                             ReadTensor(*file, header.gguf.get(), start + "v.weight", count)});
  }
  return prefix;
}

std::vector<std::byte> MakePrefixState(Context& context, SequenceId sequence,
                                       const Prefix& prefix) {
  const ModelDescription& model = context.model().description();
  // Some tokens in place of the prefix tell how libllama lays out a state of this context.
  for (std::uint32_t begin = 0; begin < prefix.length; begin += context.batch_tokens()) {
    std::vector<BatchEntry> batch;
    const std::uint32_t end = std::min(begin + context.batch_tokens(), prefix.length);
    for (std::uint32_t i = begin; i < end; ++i) {
      batch.push_back({0, static_cast<std::int32_t>(i), sequence, false});
    }
    if (context.Evaluate(batch, nullptr) != EvaluateStatus::kDone) {
      context.Remove(sequence, 0);
      return {};
    }
  }
  std::vector<std::byte> state = context.Save(sequence, 0, prefix.length);
  context.Remove(sequence, 0);

  SequenceStateCells cells(state, prefix.length, model.layer_count, GroupChannels(model));
  for (std::uint32_t layer = 0; layer < model.layer_count; ++layer) {
    std::vector<float> keys = prefix.layers[layer].keys;
    for (std::size_t i = 0; i < prefix.length; ++i) {
      Rotate(std::span(keys).subspan(i * GroupChannels(model), GroupChannels(model)), prefix.length,
             model);
    }
    cells.WriteKeys(layer, keys);
    cells.WriteValues(layer, prefix.layers[layer].values);
  }
  return state;
}

}  // namespace chatglm
