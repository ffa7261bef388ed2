#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "rpc/messages.h"
#include "rpc/server.h"
#include "support/environment.h"
#include "support/program_folder.h"
#include "support/utf8.h"

// Exit statuses that the parent tells apart.
constexpr int kEnded = 0;
constexpr int kNoAddress = 2;
constexpr int kNotConnected = 3;
constexpr int kRefused = 4;

namespace {

/// Ends the process one second from now, should a call not end although it was cancelled.
void ExitSoon() {
  std::thread([] {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    std::_Exit(kEnded);
  }).detach();
}

/// The parts of an environment variable; none when it is not set.
std::vector<std::string> ReadList(const char* variable, char separator) {
  std::vector<std::string> parts;
  std::istringstream text(chatglm::ReadEnvironment(variable).value_or(""));
  for (std::string part; std::getline(text, part, separator);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

void LoadEverything() {
#ifdef _WIN32
  constexpr char kPathSeparator = ';';
#else
  constexpr char kPathSeparator = ':';
#endif
  const std::filesystem::path folder = chatglm::ProgramFolder();
  chatglm::LoadBackends(folder);
  std::vector<std::filesystem::path> modules;
  for (const std::string& file : ReadList("CHATGLM_ENGINE_MODULES", kPathSeparator)) {
    modules.push_back(chatglm::PathFromUtf8(file));
  }
  chatglm::LoadModules(modules);
  chatglm::ConnectRpcServers(folder, ReadList("CHATGLM_ENGINE_RPC_SERVERS", ','));
}

}  // namespace

int main() {
  // Ctrl-C in a terminal reaches the engine too; the parent decides what it means.
  std::signal(SIGINT, SIG_IGN);
#ifndef _WIN32
  std::signal(SIGPIPE, SIG_IGN);
#endif
  const auto address = chatglm::ReadEnvironment("CHATGLM_ENGINE_SOCKET");
  const auto token = chatglm::ReadEnvironment("CHATGLM_ENGINE_TOKEN");
  if (!address || !token) {
    std::fputs(
        "chatglm-engine is started by ChatGLM Desktop or by the chatglm program, which tell it "
        "where to connect. Start one of them.\n",
        stderr);
    return kNoAddress;
  }
  try {
    const auto transport = chatglm::Transport::Connect(*address);
    LoadEverything();
    chatglm::Engine engine;
    const auto end = chatglm::Serve(*transport, *token, engine, ExitSoon);
    return end == chatglm::ServerEnd::kRefused ? kRefused : kEnded;
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "engine: cannot connect: %s\n", error.what());
    return kNotConnected;
  }
}
