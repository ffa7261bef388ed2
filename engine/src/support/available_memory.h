#pragma once

#include <cstdint>
#include <optional>

namespace chatglm {

/// Bytes of main memory that programs could still take without swapping, what is cached of files
/// included. Nothing where the system does not tell.
std::optional<std::uint64_t> AvailableMemory();

}  // namespace chatglm
