#pragma once

#include <random>
#include <string>

namespace chatglm {

/// Changes, removes or repeats a few bytes at random.
inline std::string Mutate(std::string bytes, std::mt19937_64& random) {
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  for (std::size_t count = 1 + below(4); count > 0; --count) {
    if (bytes.empty()) return bytes;
    const std::size_t position = below(bytes.size());
    switch (below(6)) {
      case 0:
        bytes[position] = static_cast<char>(random());
        break;
      case 1:
        bytes[position] = static_cast<char>(bytes[position] ^ (1 << below(8)));
        break;
      case 2:
        bytes[position] = "\x00\xff\x7f\x80.("[below(6)];
        break;
      case 3:
        bytes.erase(position, 1 + below(8));
        break;
      case 4:
        bytes.insert(position, bytes.substr(below(bytes.size()), 1 + below(16)));
        break;
      default:
        if (below(8) == 0) bytes.resize(position);
    }
  }
  return bytes;
}

}  // namespace chatglm
