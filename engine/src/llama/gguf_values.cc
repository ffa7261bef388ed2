#include "llama/gguf_values.h"

#include "support/engine_error.h"

namespace chatglm {
namespace {

[[noreturn]] void Fail(const char* key, const std::string& problem) {
  throw EngineError(ErrorCode::kInvalidGguf, "The header of the model file is not usable: \"" +
                                                 std::string(key) + "\" " + problem +
                                                 ". Convert or download the model again.");
}

}  // namespace

std::optional<std::string> GgufValues::FindString(const char* key) const {
  const std::int64_t id = gguf_find_key(gguf_, key);
  if (id < 0 || gguf_get_kv_type(gguf_, id) != GGUF_TYPE_STRING) return std::nullopt;
  return gguf_get_val_str(gguf_, id);
}

std::optional<std::uint64_t> GgufValues::FindUnsigned(const char* key) const {
  const std::int64_t id = gguf_find_key(gguf_, key);
  if (id < 0) return std::nullopt;
  switch (gguf_get_kv_type(gguf_, id)) {
    case GGUF_TYPE_UINT8:
      return gguf_get_val_u8(gguf_, id);
    case GGUF_TYPE_UINT16:
      return gguf_get_val_u16(gguf_, id);
    case GGUF_TYPE_UINT32:
      return gguf_get_val_u32(gguf_, id);
    case GGUF_TYPE_UINT64:
      return gguf_get_val_u64(gguf_, id);
    case GGUF_TYPE_INT32: {
      const std::int32_t value = gguf_get_val_i32(gguf_, id);
      if (value < 0) return std::nullopt;
      return static_cast<std::uint64_t>(value);
    }
    default:
      return std::nullopt;
  }
}

std::optional<float> GgufValues::FindFloat(const char* key) const {
  const std::int64_t id = gguf_find_key(gguf_, key);
  if (id < 0 || gguf_get_kv_type(gguf_, id) != GGUF_TYPE_FLOAT32) return std::nullopt;
  return gguf_get_val_f32(gguf_, id);
}

std::optional<bool> GgufValues::FindBool(const char* key) const {
  const std::int64_t id = gguf_find_key(gguf_, key);
  if (id < 0 || gguf_get_kv_type(gguf_, id) != GGUF_TYPE_BOOL) return std::nullopt;
  return gguf_get_val_bool(gguf_, id);
}

std::string GgufValues::RequireString(const char* key) const {
  auto value = FindString(key);
  if (!value) Fail(key, "is missing or no text");
  return *std::move(value);
}

std::uint32_t GgufValues::RequireUnsigned(const char* key, std::uint32_t low,
                                          std::uint32_t high) const {
  const auto value = FindUnsigned(key);
  if (!value) Fail(key, "is missing or no whole number");
  if (*value < low || *value > high) {
    Fail(key, "is " + std::to_string(*value) + ", not between " + std::to_string(low) + " and " +
                  std::to_string(high));
  }
  return static_cast<std::uint32_t>(*value);
}

std::int64_t GgufValues::RequireArray(const char* key, gguf_type type) const {
  const std::int64_t id = gguf_find_key(gguf_, key);
  if (id < 0 || gguf_get_kv_type(gguf_, id) != GGUF_TYPE_ARRAY ||
      gguf_get_arr_type(gguf_, id) != type) {
    Fail(key, std::string("is missing or no list of ") + gguf_type_name(type));
  }
  return id;
}

std::vector<std::string> GgufValues::RequireStrings(const char* key) const {
  const std::int64_t id = RequireArray(key, GGUF_TYPE_STRING);
  std::vector<std::string> values(gguf_get_arr_n(gguf_, id));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = gguf_get_arr_str(gguf_, id, i);
  return values;
}

std::vector<float> GgufValues::RequireFloats(const char* key) const {
  const std::int64_t id = RequireArray(key, GGUF_TYPE_FLOAT32);
  const auto* data = static_cast<const float*>(gguf_get_arr_data(gguf_, id));
  return {data, data + gguf_get_arr_n(gguf_, id)};
}

std::vector<std::int32_t> GgufValues::RequireIntegers(const char* key) const {
  const std::int64_t id = RequireArray(key, GGUF_TYPE_INT32);
  const auto* data = static_cast<const std::int32_t*>(gguf_get_arr_data(gguf_, id));
  return {data, data + gguf_get_arr_n(gguf_, id)};
}

}  // namespace chatglm
