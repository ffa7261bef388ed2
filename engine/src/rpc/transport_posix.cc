#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "rpc/transport.h"

namespace chatglm {
namespace {

class UnixSocket : public Transport {
 public:
  explicit UnixSocket(int descriptor) : descriptor_(descriptor) {}
  ~UnixSocket() override { close(descriptor_); }
  UnixSocket(const UnixSocket&) = delete;
  UnixSocket& operator=(const UnixSocket&) = delete;

  std::size_t Read(std::span<char> buffer) override {
    ssize_t got;
    do {
      got = read(descriptor_, buffer.data(), buffer.size());
    } while (got < 0 && errno == EINTR);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }

  bool Write(std::span<const char> bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = write(descriptor_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return true;
  }

  void StopReading() override { shutdown(descriptor_, SHUT_RD); }

 private:
  int descriptor_;
};

}  // namespace

std::unique_ptr<Transport> Transport::Connect(const std::string& address) {
  sockaddr_un target{};
  target.sun_family = AF_UNIX;
  if (address.size() >= sizeof(target.sun_path)) {
    throw std::system_error(ENAMETOOLONG, std::generic_category(), address);
  }
  std::memcpy(target.sun_path, address.c_str(), address.size() + 1);
  const int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "socket");
  auto transport = std::make_unique<UnixSocket>(descriptor);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&target), sizeof(target)) != 0) {
    throw std::system_error(errno, std::generic_category(), address);
  }
  return transport;
}

}  // namespace chatglm
