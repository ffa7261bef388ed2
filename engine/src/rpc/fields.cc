#include "rpc/fields.h"

#include <cmath>

#include "support/engine_error.h"

namespace chatglm {
namespace {

template <typename Number>
std::string Range(Number low, Number high) {
  return "must be a number from " + nlohmann::json(low).dump() + " to " +
         nlohmann::json(high).dump();
}

}  // namespace

Fields::Fields(const nlohmann::json& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object.is_object()) {
    throw EngineError(ErrorCode::kInvalidParams, where_ + " must be an object.");
  }
}

void Fields::Refuse(const std::string& name, const std::string& problem) const {
  throw EngineError(ErrorCode::kInvalidParams, where_ + "." + name + " " + problem + ".");
}

const nlohmann::json* Fields::Find(const char* name) const {
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

const nlohmann::json& Fields::Require(const char* name) const {
  const nlohmann::json* value = Find(name);
  if (!value) Refuse(name, "is missing");
  return *value;
}

std::string Fields::Text(const char* name, std::size_t most_bytes) const {
  const nlohmann::json& value = Require(name);
  if (!value.is_string()) Refuse(name, "must be a text");
  auto text = value.get<std::string>();
  if (text.size() > most_bytes) {
    Refuse(name, "is longer than " + std::to_string(most_bytes) + " bytes");
  }
  return text;
}

std::uint64_t Fields::Integer(const char* name, std::uint64_t low, std::uint64_t high) const {
  Require(name);
  const auto value =
      FindInteger(name, static_cast<std::int64_t>(low), static_cast<std::int64_t>(high));
  return static_cast<std::uint64_t>(*value);
}

std::optional<std::int64_t> Fields::FindInteger(const char* name, std::int64_t low,
                                                std::int64_t high) const {
  const nlohmann::json* value = Find(name);
  if (!value) return std::nullopt;
  if (!value->is_number()) Refuse(name, Range(low, high));
  const double number = value->get<double>();
  if (!(number >= static_cast<double>(low) && number <= static_cast<double>(high))) {
    Refuse(name, Range(low, high));
  }
  if (number != std::floor(number)) Refuse(name, "must be a whole number");
  return static_cast<std::int64_t>(number);
}

std::optional<std::uint32_t> Fields::FindCount(const char* name) const {
  constexpr std::int64_t kMostTokens = 1 << 24;
  const auto value = FindInteger(name, 1, kMostTokens);
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<double> Fields::FindNumber(const char* name, double low, double high) const {
  const nlohmann::json* value = Find(name);
  if (!value) return std::nullopt;
  if (!value->is_number()) Refuse(name, Range(low, high));
  const double number = value->get<double>();
  if (!(number >= low && number <= high)) Refuse(name, Range(low, high));
  return number;
}

bool Fields::Flag(const char* name, bool otherwise) const {
  const nlohmann::json* value = Find(name);
  if (!value) return otherwise;
  if (!value->is_boolean()) Refuse(name, "must be true or false");
  return value->get<bool>();
}

const nlohmann::json& Fields::Array(const char* name, std::size_t most) const {
  const nlohmann::json& value = Require(name);
  if (!value.is_array()) Refuse(name, "must be a list");
  if (value.size() > most) Refuse(name, "has more than " + std::to_string(most) + " elements");
  return value;
}

void Fields::CheckProgressToken() const {
  const nlohmann::json* token = Find("progressToken");
  if (token && !token->is_string() && !token->is_number_integer()) {
    Refuse("progressToken", "must be a text or a whole number");
  }
}

}  // namespace chatglm
