#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "golden_models.h"
#include "llama/backend_modules.h"
#include "rpc_server_process.h"

namespace chatglm::test {

inline std::filesystem::path VulkanModule() {
  return std::filesystem::path(CHATGLM_ENGINE_FOLDER) / "modules" / "libggml-vulkan.so";
}

inline bool HasDevice(const std::string& name) {
  for (const DeviceInfo& device : ListDevices()) {
    if (device.name == name) return true;
  }
  return false;
}

/// Makes Vulkan0 known, on a computer without GPU the driver that computes on the CPU. Empty when
/// that worked, else why not.
inline std::string StartVulkan() {
  static const std::string problem = [] {
    setenv("GGML_VK_VISIBLE_DEVICES", "0", /*overwrite=*/0);  // else CPU drivers are left out
    EnsureBackends();
    if (!std::filesystem::exists(VulkanModule())) return std::string("there is no Vulkan module");
    LoadModules({VulkanModule()});
    if (ListModules().back().reason) return *ListModules().back().reason;
    return HasDevice("Vulkan0") ? std::string() : std::string("no Vulkan driver has a device");
  }();
  return problem;
}

/// Makes RPC0 and RPC1 known, two processes on loopback. False when they could not be started.
inline bool StartRpcServers() {
  static std::vector<std::unique_ptr<RpcServerProcess>> servers;
  static const bool are_started = [] {
    EnsureBackends();
    for (int i = 0; i < 2; ++i) {
      servers.push_back(std::make_unique<RpcServerProcess>());
      if (!servers.back()->Wait()) return false;
      ConnectRpcServers(CHATGLM_ENGINE_FOLDER, {servers.back()->endpoint()});
    }
    return HasDevice("RPC0") && HasDevice("RPC1");
  }();
  return are_started;
}

}  // namespace chatglm::test
