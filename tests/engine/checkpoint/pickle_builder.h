#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/archive_builder.h"

namespace chatglm {

/// Writes pickles instruction by instruction, well-formed or not.
class PickleBuilder {
 public:
  explicit PickleBuilder(int protocol = 2) { Raw("\x80").Byte(protocol); }

  PickleBuilder& Raw(const std::string& bytes) {
    bytes_ += bytes;
    return *this;
  }
  PickleBuilder& Byte(int value) { return Raw(std::string(1, static_cast<char>(value))); }
  PickleBuilder& Text(const std::string& text) {
    bytes_ += 'X';
    AppendNumber(bytes_, text.size(), 4);
    return Raw(text);
  }
  PickleBuilder& Integer(std::int64_t value) {
    Raw("\x8a").Byte(8);
    AppendNumber(bytes_, static_cast<std::uint64_t>(value), 8);
    return *this;
  }
  PickleBuilder& Integers(const std::vector<std::int64_t>& values) {
    Raw("(");
    for (const std::int64_t value : values) Integer(value);
    return Raw("t");
  }
  PickleBuilder& Global(const std::string& module, const std::string& name) {
    return Raw("c" + module + "\n" + name + "\n");
  }

  /// torch._utils._rebuild_tensor_v2 of a storage.
  PickleBuilder& Tensor(const std::string& storage, const std::string& key, std::int64_t count,
                        std::int64_t offset, const std::vector<std::int64_t>& shape,
                        const std::vector<std::int64_t>& strides) {
    Global("torch._utils", "_rebuild_tensor_v2").Raw("((").Text("storage").Global("torch", storage);
    Text(key).Text("cpu").Integer(count).Raw("tQ");
    Integer(offset).Integers(shape).Integers(strides).Raw("\x89}tR");
    return *this;
  }

  std::string Stop() const { return bytes_ + "."; }

 private:
  std::string bytes_;
};

/// A dictionary with one fp32 tensor "x" of the given layout over storage "0".
inline std::string PickleOfOneTensor(std::int64_t count, std::int64_t offset,
                                     const std::vector<std::int64_t>& shape,
                                     const std::vector<std::int64_t>& strides) {
  return PickleBuilder()
      .Raw("}")
      .Text("x")
      .Tensor("FloatStorage", "0", count, offset, shape, strides)
      .Raw("s")
      .Stop();
}

/// A file of torch.save with the pickle and one storage "0".
inline std::vector<ArchiveEntry> TorchEntries(const std::string& pickle,
                                              const std::string& storage) {
  return {{"archive/data.pkl", pickle}, {"archive/data/0", storage}, {"archive/version", "3\n"}};
}

}  // namespace chatglm
