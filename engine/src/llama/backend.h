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

/// Loads the backend modules in `folder` (the CPU module that fits this processor best, and GPU
/// modules where their drivers are) and sends the log of libllama to stderr. Call once, first.
void LoadBackends(const std::filesystem::path& folder);

/// The devices that the loaded modules offer.
std::vector<DeviceInfo> ListDevices();

/// The pinned release of llama.cpp.
std::string LlamaVersion();

}  // namespace chatglm
