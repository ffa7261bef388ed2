#pragma once

#include <cstdint>
#include <filesystem>

namespace chatglm {

enum class AdapterType {
  kPrefix,  ///< P-Tuning v2
  kLora,
};

struct AdapterDescription {
  AdapterType type;
  std::uint32_t prefix_length = 0;  ///< positions that it takes of the context
  std::uint32_t rank = 0;           ///< the highest of a LoRA adapter's matrices
};

/// What the header of an adapter's GGUF file says. Throws EngineError: what OpenGguf and OpenLora
/// throw, kUnsupportedFormat for a file of something else.
AdapterDescription InspectAdapter(const std::filesystem::path& path);

/// Copies an adapter that InspectAdapter accepts; an existing file is replaced. Returns its bytes.
std::uint64_t CopyAdapter(const std::filesystem::path& source,
                          const std::filesystem::path& destination);

}  // namespace chatglm
