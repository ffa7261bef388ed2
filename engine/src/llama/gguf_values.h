#pragma once

#include <gguf.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chatglm {

struct GgufDeleter {
  void operator()(gguf_context* gguf) const { gguf_free(gguf); }
};
using GgufPointer = std::unique_ptr<gguf_context, GgufDeleter>;

/// Typed access to the key-value pairs of a GGUF header; gguf.h itself aborts on a wrong type.
/// The Require functions throw EngineError(kInvalidGguf) naming the key.
class GgufValues {
 public:
  explicit GgufValues(const gguf_context* gguf) : gguf_(gguf) {}

  std::optional<std::string> FindString(const char* key) const;
  std::optional<std::uint64_t> FindUnsigned(const char* key) const;
  std::optional<float> FindFloat(const char* key) const;
  std::optional<bool> FindBool(const char* key) const;
  std::string RequireString(const char* key) const;
  /// Throws also when the value is not within [low, high].
  std::uint32_t RequireUnsigned(const char* key, std::uint32_t low, std::uint32_t high) const;
  std::vector<std::string> RequireStrings(const char* key) const;
  std::vector<float> RequireFloats(const char* key) const;
  std::vector<std::int32_t> RequireIntegers(const char* key) const;

 private:
  /// The id of an array with elements of `type`.
  std::int64_t RequireArray(const char* key, gguf_type type) const;

  const gguf_context* gguf_;
};

}  // namespace chatglm
