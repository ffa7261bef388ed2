#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "convert/converter.h"
#include "goldens.h"
#include "llama/backend.h"
#include "llama/model.h"

namespace chatglm::test {

/// Loads the backend modules once.
inline void EnsureBackends() {
  static const bool loaded = [] {
    LoadBackends(CHATGLM_MODULE_FOLDER);
    return true;
  }();
  (void)loaded;
}

/// A folder below the system's temporary one that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("chatglm-test-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A checkpoint folder made of the configuration of one golden model and the weights of another,
/// with a tokenizer.
inline void AssembleCheckpoint(const std::string& config, const std::string& weights,
                               const std::string& tokenizer, const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  fs::create_directories(folder);
  const fs::path goldens = GoldensFolder();
  for (const auto& entry : fs::directory_iterator(goldens / "models" / weights)) {
    const std::string name = entry.path().filename().string();
    if (name == "config.json" || name == "tokenizer.model") continue;
    fs::create_symlink(fs::absolute(entry.path()), folder / name);
  }
  fs::create_symlink(fs::absolute(goldens / "models" / config / "config.json"),
                     folder / "config.json");
  fs::create_symlink(fs::absolute(goldens / tokenizer), folder / "tokenizer.model");
}

/// The golden model as GGUF in `type`.
inline std::filesystem::path ConvertGolden(const std::string& config, const std::string& weights,
                                           const std::string& tokenizer, OutputType type,
                                           const TemporaryFolder& folder) {
  const auto source = folder.path() / (config + "-source");
  if (!std::filesystem::exists(source)) AssembleCheckpoint(config, weights, tokenizer, source);
  const auto destination = folder.path() / (config + ".gguf");
  ConvertOptions options;
  options.source = source;
  options.destination = destination;
  options.type = type;
  Convert(options, StopFlag(), [](const ConvertProgress&) {});
  return destination;
}

inline std::shared_ptr<const Model> LoadModel(const std::filesystem::path& path) {
  EnsureBackends();
  return Model::Load({.path = path}, StopFlag(), [](float) {});
}

}  // namespace chatglm::test
