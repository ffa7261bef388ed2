#include "checkpoint/safetensors_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "checkpoint/byte_reader.h"
#include "checkpoint/checked_math.h"
#include "checkpoint/file_kind.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::uint64_t kLengthBytes = 8;
constexpr std::size_t kMaxDimensions = 8;
constexpr int kMaxDepth = 4;

[[noreturn]] void ThrowInvalid(const FileReader& file, const std::string& what) {
  throw EngineError(ErrorCode::kInvalidCheckpoint,
                    file.name() + " is damaged: " + what + ". Download the file again.",
                    {"damaged", file.name(), {}});
}

[[noreturn]] void ThrowTruncated(const FileReader& file) {
  throw EngineError(ErrorCode::kFileTruncated,
                    file.name() +
                        " is incomplete: its end is missing. Copy or download the file "
                        "again.",
                    {"cut_off", file.name(), {}});
}

std::optional<DataType> TypeOfName(const std::string& name) {
  if (name == "F16") return DataType::kF16;
  if (name == "BF16") return DataType::kBf16;
  if (name == "F32") return DataType::kF32;
  if (name == "F64") return DataType::kF64;
  if (name == "I8") return DataType::kI8;
  if (name == "U8") return DataType::kU8;
  if (name == "I16") return DataType::kI16;
  if (name == "I32") return DataType::kI32;
  if (name == "I64") return DataType::kI64;
  if (name == "BOOL") return DataType::kBool;
  return std::nullopt;
}

/// Parses an object whose names are unique; the library would keep the last of two.
json ParseHeader(const FileReader& file, const std::string& text) {
  std::set<std::string> names;
  bool has_duplicate = false;
  const auto on_event = [&](int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::key && depth == 1) {
      has_duplicate |= !names.insert(parsed.get<std::string>()).second;
    }
    return depth <= kMaxDepth;  // deeper values are dropped instead of kept in memory
  };
  json header = json::parse(text, on_event, /*allow_exceptions=*/false);
  if (!header.is_object()) ThrowInvalid(file, "its header is no JSON object");
  if (has_duplicate) ThrowInvalid(file, "a tensor stands twice in its header");
  return header;
}

std::vector<std::uint64_t> ParseCounts(const json& value, std::size_t max_size) {
  std::vector<std::uint64_t> counts;
  if (!value.is_array() || value.size() > max_size) throw json::other_error::create(0, "", nullptr);
  for (const json& count : value) {
    if (!count.is_number_unsigned()) throw json::other_error::create(0, "", nullptr);
    counts.push_back(count.get<std::uint64_t>());
  }
  return counts;
}

TensorRecord ParseTensor(const std::shared_ptr<const FileReader>& file, const std::string& name,
                         const json& entry, std::uint64_t data_start) {
  const std::string quoted = "tensor " + QuoteForMessage(name);
  try {
    TensorRecord tensor;
    tensor.name = name;
    tensor.file = file;
    const auto type = TypeOfName(entry.at("dtype").get<std::string>());
    if (!type) ThrowInvalid(*file, quoted + " has an element type that is not supported");
    tensor.type = *type;
    tensor.shape = ParseCounts(entry.at("shape"), kMaxDimensions);
    const auto range = ParseCounts(entry.at("data_offsets"), 2);

    std::optional<std::uint64_t> bytes = DataTypeSize(tensor.type);
    for (const std::uint64_t size : tensor.shape) {
      bytes = bytes ? CheckedMultiply(*bytes, size) : bytes;
    }
    if (range.size() != 2 || range[0] > range[1] || bytes != range[1] - range[0]) {
      ThrowInvalid(*file, quoted + " has another size than its shape");
    }
    if (range[1] > file->size() - data_start) ThrowTruncated(*file);
    tensor.strides = ContiguousStrides(tensor.shape);
    tensor.offset = data_start + range[0];
    return tensor;
  } catch (const json::exception&) {
    ThrowInvalid(*file, quoted + " is described in a way that is not understood");
  }
}

void CheckContiguous(const FileReader& file, const std::vector<TensorRecord>& tensors,
                     std::uint64_t data_start) {
  std::uint64_t expected = data_start;
  for (const TensorRecord& tensor : tensors) {
    if (tensor.offset != expected) ThrowInvalid(file, "its tensors overlap or leave gaps");
    expected += tensor.ByteCount();
  }
  if (expected != file.size()) ThrowInvalid(file, "something follows its last tensor");
}

}  // namespace

std::vector<TensorRecord> ReadSafetensorsFile(const std::shared_ptr<const FileReader>& file) {
  if (const FileKind kind = DetectFileKind(*file);
      kind != FileKind::kOther && kind != FileKind::kZip) {
    ThrowNotWeights(kind, file->name());
  }
  if (file->size() < kLengthBytes) ThrowTruncated(*file);
  std::string length(kLengthBytes, '\0');
  file->Read(0, std::as_writable_bytes(std::span(length)));
  const std::uint64_t header_size = ByteReader(length, ErrorCode::kInvalidCheckpoint, "").U64();
  if (header_size > kMaxHeaderBytes) ThrowInvalid(*file, "its header is far too long");
  if (header_size > file->size() - kLengthBytes) ThrowTruncated(*file);

  std::string text(static_cast<std::size_t>(header_size), '\0');
  file->Read(kLengthBytes, std::as_writable_bytes(std::span(text)));
  const std::uint64_t data_start = kLengthBytes + header_size;
  std::vector<TensorRecord> tensors;
  const json header = ParseHeader(*file, text);
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") tensors.push_back(ParseTensor(file, name, entry, data_start));
  }
  std::ranges::stable_sort(tensors, {}, [](const TensorRecord& tensor) {
    return std::pair(tensor.offset, tensor.ByteCount());
  });
  CheckContiguous(*file, tensors, data_start);
  return tensors;
}

}  // namespace chatglm
