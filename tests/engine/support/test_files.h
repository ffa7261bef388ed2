#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "support/engine_error.h"

namespace chatglm {

/// A new folder that is removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> count{0};
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    path_ = std::filesystem::temp_directory_path() /
            ("chatglm-test-" + std::to_string(now) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::filesystem::path WriteTestFile(const std::filesystem::path& path,
                                           const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

inline std::string ReadTestFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The folder with the reference models, which carry data that is not part of this repository:
/// CHATGLM_GOLDENS, or the place where developers keep it. Empty when there is none.
inline std::filesystem::path GoldensFolder() {
  const char* variable = std::getenv("CHATGLM_GOLDENS");
  const std::filesystem::path folder =
      variable != nullptr ? variable : CHATGLM_SOURCE_FOLDER "/../shared/goldens";
  return std::filesystem::exists(folder / "models") ? folder : std::filesystem::path();
}

/// Expects that `action` throws the error, and that its sentence contains `part`.
inline void ExpectEngineError(ErrorCode code, const std::string& part,
                              const std::function<void()>& action) {
  try {
    action();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const EngineError& error) {
    EXPECT_EQ(static_cast<int>(error.code()), static_cast<int>(code)) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

}  // namespace chatglm

/// Ends the test unless the reference models are there.
#define CHATGLM_REQUIRE_GOLDENS()                                             \
  if (::chatglm::GoldensFolder().empty()) {                                   \
    GTEST_SKIP() << "The reference models are missing; set CHATGLM_GOLDENS."; \
  }                                                                           \
  static_assert(true)
