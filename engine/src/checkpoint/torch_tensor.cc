#include "checkpoint/torch_tensor.h"

#include "checkpoint/checked_math.h"
#include "checkpoint/pickle_globals.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

constexpr std::size_t kMaxDimensions = 8;

}  // namespace

std::optional<TensorRecord> TorchTensorReader::Read(PickleRef ref, const std::string& name) const {
  constexpr int kMaxWrappers = 4;
  for (int i = 0; i < kMaxWrappers; ++i) {
    const PickleNode& node = pickle_[ref];
    if (node.kind != PickleKind::kCall) return std::nullopt;
    const std::string& callee = pickle_[node.items[0]].text;
    const auto& arguments = pickle_[node.items[1]].items;
    if (callee == "torch._utils._rebuild_tensor_v2") return ReadRebuilt(arguments, false, name);
    if (callee == "torch._utils._rebuild_tensor_v3") return ReadRebuilt(arguments, true, name);
    if (!callee.starts_with("torch._utils._rebuild_parameter")) return std::nullopt;
    if (arguments.empty()) ThrowInvalid(name, "has no data");
    ref = arguments[0];
  }
  ThrowInvalid(name, "is wrapped too often");
}

TensorRecord TorchTensorReader::ReadRebuilt(const std::vector<PickleRef>& arguments, bool has_type,
                                            const std::string& name) const {
  if (arguments.size() < (has_type ? 7 : 4)) ThrowInvalid(name, "lacks a shape");
  const Storage storage = ReadStorage(arguments[0], name);
  TensorRecord tensor;
  tensor.name = name;
  tensor.file = file_;
  tensor.shape = Sizes(arguments[2], name);
  tensor.strides = Sizes(arguments[3], name);

  std::optional<DataType> type = storage.type;
  if (has_type) type = TorchType(pickle_[arguments[6]].text);
  if (!type) ThrowInvalid(name, "has an element type that is not supported");
  tensor.type = *type;

  const std::uint64_t size = DataTypeSize(tensor.type);
  const std::uint64_t unit = storage.type ? DataTypeSize(*storage.type) : 1;
  const std::uint64_t first = Unsigned(arguments[1], name);
  CheckBounds(tensor, first, storage.count * unit / size);
  tensor.offset = storage.offset + first * size;
  return tensor;
}

TorchTensorReader::Storage TorchTensorReader::ReadStorage(PickleRef ref,
                                                          const std::string& name) const {
  const PickleNode& node = pickle_[ref];
  if (node.kind != PickleKind::kPersistent) ThrowInvalid(name, "has no storage");
  // ('storage', torch.HalfStorage, key, device, element count)
  const auto& id = pickle_[node.items[0]].items;
  if (id.size() < 5 || pickle_[id[0]].text != "storage" ||
      pickle_[id[1]].kind != PickleKind::kGlobal || pickle_[id[2]].kind != PickleKind::kText) {
    ThrowInvalid(name, "has a storage that is not understood");
  }
  Storage storage;
  const std::string& global = pickle_[id[1]].text;
  storage.type = StorageType(global);
  if (!storage.type && !IsUntypedStorage(global)) ThrowInvalid(name, "has an unknown storage");

  const std::string entry_name = top_ + "data/" + pickle_[id[2]].text;
  const ZipEntry* entry = zip_.Find(entry_name);
  if (entry == nullptr) {
    ThrowInvalid(name, "has no data (" + QuoteForMessage(entry_name) + " is missing)");
  }
  storage.count = Unsigned(id[4], name);
  const auto bytes = CheckedMultiply(storage.count, storage.type ? DataTypeSize(*storage.type) : 1);
  if (!bytes || *bytes > entry->size) ThrowInvalid(name, "has less data than its list says");
  storage.offset = zip_.DataOffset(entry_name, *entry);
  return storage;
}

std::uint64_t TorchTensorReader::Unsigned(PickleRef ref, const std::string& name) const {
  const PickleNode& node = pickle_[ref];
  if (node.kind != PickleKind::kInteger || node.integer < 0) {
    ThrowInvalid(name, "has a size or offset that is no count");
  }
  return static_cast<std::uint64_t>(node.integer);
}

std::vector<std::uint64_t> TorchTensorReader::Sizes(PickleRef ref, const std::string& name) const {
  const PickleNode& node = pickle_[ref];
  if (node.kind != PickleKind::kTuple || node.items.size() > kMaxDimensions) {
    ThrowInvalid(name, "has a shape that is not understood");
  }
  std::vector<std::uint64_t> sizes;
  for (const PickleRef item : node.items) sizes.push_back(Unsigned(item, name));
  return sizes;
}

void TorchTensorReader::CheckBounds(TensorRecord& tensor, std::uint64_t first,
                                    std::uint64_t storage_count) const {
  if (tensor.shape.size() != tensor.strides.size()) {
    ThrowInvalid(tensor.name, "has other dimensions than strides");
  }
  std::optional<std::uint64_t> count = 1;
  std::optional<std::uint64_t> last = first;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    count = count ? CheckedMultiply(*count, tensor.shape[i]) : count;
    if (tensor.shape[i] <= 1) {
      tensor.strides[i] = 1;  // never used; whatever stood there must not enter a product
      continue;
    }
    const auto step = CheckedMultiply(tensor.shape[i] - 1, tensor.strides[i]);
    last = last && step ? CheckedAdd(*last, *step) : std::nullopt;
  }
  if (count && *count > 0 && last && *last < storage_count) {
    if (CheckedMultiply(*count, DataTypeSize(tensor.type))) return;
  }
  if (count == 0 && first <= storage_count) return;
  ThrowInvalid(tensor.name, "reaches beyond its data");
}

void TorchTensorReader::ThrowInvalid(const std::string& name, const std::string& what) const {
  throw EngineError(ErrorCode::kInvalidCheckpoint,
                    file_->name() + " is damaged: tensor " + QuoteForMessage(name) + " " + what +
                        ". Copy or download the file again.",
                    {"damaged", file_->name(), {}});
}

}  // namespace chatglm
