#include "rpc/server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "rpc/framing.h"

namespace chatglm {
namespace {

using nlohmann::json;

/// One end of a socket pair, as the engine sees it.
class PairTransport : public Transport {
 public:
  explicit PairTransport(int descriptor) : descriptor_(descriptor) {}
  ~PairTransport() override { close(descriptor_); }

  std::size_t Read(std::span<char> buffer) override {
    const ssize_t got = read(descriptor_, buffer.data(), buffer.size());
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  bool Write(std::span<const char> bytes) override {
    return write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  }
  void StopReading() override { shutdown(descriptor_, SHUT_RD); }

 private:
  int descriptor_;
};

/// The app's end, with the engine serving on a thread.
class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    app_ = ends[0];
    end_ = std::async(std::launch::async,
                      [transport = std::make_shared<PairTransport>(ends[1]), this] {
                        return Serve(*transport, "secret", engine_, [] {});
                      });
    const json hello = Receive();
    EXPECT_EQ(hello["method"], "engine.hello");
    EXPECT_EQ(hello["params"]["token"], "secret");
    hello_id_ = hello["id"];
  }
  void TearDown() override {
    if (app_ >= 0) close(app_);
    if (end_.valid()) end_.wait();
  }

  void Welcome() { Send({{"jsonrpc", "2.0"}, {"id", hello_id_}, {"result", nullptr}}); }
  void SendRaw(const std::string& bytes) {
    ASSERT_EQ(write(app_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void Send(const json& message) { SendRaw(EncodeFrame(message.dump())); }
  json Receive() {
    std::array<char, 4096> buffer;
    while (true) {
      if (auto frame = frames_.Next()) return json::parse(frame->content);
      const ssize_t got = read(app_, buffer.data(), buffer.size());
      if (got <= 0) return nullptr;
      frames_.Feed({buffer.data(), static_cast<std::size_t>(got)});
    }
  }
  json Ask(const std::string& method, const json& params = json::object()) {
    Send({{"jsonrpc", "2.0"}, {"id", ++last_id_}, {"method", method}, {"params", params}});
    return Receive();
  }

  Engine engine_;
  int app_ = -1;
  int last_id_ = 0;
  json hello_id_;
  FrameReader frames_;
  std::future<ServerEnd> end_;
};

TEST_F(ServerTest, AnswersNothingBeforeItIsWelcome) {
  Send({{"jsonrpc", "2.0"}, {"id", 7}, {"method", "engine.devices"}});
  EXPECT_EQ(Receive()["error"]["code"], 2);
  Welcome();
  EXPECT_TRUE(Ask("engine.devices").contains("result"));
}

TEST_F(ServerTest, EndsWhenTheTokenIsRefused) {
  Send({{"jsonrpc", "2.0"}, {"id", hello_id_}, {"error", {{"code", 2}, {"message", "no"}}}});
  EXPECT_EQ(end_.get(), ServerEnd::kRefused);
}

TEST_F(ServerTest, NamesUnknownMethodsAndGoesOn) {
  Welcome();
  EXPECT_EQ(Ask("model.explode")["error"]["code"], -32601);
  EXPECT_TRUE(Ask("engine.devices").contains("result"));
}

TEST_F(ServerTest, AnswersAPingWithoutAModel) {
  Welcome();
  EXPECT_EQ(Ask("engine.ping")["result"], (json{{"steps", 0}, {"isComputing", false}}));
}

TEST_F(ServerTest, AnswersMalformedMessagesAndGoesOn) {
  Welcome();
  SendRaw(EncodeFrame("{"));
  EXPECT_EQ(Receive()["error"]["code"], -32700);
  SendRaw(EncodeFrame("[1,2]"));
  EXPECT_EQ(Receive()["error"]["code"], -32600);
  SendRaw(EncodeFrame("{\"id\":{},\"method\":\"x\"}"));
  EXPECT_EQ(Receive()["error"]["code"], -32600);
  SendRaw(EncodeFrame("\xFF\xFE"));
  EXPECT_EQ(Receive()["error"]["code"], -32700);
  SendRaw("Nonsense: 1\r\n\r\n");
  EXPECT_EQ(Receive()["error"]["code"], -32700);
  SendRaw(EncodeFrame(std::string(100'000, '[')));
  EXPECT_EQ(Receive()["error"]["code"], -32700);
  EXPECT_TRUE(Ask("engine.devices").contains("result"));
}

TEST_F(ServerTest, RefusesWrongParametersByTheirName) {
  Welcome();
  const json answer = Ask("model.load", {{"path", 5}});
  EXPECT_EQ(answer["error"]["code"], -32602);
  EXPECT_NE(answer["error"]["message"].get<std::string>().find("params.path"), std::string::npos);
  EXPECT_EQ(Ask("chat.generate", {{"messages", json::array()}})["error"]["code"], -32602);
  EXPECT_EQ(Ask("chat.generate", json::array())["error"]["code"], -32602);
}

TEST_F(ServerTest, SaysThatNoModelIsLoaded) {
  Welcome();
  const json messages = {{{"role", "user"}, {"content", "hi"}}};
  EXPECT_EQ(Ask("chat.generate", {{"messages", messages}})["error"]["code"], 30);
  EXPECT_EQ(Ask("text.tokenize", {{"text", "hi"}})["error"]["code"], 30);
  EXPECT_TRUE(Ask("model.unload").contains("result"));
}

}  // namespace
}  // namespace chatglm
