#include "checkpoint/pickle_globals.h"

#include <algorithm>
#include <array>
#include <utility>

namespace chatglm {

namespace {

using NamedType = std::pair<std::string_view, DataType>;

constexpr std::array<NamedType, 10> kStorages{{
    {"torch.HalfStorage", DataType::kF16},
    {"torch.BFloat16Storage", DataType::kBf16},
    {"torch.FloatStorage", DataType::kF32},
    {"torch.DoubleStorage", DataType::kF64},
    {"torch.CharStorage", DataType::kI8},
    {"torch.ByteStorage", DataType::kU8},
    {"torch.ShortStorage", DataType::kI16},
    {"torch.IntStorage", DataType::kI32},
    {"torch.LongStorage", DataType::kI64},
    {"torch.BoolStorage", DataType::kBool},
}};

constexpr std::array<NamedType, 10> kTypes{{
    {"torch.float16", DataType::kF16},
    {"torch.bfloat16", DataType::kBf16},
    {"torch.float32", DataType::kF32},
    {"torch.float64", DataType::kF64},
    {"torch.int8", DataType::kI8},
    {"torch.uint8", DataType::kU8},
    {"torch.int16", DataType::kI16},
    {"torch.int32", DataType::kI32},
    {"torch.int64", DataType::kI64},
    {"torch.bool", DataType::kBool},
}};

constexpr std::array<std::string_view, 8> kOthers{
    "collections.OrderedDict",
    "torch.Size",
    "torch.UntypedStorage",
    "torch.storage.UntypedStorage",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3",
    "torch._utils._rebuild_parameter",
    "torch._utils._rebuild_parameter_with_state",
};

std::optional<DataType> Find(const std::array<NamedType, 10>& types, std::string_view name) {
  for (const auto& [known, type] : types) {
    if (known == name) return type;
  }
  return std::nullopt;
}

}  // namespace

bool IsAllowedGlobal(std::string_view name) {
  return StorageType(name) || TorchType(name) || std::ranges::find(kOthers, name) != kOthers.end();
}

std::optional<DataType> StorageType(std::string_view global) { return Find(kStorages, global); }

std::optional<DataType> TorchType(std::string_view global) { return Find(kTypes, global); }

bool IsUntypedStorage(std::string_view global) {
  return global == "torch.UntypedStorage" || global == "torch.storage.UntypedStorage";
}

}  // namespace chatglm
