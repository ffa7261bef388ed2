#include "checkpoint/torch_file.h"

#include <set>
#include <string>

#include "checkpoint/file_kind.h"
#include "checkpoint/pickle_reader.h"
#include "checkpoint/torch_tensor.h"
#include "checkpoint/zip_reader.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

/// The folder in the archive with its slash: that of the data.pkl with the shortest path.
std::string FindTop(const ZipReader& zip, const std::string& file_name) {
  constexpr std::string_view kList = "data.pkl";
  const std::string* shortest = nullptr;
  for (const auto& [name, entry] : zip.entries()) {
    if (name != kList && !name.ends_with("/data.pkl")) continue;
    if (shortest == nullptr || name.size() < shortest->size()) shortest = &name;
  }
  if (shortest == nullptr) {
    throw EngineError(ErrorCode::kUnsupportedFormat,
                      file_name +
                          " is an archive without PyTorch weights. Unpack it if it is a "
                          "packed checkpoint folder, and choose that folder.",
                      {"archive", file_name, {}});
  }
  return shortest->substr(0, shortest->size() - kList.size());
}

std::string ReadEntry(const FileReader& file, const ZipReader& zip, const std::string& name,
                      std::uint64_t max_bytes) {
  const ZipEntry* entry = zip.Find(name);
  if (entry == nullptr) return {};
  const std::uint64_t offset = zip.DataOffset(name, *entry);
  if (entry->size > max_bytes) {
    throw EngineError(ErrorCode::kInvalidCheckpoint,
                      file.name() +
                          " is no checkpoint: its list of tensors is far too long. "
                          "Download the file again.",
                      {"damaged", file.name(), {}});
  }
  std::string text(static_cast<std::size_t>(entry->size), '\0');
  file.Read(offset, std::as_writable_bytes(std::span(text)));
  return text;
}

/// Walks the dictionaries of a pickle. The pickle may be a graph with circles and shared parts, so
/// depth and visits are limited.
class TensorCollector {
 public:
  TensorCollector(const Pickle& pickle, const TorchTensorReader& reader,
                  const std::string& file_name)
      : pickle_(pickle), reader_(reader), file_name_(file_name) {}

  std::vector<TensorRecord> Collect() {
    if (pickle_[pickle_.root].kind != PickleKind::kDict) {
      ThrowInvalid("holds no dictionary of tensors");
    }
    Visit(pickle_.root, "", 0);
    return std::move(tensors_);
  }

 private:
  static constexpr int kMaxDepth = 4;
  static constexpr int kMaxVisits = 2'000'000;
  static constexpr std::size_t kMaxTensors = 100'000;
  static constexpr std::size_t kMaxNameBytes = 1000;

  void Visit(PickleRef ref, const std::string& prefix, int depth) {
    const auto& items = pickle_[ref].items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      if (++visits_ > kMaxVisits) ThrowInvalid("repeats itself without end");
      const PickleNode& key = pickle_[items[i]];
      if (key.kind != PickleKind::kText || key.text.size() > kMaxNameBytes) continue;
      const std::string name = prefix + key.text;
      if (pickle_[items[i + 1]].kind == PickleKind::kDict) {
        if (depth < kMaxDepth) Visit(items[i + 1], name + ".", depth + 1);
      } else if (auto tensor = reader_.Read(items[i + 1], name)) {
        Add(std::move(*tensor));
      }
    }
  }

  void Add(TensorRecord tensor) {
    if (!IsValidUtf8(tensor.name)) ThrowInvalid("has a tensor whose name is no text");
    if (!names_.insert(tensor.name).second) {
      ThrowInvalid("has two tensors named " + QuoteForMessage(tensor.name));
    }
    tensors_.push_back(std::move(tensor));
    if (tensors_.size() > kMaxTensors) ThrowInvalid("has too many tensors");
  }

  [[noreturn]] void ThrowInvalid(const std::string& what) const {
    throw EngineError(ErrorCode::kInvalidCheckpoint,
                      file_name_ + " " + what + ". Choose the weights of a model.",
                      {"not_weights", file_name_, {}});
  }

  const Pickle& pickle_;
  const TorchTensorReader& reader_;
  const std::string& file_name_;
  int visits_ = 0;
  std::set<std::string> names_;
  std::vector<TensorRecord> tensors_;
};

}  // namespace

std::vector<TensorRecord> ReadTorchFile(const std::shared_ptr<const FileReader>& file) {
  if (const FileKind kind = DetectFileKind(*file); kind != FileKind::kZip) {
    ThrowNotWeights(kind, file->name());
  }
  const ZipReader zip(file);
  const std::string top = FindTop(zip, file->name());
  const std::string byte_order = ReadEntry(*file, zip, top + "byteorder", 64);
  if (!byte_order.empty() && byte_order != "little") {
    throw EngineError(ErrorCode::kUnsupportedFormat,
                      file->name() +
                          " was saved on a big-endian machine. Save it again on an "
                          "ordinary one.",
                      {"not_weights", file->name(), {}});
  }
  const Pickle pickle =
      ReadPickle(ReadEntry(*file, zip, top + "data.pkl", kMaxPickleBytes), file->name());
  const TorchTensorReader reader(pickle, zip, top, file);
  return TensorCollector(pickle, reader, file->name()).Collect();
}

}  // namespace chatglm
