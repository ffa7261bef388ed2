#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/archive_builder.h"

namespace chatglm {

struct SafetensorsEntry {
  std::string name;
  std::string type;  ///< "F16"
  std::vector<std::uint64_t> shape;
  std::string bytes;
};

/// A safetensors file with the given header text.
inline std::string BuildSafetensors(const std::string& header, const std::string& data) {
  std::string bytes;
  AppendNumber(bytes, header.size(), 8);
  return bytes + header + data;
}

inline std::string BuildSafetensors(const std::vector<SafetensorsEntry>& entries) {
  std::string header = R"({"__metadata__":{"format":"pt"})";
  std::string data;
  for (const SafetensorsEntry& entry : entries) {
    header += ",\"" + entry.name + R"(":{"dtype":")" + entry.type + R"(","shape":[)";
    for (std::size_t i = 0; i < entry.shape.size(); ++i) {
      if (i > 0) header += ',';
      header += std::to_string(entry.shape[i]);
    }
    header += R"(],"data_offsets":[)" + std::to_string(data.size()) + "," +
              std::to_string(data.size() + entry.bytes.size()) + "]}";
    data += entry.bytes;
  }
  return BuildSafetensors(header + "}  ", data);
}

}  // namespace chatglm
