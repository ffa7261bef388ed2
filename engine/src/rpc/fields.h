#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace chatglm {

/// Reads the fields of an object that came over the socket. Each function throws
/// EngineError(kInvalidParams) naming the field when it is absent, of another type or out of its
/// bounds. Unknown fields are ignored, so that a newer app may send more.
class Fields {
 public:
  /// `where` names the object in messages: "params".
  Fields(const nlohmann::json& object, std::string where);

  std::string Text(const char* name, std::size_t most_bytes = kMostTextBytes) const;
  std::uint64_t Integer(const char* name, std::uint64_t low, std::uint64_t high) const;
  std::optional<std::int64_t> FindInteger(const char* name, std::int64_t low,
                                          std::int64_t high) const;
  /// A number of tokens, at least 1.
  std::optional<std::uint32_t> FindCount(const char* name) const;
  std::optional<double> FindNumber(const char* name, double low, double high) const;
  bool Flag(const char* name, bool otherwise) const;
  /// An array of at most `most` elements.
  const nlohmann::json& Array(const char* name, std::size_t most) const;
  /// Refuses a `progressToken` that is neither a text nor a whole number; Call reads it.
  void CheckProgressToken() const;
  /// nullptr when absent.
  const nlohmann::json* Find(const char* name) const;
  const nlohmann::json& Require(const char* name) const;

  [[noreturn]] void Refuse(const std::string& name, const std::string& problem) const;

 private:
  static constexpr std::size_t kMostTextBytes = 32u << 20;

  const nlohmann::json& object_;
  std::string where_;
};

}  // namespace chatglm
