#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "support/tcp_question.h"

namespace chatglm::test {

/// A port of this computer that nothing listens on.
inline int FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(probe, reinterpret_cast<const sockaddr*>(&address), size);
  getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  close(probe);
  return ntohs(address.sin_port);
}

/// An rpc-server on loopback that computes on the CPU. Ends with the object.
class RpcServerProcess {
 public:
  RpcServerProcess() : port_(FreePort()), process_(fork()) {
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // also when the test crashes
      const std::string port = std::to_string(port_);
      execl(CHATGLM_ENGINE_FOLDER "/rpc-server", "rpc-server", "-d", "CPU", "-t", "1", "-p",
            port.c_str(), nullptr);
      _exit(127);
    }
  }
  ~RpcServerProcess() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  RpcServerProcess(const RpcServerProcess&) = delete;
  RpcServerProcess& operator=(const RpcServerProcess&) = delete;

  std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }

  /// Returns when it listens; false when its process has ended instead.
  bool Wait() const {
    while (waitpid(process_, nullptr, WNOHANG) == 0) {
      const auto answer = AskOverTcp(endpoint(), {}, 0, std::chrono::milliseconds(1000));
      if (answer.problem.empty()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

 private:
  int port_;
  pid_t process_;
};

}  // namespace chatglm::test
