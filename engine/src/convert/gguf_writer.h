#pragma once

#include <ggml.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "convert/converter.h"
#include "convert/draft_file.h"
#include "convert/model_tensors.h"

namespace chatglm {

/// Writes the header and then tensor after tensor, each a block of a draft that the caller commits.
/// Reports progress on the calling thread. Belongs to one conversion and keeps references to what
/// it is given.
class GgufWriter {
 public:
  GgufWriter(DraftFile& file, const StopFlag& stop,
             const std::function<void(const ConvertProgress&)>& on_progress, int thread_count)
      : file_(file), stop_(stop), on_progress_(on_progress), thread_count_(thread_count) {}

  void WriteHeader(std::span<const std::byte> header);

  /// Throws what EncodeRows and DraftFile::Write throw, and EngineError(kCancelled).
  void WriteTensor(const ModelTensor& tensor, ggml_type type);

 private:
  void Report(const std::string& step);

  DraftFile& file_;
  const StopFlag& stop_;
  const std::function<void(const ConvertProgress&)>& on_progress_;
  int thread_count_;
  std::vector<std::byte> encoded_;
};

/// Bytes that the tensor takes in the file, padding included.
std::uint64_t TensorFileBytes(const ModelTensor& tensor, ggml_type type);

}  // namespace chatglm
