#pragma once

#include <ggml.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "convert/converter.h"
#include "convert/model_tensors.h"
#include "support/file_writer.h"

namespace chatglm {

/// Writes the header and then tensor after tensor to a file that the caller commits. Reports
/// progress on the calling thread. Belongs to one conversion and keeps references to what it is
/// given.
class GgufWriter {
 public:
  GgufWriter(FileWriter& file, const StopFlag& stop,
             const std::function<void(const ConvertProgress&)>& on_progress, int thread_count,
             std::uint64_t total_bytes)
      : file_(file),
        stop_(stop),
        on_progress_(on_progress),
        thread_count_(thread_count),
        total_bytes_(total_bytes) {}

  void WriteHeader(std::span<const std::byte> header);

  /// Throws what EncodeRows and FileWriter::Write throw, and EngineError(kCancelled).
  void WriteTensor(const ModelTensor& tensor, ggml_type type);

  std::uint64_t written_bytes() const { return written_bytes_; }

 private:
  void Write(std::span<const std::byte> bytes);

  FileWriter& file_;
  const StopFlag& stop_;
  const std::function<void(const ConvertProgress&)>& on_progress_;
  int thread_count_;
  std::uint64_t total_bytes_;
  std::uint64_t written_bytes_ = 0;
  std::vector<std::byte> encoded_;
};

/// Bytes that the tensor takes in the file, padding included.
std::uint64_t TensorFileBytes(const ModelTensor& tensor, ggml_type type);

}  // namespace chatglm
