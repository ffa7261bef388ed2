#include "support/tcp_question.h"

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#endif

#include <memory>
#include <system_error>

#include "support/utf8.h"

namespace chatglm {
namespace {

using Clock = std::chrono::steady_clock;

#ifdef _WIN32
using NativeSocket = SOCKET;
constexpr int kNoSignal = 0;
const NativeSocket kNoSocket = INVALID_SOCKET;

int LastError() { return WSAGetLastError(); }
bool WouldBlock(int error) { return error == WSAEWOULDBLOCK; }
void Close(NativeSocket socket) { closesocket(socket); }
void Unblock(NativeSocket socket) {
  u_long on = 1;
  ioctlsocket(socket, FIONBIO, &on);
}
int Poll(pollfd& entry, int milliseconds) { return WSAPoll(&entry, 1, milliseconds); }
void StartSockets() {
  static const int started = [] {
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data);
  }();
  (void)started;
}
#else
using NativeSocket = int;
#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;
#endif
constexpr NativeSocket kNoSocket = -1;

int LastError() { return errno; }
bool WouldBlock(int error) { return error == EINPROGRESS || error == EAGAIN; }
void Close(NativeSocket socket) { close(socket); }
void Unblock(NativeSocket socket) {
  fcntl(socket, F_SETFL, fcntl(socket, F_GETFL, 0) | O_NONBLOCK);
}
int Poll(pollfd& entry, int milliseconds) { return poll(&entry, 1, milliseconds); }
void StartSockets() {}
#endif

std::string Sentence(int error) {
  return ReplaceInvalidUtf8(std::system_category().message(error));
}

/// One connection, which every step may fail with a problem.
class Connection {
 public:
  Connection(const addrinfo& address, Clock::time_point deadline)
      : socket_(socket(address.ai_family, address.ai_socktype, address.ai_protocol)),
        deadline_(deadline) {
    if (socket_ == kNoSocket) {
      Fail(LastError());
    } else {
      Connect(address);
    }
  }
  ~Connection() {
    if (socket_ != kNoSocket) Close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Send(std::span<const std::byte> bytes) {
    while (problem_.empty() && !bytes.empty()) {
      if (!Wait(POLLOUT)) return;
      const auto sent = send(socket_, reinterpret_cast<const char*>(bytes.data()),
                             static_cast<int>(bytes.size()), kNoSignal);
      if (sent < 0 && !WouldBlock(LastError())) return Fail(LastError());
      if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
  }

  void Receive(std::span<std::byte> bytes) {
    while (problem_.empty() && !bytes.empty()) {
      if (!Wait(POLLIN)) return;
      const auto got =
          recv(socket_, reinterpret_cast<char*>(bytes.data()), static_cast<int>(bytes.size()), 0);
      if (got == 0) {
        problem_ = "The connection was closed.";
      } else if (got < 0 && !WouldBlock(LastError())) {
        Fail(LastError());
      } else if (got > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(got));
      }
    }
  }

  const std::string& problem() const { return problem_; }

 private:
  void Fail(int error) { problem_ = Sentence(error); }

  void Connect(const addrinfo& address) {
    Unblock(socket_);
    if (connect(socket_, address.ai_addr, static_cast<socklen_t>(address.ai_addrlen)) == 0) return;
    if (!WouldBlock(LastError())) return Fail(LastError());
    if (!Wait(POLLOUT)) return;
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket_, SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&error), &size);
    if (error != 0) Fail(error);
  }

  bool Wait(short events) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now());
    pollfd entry{};
    entry.fd = socket_;
    entry.events = events;
    if (left.count() > 0 && Poll(entry, static_cast<int>(left.count())) > 0) return true;
    problem_ = "There was no answer in time.";
    return false;
  }

  NativeSocket socket_;
  Clock::time_point deadline_;
  std::string problem_;
};

}  // namespace

TcpAnswer AskOverTcp(const std::string& endpoint, std::span<const std::byte> request,
                     std::size_t answer_size, std::chrono::milliseconds timeout) {
  StartSockets();
  const std::size_t colon = endpoint.find(':');
  if (colon == std::string::npos) return {{}, "The port is missing."};
  const std::string host = endpoint.substr(0, colon);
  const std::string port = endpoint.substr(colon + 1);
  addrinfo hints{};
  hints.ai_family = AF_INET;  // ggml's RPC has no IPv6
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (status != 0) return {{}, "The name or the port is unknown to this computer."};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);

  Connection connection(*addresses, Clock::now() + timeout);
  connection.Send(request);
  TcpAnswer answer{std::vector<std::byte>(answer_size), ""};
  connection.Receive(answer.bytes);
  answer.problem = connection.problem();
  return answer;
}

}  // namespace chatglm
