#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace chatglm::test {

/// The folder of fixtures made by the official code, which is not part of the project: it holds
/// the official tokenizer. CHATGLM_GOLDENS names it, else it lies beside the checkout.
inline std::filesystem::path GoldensFolder() {
  if (const char* folder = std::getenv("CHATGLM_GOLDENS")) return folder;
  return std::filesystem::path(CHATGLM_SOURCE_FOLDER) / ".." / "shared" / "goldens";
}

inline bool HasGoldens() { return std::filesystem::exists(GoldensFolder() / "README.md"); }

inline nlohmann::json ReadJson(const std::filesystem::path& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

/// A raw little-endian float32 file.
inline std::vector<float> ReadFloats(const std::filesystem::path& path) {
  std::vector<float> values(std::filesystem::file_size(path) / sizeof(float));
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

}  // namespace chatglm::test

/// Skips a test that needs the official fixtures, and says so.
#define CHATGLM_NEEDS_GOLDENS()                                                    \
  do {                                                                             \
    if (!chatglm::test::HasGoldens()) {                                            \
      GTEST_SKIP() << "no official fixtures in " << chatglm::test::GoldensFolder() \
                   << "; set CHATGLM_GOLDENS to their folder to run this test";    \
    }                                                                              \
  } while (false)
