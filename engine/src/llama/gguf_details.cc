#include "llama/gguf_details.h"

#include <ggml.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "llama/gguf_file.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::size_t kMostTextBytes = 1000;
constexpr std::size_t kMostElementBytes = 60;
constexpr std::size_t kMostElements = 12;

/// `text` up to `most` bytes and the end of a character, in valid UTF-8.
std::string Cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return ReplaceInvalidUtf8(text);
  text = text.substr(0, most);
  text.remove_suffix(IncompleteUtf8Tail(text));
  return ReplaceInvalidUtf8(text) + "…";
}

template <typename Number>
std::string ToText(Number number) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

/// Element `index` of a value whose elements lie one after the other.
std::string NumberText(gguf_type type, const void* data, std::size_t index) {
  const auto at = [&]<typename Number>(Number) {
    return ToText(static_cast<const Number*>(data)[index]);
  };
  switch (type) {
    case GGUF_TYPE_UINT8:
      return at(std::uint8_t{});
    case GGUF_TYPE_INT8:
      return at(std::int8_t{});
    case GGUF_TYPE_UINT16:
      return at(std::uint16_t{});
    case GGUF_TYPE_INT16:
      return at(std::int16_t{});
    case GGUF_TYPE_UINT32:
      return at(std::uint32_t{});
    case GGUF_TYPE_INT32:
      return at(std::int32_t{});
    case GGUF_TYPE_UINT64:
      return at(std::uint64_t{});
    case GGUF_TYPE_INT64:
      return at(std::int64_t{});
    case GGUF_TYPE_FLOAT32:
      return at(float{});
    case GGUF_TYPE_FLOAT64:
      return at(double{});
    case GGUF_TYPE_BOOL:
      return static_cast<const std::int8_t*>(data)[index] != 0 ? "true" : "false";
    default:
      return "";
  }
}

std::string ArrayText(const gguf_context* gguf, std::int64_t id) {
  const gguf_type type = gguf_get_arr_type(gguf, id);
  const std::size_t count = gguf_get_arr_n(gguf, id);
  const void* data = type == GGUF_TYPE_STRING ? nullptr : gguf_get_arr_data(gguf, id);
  std::string text = "[";
  for (std::size_t i = 0; i < std::min(count, kMostElements); ++i) {
    if (i > 0) text += ", ";
    text +=
        data ? NumberText(type, data, i) : Cut(gguf_get_arr_str(gguf, id, i), kMostElementBytes);
  }
  return text + (count > kMostElements ? ", …]" : "]");
}

GgufDetails::Entry ReadEntry(const gguf_context* gguf, std::int64_t id) {
  const gguf_type type = gguf_get_kv_type(gguf, id);
  const std::string key = Cut(gguf_get_key(gguf, id), kMostTextBytes);
  if (type == GGUF_TYPE_STRING) {
    return {key, gguf_type_name(type), Cut(gguf_get_val_str(gguf, id), kMostTextBytes)};
  }
  if (type != GGUF_TYPE_ARRAY) {
    return {key, gguf_type_name(type), NumberText(type, gguf_get_val_data(gguf, id), 0)};
  }
  const std::string element = gguf_type_name(gguf_get_arr_type(gguf, id));
  return {key, "arr[" + element + "," + std::to_string(gguf_get_arr_n(gguf, id)) + "]",
          ArrayText(gguf, id)};
}

GgufDetails::Tensor ReadTensor(const gguf_context* gguf, std::int64_t id) {
  const std::int64_t* sizes = gguf_get_tensor_ne(gguf, id);
  std::vector<std::int64_t> shape(sizes, sizes + GGML_MAX_DIMS);
  while (shape.size() > 1 && shape.back() == 1) shape.pop_back();
  return {Cut(gguf_get_tensor_name(gguf, id), kMostTextBytes),
          ggml_type_name(gguf_get_tensor_type(gguf, id)), std::move(shape)};
}

}  // namespace

GgufDetails ReadGgufDetails(const std::filesystem::path& path) {
  const GgufFile file = OpenGguf(path);
  const gguf_context* gguf = file.gguf.get();
  GgufDetails details;
  for (std::int64_t id = 0; id < gguf_get_n_kv(gguf); ++id) {
    details.metadata.push_back(ReadEntry(gguf, id));
  }
  for (std::int64_t id = 0; id < gguf_get_n_tensors(gguf); ++id) {
    details.tensors.push_back(ReadTensor(gguf, id));
  }
  return details;
}

}  // namespace chatglm
