#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "llama/prefix_file.h"
#include "support/digest.h"

namespace chatglm {

/// Stands in a reply's tokens for a position of a prefix, which has no token.
inline constexpr TokenId kPrefixToken = -1;

/// The digest of what is done without an adapter.
inline constexpr Digest kNoAdapter{};

/// What is asked for.
struct AdapterUse {
  std::string path;  ///< UTF-8; a file that InspectAdapter accepts
  float scale = 1;   ///< of a LoRA adapter
};

/// Low-rank changes of weights, that are evaluated beside them.
struct LoraUse {
  std::filesystem::path path;
  Digest file;  ///< of the bytes of the file
  float scale;
  Digest identity;  ///< of both
};

/// What replies are written with besides the model: one of the two.
struct Adapter {
  Digest identity;  ///< what keys and values depend on
  std::shared_ptr<const Prefix> prefix;
  std::optional<LoraUse> lora;

  std::uint32_t prefix_length() const { return prefix ? prefix->length : 0; }
};

/// The adapters that were used last, so that a file is read once while it stays as it is. Any
/// thread may call anything.
class AdapterShelf {
 public:
  /// Throws EngineError with the reason when the file cannot be used with the model and a cache of
  /// that type, or the scale not with the file.
  std::shared_ptr<const Adapter> Find(const AdapterUse& use,
                                      const std::shared_ptr<const Model>& model,
                                      CacheType cache_type);

 private:
  struct Entry {
    std::filesystem::path file;
    std::filesystem::file_time_type changed_at;
    std::uint64_t size_bytes;
    std::weak_ptr<const Model> model;
    std::shared_ptr<const Adapter> adapter;  ///< with a scale of 1
  };

  std::shared_ptr<const Adapter> Read(const std::filesystem::path& file,
                                      const std::shared_ptr<const Model>& model);

  std::mutex mutex_;
  std::vector<Entry> entries_;  // guarded
};

/// What keys and values depend on that depend on `parent` and an adapter; `parent` without one.
Digest WithAdapter(const Digest& parent, const Digest& adapter);

}  // namespace chatglm
