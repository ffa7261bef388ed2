#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace chatglm {

/// What a server answered, or why there is no answer.
struct TcpAnswer {
  std::vector<std::byte> bytes;
  std::string problem;  ///< empty when there is one
};

/// Connects to `endpoint`, "host:port", sends `request` and waits for `answer_size` bytes; then
/// closes the connection. Takes about `timeout` at most, and the time to resolve the name.
TcpAnswer AskOverTcp(const std::string& endpoint, std::span<const std::byte> request,
                     std::size_t answer_size, std::chrono::milliseconds timeout);

}  // namespace chatglm
