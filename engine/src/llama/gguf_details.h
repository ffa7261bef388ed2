#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace chatglm {

/// The header of a GGUF file for a person to read, in valid UTF-8. Long values are cut.
struct GgufDetails {
  struct Entry {
    std::string key;
    std::string type;  ///< "u32", "arr[str,65024]"
    std::string value;
  };
  struct Tensor {
    std::string name;
    std::string type;                 ///< "q4_0"
    std::vector<std::int64_t> shape;  ///< columns first, as GGUF has it
  };

  std::vector<Entry> metadata;
  std::vector<Tensor> tensors;
};

/// Reads the header of a model of any kind. Throws what OpenGguf throws.
GgufDetails ReadGgufDetails(const std::filesystem::path& path);

}  // namespace chatglm
