#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chatglm {

/// The type that keys and values are kept in.
enum class CacheType { kF16, kQ8_0 };

/// How a model is put into memory.
struct Placement {
  std::optional<std::uint32_t> context_length = std::nullopt;  ///< tokens
  CacheType cache_type = CacheType::kF16;
  int gpu_layers = 0;  ///< -1 for all
  /// Names from ListDevices that take layers; what libllama takes by itself when absent: all GPUs.
  std::optional<std::vector<std::string>> devices = std::nullopt;
  /// How many parts of the layers each device takes; by free memory when empty.
  std::vector<float> tensor_split = {};
};

}  // namespace chatglm
