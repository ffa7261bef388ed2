#pragma once

#include <string_view>

namespace chatglm::fuzz {

/// `bytes` as the stream that the engine reads from its socket, in pieces.
/// Every request must be answered once, in valid JSON.
void ReceiveFrames(std::string_view bytes);

/// `bytes` as the JSON of the parameters of every method.
void ParseParams(std::string_view bytes);

}  // namespace chatglm::fuzz
