#pragma once

#include <span>
#include <string_view>

namespace chatglm::fuzz {

/// Reads bytes that may be hostile. Foreseen failures are caught; anything else
/// is a fault. `read` keeps nothing between calls, and its work is bounded by
/// the size of the bytes.
struct Target {
  const char* name;  ///< of the folder with its corpus, too
  void (*read)(std::string_view bytes);
};

std::span<const Target> Targets();

}  // namespace chatglm::fuzz
