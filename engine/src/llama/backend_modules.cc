#include "llama/backend_modules.h"

#include <ggml-backend.h>
#include <ggml-rpc.h>

#include <array>

#include "llama/log.h"
#include "support/dynamic_library.h"
#include "support/tcp_question.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

#if defined(_WIN32)
constexpr const char* kRpcModule = "ggml-rpc.dll";
#else
constexpr const char* kRpcModule = "libggml-rpc.so";  // so on macOS, too
#endif

using Reason = std::optional<std::string>;

std::vector<BackendModule>& Modules() {
  static std::vector<BackendModule> modules;
  return modules;
}

/// What ggml said last, without the name of its function and the end of the line.
std::string LastWords(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  const std::size_t line = text.rfind('\n');
  return ReplaceInvalidUtf8(line == std::string::npos ? text : text.substr(line + 1));
}

Reason LoadModule(const std::filesystem::path& file) {
  // ggml tells the system's reason in its log at best, so the system is asked first.
  if (Reason reason = LoadLibraryForGood(file)) return reason;
  const LogCapture log;
  if (ggml_backend_load(PathToUtf8(file).c_str())) return std::nullopt;
  const std::string words = LastWords(log.text());
  return words.empty() ? "It does not support this computer." : words;
}

Reason FindRpc(const std::filesystem::path& folder) {
  if (ggml_backend_reg_by_name("RPC")) return std::nullopt;
  return LoadModule(folder / kRpcModule);
}

/// Whether an RPC server of our version answers at `server`.
Reason Greet(const std::string& server) {
  // Source: rpc_cmd and rpc_msg_hello_* in ggml/src/ggml-rpc/ggml-rpc.cpp of the pinned release.
  constexpr std::byte kHello{14};
  constexpr std::size_t kCapabilities = 24;
  constexpr std::size_t kReplySize = 4 + kCapabilities;
  std::array<std::byte, 1 + 8 + kCapabilities> request{kHello, std::byte{kCapabilities}};
  const TcpAnswer answer =
      AskOverTcp(server, request, 8 + kReplySize, std::chrono::milliseconds(3000));
  if (!answer.problem.empty()) return answer.problem;
  const auto number = [&answer](std::size_t at) { return std::to_integer<int>(answer.bytes[at]); };
  if (number(0) != kReplySize || number(8) != RPC_PROTO_MAJOR_VERSION ||
      number(9) > RPC_PROTO_MINOR_VERSION) {
    return "Another program answers there, or an rpc-server of another release. Start the "
           "rpc-server that belongs to this app.";
  }
  return std::nullopt;
}

Reason Connect(const std::string& server) {
  if (Reason reason = Greet(server)) return reason;
  const auto add_server =
      reinterpret_cast<decltype(&ggml_backend_rpc_add_server)>(ggml_backend_reg_get_proc_address(
          ggml_backend_reg_by_name("RPC"), "ggml_backend_rpc_add_server"));
  ggml_backend_reg_t devices = add_server ? add_server(server.c_str()) : nullptr;
  if (!devices) return "The server offers no device.";
  ggml_backend_register(devices);
  return std::nullopt;
}

}  // namespace

void LoadModules(const std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& file : files) {
    Modules().push_back({PathToUtf8(file.filename()), LoadModule(file)});
  }
}

void ConnectRpcServers(const std::filesystem::path& folder,
                       const std::vector<std::string>& servers) {
  for (const std::string& server : servers) {
    Reason reason = FindRpc(folder);
    if (!reason) reason = Connect(server);
    Modules().push_back({ReplaceInvalidUtf8(server), std::move(reason)});
  }
}

const std::vector<BackendModule>& ListModules() { return Modules(); }

}  // namespace chatglm
