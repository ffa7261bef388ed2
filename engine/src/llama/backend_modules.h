#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace chatglm {

/// A module of ggml that was to be loaded besides the CPU, and how that went.
struct BackendModule {
  std::string name;                   ///< of its file, or "host:port" of an RPC server
  std::optional<std::string> reason;  ///< why it could not be loaded; nothing when it was
};

/// Loads GPU modules. Call after LoadBackends and before anything else uses devices, as the two
/// functions below; what they did is then told by ListModules.
void LoadModules(const std::vector<std::filesystem::path>& files);

/// Makes the devices of RPC servers ("host:port") known, with the RPC module in `folder`. A server
/// that does not answer within some seconds, or speaks another version, is left out: ggml itself
/// would end the process.
void ConnectRpcServers(const std::filesystem::path& folder,
                       const std::vector<std::string>& servers);

/// In the order in which they were named.
const std::vector<BackendModule>& ListModules();

}  // namespace chatglm
