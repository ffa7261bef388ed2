#include "llama/backend_modules.h"

#include <gtest/gtest.h>

#include <fstream>

#include "devices.h"

namespace chatglm {
namespace {

BackendModule Load(const std::filesystem::path& file) {
  test::EnsureBackends();
  LoadModules({file});
  return ListModules().back();
}

BackendModule ConnectTo(const std::string& server) {
  test::EnsureBackends();
  ConnectRpcServers(CHATGLM_ENGINE_FOLDER, {server});
  return ListModules().back();
}

TEST(BackendModules, TellWhyAFileCannotBeLoaded) {
  const auto missing = Load("/nowhere/libggml-cuda.so");
  EXPECT_EQ(missing.name, "libggml-cuda.so");
  ASSERT_TRUE(missing.reason);
  EXPECT_NE(missing.reason->find("No such file"), std::string::npos) << *missing.reason;

  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "text.so") << "no library";
  const auto text = Load(folder.path() / "text.so");
  ASSERT_TRUE(text.reason);
  EXPECT_FALSE(text.reason->empty());
}

TEST(BackendModules, TellThatALibraryIsNoModule) {
  const auto library = Load(std::filesystem::path(CHATGLM_ENGINE_FOLDER) / "libggml-base.so");
  ASSERT_TRUE(library.reason);
  EXPECT_NE(library.reason->find("ggml_backend_init"), std::string::npos) << *library.reason;
}

TEST(BackendModules, AreNotLoadedUnlessTheyAreNamed) {
  test::EnsureBackends();
  LoadBackends(CHATGLM_ENGINE_FOLDER);
  for (const DeviceInfo& device : ListDevices()) {
    EXPECT_TRUE(device.kind == "cpu" || device.kind == "accelerator") << device.name;
  }
}

TEST(BackendModules, AreNotNeededToTellWhatMemoryIsFree) {
  test::EnsureBackends();
  const DeviceInfo cpu = ListDevices().front();
  ASSERT_EQ(cpu.kind, "cpu");
  EXPECT_GT(cpu.memory_free_bytes, 0u);
  EXPECT_LT(cpu.memory_free_bytes, cpu.memory_total_bytes);
}

TEST(BackendModules, TellThatAnRpcServerDoesNotAnswer) {
  const auto closed = ConnectTo("127.0.0.1:" + std::to_string(test::FreePort()));
  ASSERT_TRUE(closed.reason);
  EXPECT_EQ(*closed.reason, "Connection refused");
  EXPECT_TRUE(ConnectTo("127.0.0.1").reason);
  EXPECT_TRUE(ConnectTo("127.0.0.1:http-of-nobody").reason);
}

TEST(BackendModules, TellThatAnotherProgramAnswers) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::thread server([listener] {
    const int client = accept(listener, nullptr, nullptr);
    const std::string answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(send(client, answer.data(), answer.size(), 0), static_cast<ssize_t>(answer.size()));
    char byte;
    while (recv(client, &byte, 1, 0) > 0) continue;
    close(client);
  });
  const auto module = ConnectTo("127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  server.join();
  close(listener);
  ASSERT_TRUE(module.reason);
  EXPECT_NE(module.reason->find("rpc-server"), std::string::npos) << *module.reason;
}

TEST(BackendModules, OfferTheDevicesOfRpcServers) {
  ASSERT_TRUE(test::StartRpcServers());
  for (const DeviceInfo& device : ListDevices()) {
    if (!device.name.starts_with("RPC")) continue;
    EXPECT_EQ(device.kind, "gpu");
    EXPECT_GT(device.memory_total_bytes, 0u);
    EXPECT_TRUE(device.description.starts_with("127.0.0.1:"));
  }
}

}  // namespace
}  // namespace chatglm
