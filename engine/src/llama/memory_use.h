#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct llama_context;

namespace chatglm {

/// Bytes that a model and its context take on one device.
struct MemoryUse {
  std::string device;  ///< as in ListDevices; host memory is "CPU"
  std::uint64_t weight_bytes = 0;
  std::uint64_t cache_bytes = 0;
  std::uint64_t compute_bytes = 0;

  std::uint64_t total() const { return weight_bytes + cache_bytes + compute_bytes; }
};

/// What libllama has allocated or, for a model without weights, would allocate: host memory first,
/// then the devices in the order in which they are listed.
std::vector<MemoryUse> MemoryByDevice(const llama_context* context);

}  // namespace chatglm
