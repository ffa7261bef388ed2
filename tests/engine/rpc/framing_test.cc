#include "rpc/framing.h"

#include <gtest/gtest.h>

namespace chatglm {
namespace {

using Problem = FrameReader::Problem;

TEST(FrameReader, ReadsMessagesThatArriveByteByByte) {
  FrameReader reader;
  std::vector<std::string> contents;
  for (const char byte : EncodeFrame("{\"a\":1}") + EncodeFrame("你好")) {
    reader.Feed({&byte, 1});
    while (auto frame = reader.Next()) contents.push_back(frame->content);
  }
  EXPECT_EQ(contents, (std::vector<std::string>{"{\"a\":1}", "你好"}));
}

TEST(FrameReader, TakesOtherHeadersAndAnyCase) {
  FrameReader reader;
  reader.Feed("Content-Type: application/json\r\ncontent-length: 2\r\n\r\n{}");
  EXPECT_EQ(reader.Next()->content, "{}");
}

TEST(FrameReader, GoesOnAfterAHeaderWithoutLength) {
  FrameReader reader;
  reader.Feed("Hello: there\r\n\r\n" + EncodeFrame("{}"));
  EXPECT_EQ(reader.Next()->problem, Problem::kBadHeader);
  EXPECT_EQ(reader.Next()->content, "{}");
}

TEST(FrameReader, RefusesLengthsThatAreNoNumber) {
  for (const char* length : {"-1", "0x10", "", "1e3", "99999999999999999999999"}) {
    FrameReader reader;
    reader.Feed(std::string("Content-Length: ") + length + "\r\n\r\n");
    EXPECT_EQ(reader.Next()->problem, Problem::kBadHeader) << length;
  }
}

TEST(FrameReader, SkipsAMessageThatIsTooLarge) {
  FrameReader reader;
  const std::size_t size = FrameReader::kMostContentBytes + 1;
  reader.Feed("Content-Length: " + std::to_string(size) + "\r\n\r\n");
  EXPECT_EQ(reader.Next()->problem, Problem::kTooLarge);
  const std::string chunk(1 << 20, 'x');
  for (std::size_t sent = 0; sent < size; sent += chunk.size()) {
    reader.Feed(std::string_view(chunk).substr(0, std::min(chunk.size(), size - sent)));
    EXPECT_FALSE(reader.Next().has_value());
  }
  reader.Feed(EncodeFrame("{}"));
  EXPECT_EQ(reader.Next()->content, "{}");
}

TEST(FrameReader, GivesUpOnAHeaderWithoutEnd) {
  FrameReader reader;
  reader.Feed(std::string(FrameReader::kMostHeaderBytes + 1, 'x'));
  EXPECT_EQ(reader.Next()->problem, Problem::kNoHeaderEnd);
}

}  // namespace
}  // namespace chatglm
