#pragma once

#include <memory>
#include <optional>
#include <string>

#include "checkpoint/pickle_reader.h"
#include "checkpoint/tensor_record.h"
#include "checkpoint/zip_reader.h"

namespace chatglm {

/// Turns the records of torch._utils._rebuild_tensor_v2, _v3 and _rebuild_parameter into tensors
/// of the archive, after checking that shape and strides stay within their storage. Keeps
/// references to all that is given.
class TorchTensorReader {
 public:
  /// `top` is the folder in the archive with its slash ("archive/").
  TorchTensorReader(const Pickle& pickle, const ZipReader& zip, std::string top,
                    std::shared_ptr<const FileReader> file)
      : pickle_(pickle), zip_(zip), top_(std::move(top)), file_(std::move(file)) {}

  /// Nothing when the node is no tensor. Throws EngineError(kInvalidCheckpoint) naming `name`.
  std::optional<TensorRecord> Read(PickleRef ref, const std::string& name) const;

 private:
  struct Storage {
    std::optional<DataType> type;  ///< nothing: untyped
    std::uint64_t offset = 0;      ///< in the file
    std::uint64_t count = 0;       ///< elements, bytes when untyped
  };

  TensorRecord ReadRebuilt(const std::vector<PickleRef>& arguments, bool has_type,
                           const std::string& name) const;
  Storage ReadStorage(PickleRef ref, const std::string& name) const;
  std::uint64_t Unsigned(PickleRef ref, const std::string& name) const;
  std::vector<std::uint64_t> Sizes(PickleRef ref, const std::string& name) const;
  void CheckBounds(TensorRecord& tensor, std::uint64_t first, std::uint64_t storage_count) const;
  [[noreturn]] void ThrowInvalid(const std::string& name, const std::string& what) const;

  const Pickle& pickle_;
  const ZipReader& zip_;
  std::string top_;
  std::shared_ptr<const FileReader> file_;
};

}  // namespace chatglm
