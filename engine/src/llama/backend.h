#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace chatglm {

struct DeviceInfo {
  std::string name;
  std::string description;
  std::string kind;  ///< "cpu", "gpu", "integrated_gpu" or "accelerator"
  std::uint64_t memory_total_bytes;
  std::uint64_t memory_free_bytes;
};

/// Loads the CPU module in `folder` that fits this processor best, and sends warnings and errors
/// of libllama to stderr. Our own kernels come with it; see kernels.h. Call once, first. GPU
/// modules lie elsewhere; see backend_modules.h. ggml's RPC module may lie there, since it has no
/// devices before it is given servers.
void LoadBackends(const std::filesystem::path& folder);

/// The devices that the loaded modules offer.
std::vector<DeviceInfo> ListDevices();

/// The pinned release of llama.cpp.
std::string LlamaVersion();

}  // namespace chatglm
