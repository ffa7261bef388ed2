#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "support/file_reader.h"
#include "support/file_writer.h"

namespace chatglm {

/// What a model foretold at so many places of a text, for another model to be compared with.
///
/// A row holds the logarithms of all probabilities in 16 bits each, in even steps from the
/// likeliest token down to 32 nats below it, less likely ones as those: a logarithm is off by
/// 0.00025 at most.
class DistributionWriter {
 public:
  /// Throws what FileWriter::Create throws.
  DistributionWriter(const std::filesystem::path& path, std::uint32_t vocabulary,
                     std::uint32_t rows);
  void Write(std::span<const double> log_probabilities);
  void Commit() { file_->Commit(); }

 private:
  std::unique_ptr<FileWriter> file_;
};

class DistributionReader {
 public:
  /// Throws EngineError(kInvalidParams) when the file holds another number of rows, or those of
  /// another vocabulary; what FileReader throws.
  DistributionReader(const std::filesystem::path& path, std::uint32_t vocabulary,
                     std::uint32_t rows);
  /// The logarithms of the probabilities of the next row, which sum to 1 again.
  std::vector<double> Read();

 private:
  std::shared_ptr<const FileReader> file_;
  std::uint32_t vocabulary_;
  std::uint64_t offset_;
};

}  // namespace chatglm
