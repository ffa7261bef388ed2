#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "llama/context.h"
#include "llama/gguf_file.h"

namespace chatglm {

/// Keys and values that stand before a conversation, as ConvertAdapter writes them.
struct Prefix {
  struct Layer {
    /// [position][group][channel]; keys without rotary embedding.
    std::vector<float> keys;
    std::vector<float> values;
  };
  std::uint32_t length = 0;
  std::vector<Layer> layers;
};

/// The positions that the prefix in the file takes. Throws EngineError(kInvalidGguf).
std::uint32_t PrefixLength(const GgufFile& file);

/// Throws EngineError: what OpenGguf throws, kInvalidGguf when the file is no such prefix,
/// kWrongArchitecture when it was made for a network of another shape than `model`.
Prefix ReadPrefix(const std::filesystem::path& path, const ModelDescription& model);

/// What Context::Restore takes so that a sequence begins with the prefix, at positions from 0 on.
/// Since the first token stands behind it, at position `length`, each key is rotated by the angle
/// of that position: the score of a token is then the one that it has with a key that is not
/// rotated and itself at positions from 0 on. `sequence` must be empty, and is again afterwards.
/// Empty when the cache has no room. Throws EngineError(kUnsupportedFormat) for a cache of another
/// type than F16.
std::vector<std::byte> MakePrefixState(Context& context, SequenceId sequence, const Prefix& prefix);

}  // namespace chatglm
