#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "checkpoint/checkpoint_config.h"
#include "checkpoint/tensor_record.h"

namespace chatglm {

/// A checkpoint folder in the official layout: its configuration and where its tensors lie. Reads
/// the lists of the weight files only; weights are read a tensor at a time.
class Checkpoint {
 public:
  /// Throws EngineError, naming the file, for a path that is no such folder and for every file that
  /// is missing or damaged.
  explicit Checkpoint(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  const CheckpointConfig& config() const { return config_; }

  /// By name, "transformer.…" whatever a trainer put in front.
  const std::map<std::string, TensorRecord>& tensors() const { return tensors_; }

  /// Null when there is none of that name.
  const TensorRecord* Find(const std::string& name) const;

  /// Bytes of the weight files.
  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  void AddFile(const std::filesystem::path& path);

  std::filesystem::path folder_;
  CheckpointConfig config_;
  std::map<std::string, TensorRecord> tensors_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace chatglm
