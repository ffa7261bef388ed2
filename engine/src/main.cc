#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <thread>

#include "rpc/server.h"
#include "support/program_folder.h"

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

}  // namespace

int main() {
  // Ctrl-C in a terminal reaches the engine too; the parent decides what it means.
  std::signal(SIGINT, SIG_IGN);
#ifndef _WIN32
  std::signal(SIGPIPE, SIG_IGN);
#endif
  const char* address = std::getenv("CHATGLM_ENGINE_SOCKET");
  const char* token = std::getenv("CHATGLM_ENGINE_TOKEN");
  if (!address || !token) {
    std::fputs(
        "chatglm-engine is started by ChatGLM Desktop or by the chatglm program, which tell it "
        "where to connect. Start one of them.\n",
        stderr);
    return kNoAddress;
  }
  try {
    const auto transport = chatglm::Transport::Connect(address);
    chatglm::LoadBackends(chatglm::ProgramFolder());
    chatglm::Engine engine;
    const auto end = chatglm::Serve(*transport, token, engine, ExitSoon);
    return end == chatglm::ServerEnd::kRefused ? kRefused : kEnded;
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "engine: cannot connect: %s\n", error.what());
    return kNotConnected;
  }
}
