#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace chatglm {

/// Files of a cache in a folder that only the user may read. Those used longest ago go when all
/// together are larger than the limit, and at the start those not used for 30 days. What fails is
/// as if the file were not there: a cache may lose anything at any time. Any thread may call
/// anything.
class CacheFolder {
 public:
  using Bytes = std::vector<std::byte>;

  /// Makes the folder and finds what is in it.
  CacheFolder(std::filesystem::path folder, std::uint64_t limit_bytes);

  bool Has(const std::string& name) const;
  /// Names that begin with `beginning`.
  std::vector<std::string> Find(const std::string& beginning) const;
  /// The whole file, or at most its first `most_bytes`.
  std::optional<Bytes> Read(const std::string& name, std::size_t most_bytes = SIZE_MAX) const;
  /// Writes `head` and `body` into one file, which appears as a whole. False when it cannot be: the
  /// disk has no room to spare, or the folder cannot be written.
  bool Write(const std::string& name, std::span<const std::byte> head,
             std::span<const std::byte> body);
  /// They were used: the last of them longest ago.
  void Touch(std::span<const std::string> names);
  void Remove(const std::string& name);
  void Clear();
  std::uint64_t size_bytes() const;

 private:
  struct Entry {
    std::uint64_t size_bytes;
    std::filesystem::file_time_type used_at;
  };

  void List();
  void Forget(std::map<std::string, Entry>::iterator entry);
  void KeepWithinLimit();

  std::filesystem::path folder_;
  std::uint64_t limit_bytes_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;  // guarded by mutex_
  std::uint64_t size_bytes_ = 0;          // guarded by mutex_
};

}  // namespace chatglm
