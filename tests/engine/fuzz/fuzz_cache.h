#pragma once

#include <string_view>

namespace chatglm::fuzz {

/// `bytes` as a file of the cache, with a checksum that fits, since a random one never does.
void ReadCacheFile(std::string_view bytes);

}  // namespace chatglm::fuzz
