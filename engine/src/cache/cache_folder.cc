#include "cache/cache_folder.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>

#include "support/engine_error.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPartial = ".partial";
/// What stays free on the disk for others.
constexpr std::uint64_t kSpareBytes = std::uint64_t{1} << 30;
constexpr auto kAbandonedAfter = std::chrono::hours(1);
/// As long as the app keeps a chat in its trash.
constexpr auto kKeptUnused = std::chrono::days(30);

std::string RandomSuffix() {
  std::random_device random;
  return "." + std::to_string(random()) + std::to_string(random()) + kPartial;
}

bool HasRoom(const fs::path& folder, std::uint64_t size_bytes) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  return !error && space.available >= size_bytes + kSpareBytes;
}

bool WriteFile(const fs::path& path, std::span<const std::byte> head,
               std::span<const std::byte> body) {
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  std::error_code error;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
  const auto write = [&stream](std::span<const std::byte> bytes) {
    stream.write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
  };
  write(head);
  write(body);
  stream.close();
  return static_cast<bool>(stream);
}

}  // namespace

CacheFolder::CacheFolder(fs::path folder, std::uint64_t limit_bytes)
    : folder_(std::move(folder)), limit_bytes_(limit_bytes) {
  std::error_code error;
  fs::create_directories(folder_, error);
  fs::permissions(folder_, fs::perms::owner_all, error);
  const std::lock_guard lock(mutex_);
  List();
  KeepWithinLimit();
}

void CacheFolder::List() {
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  for (fs::directory_iterator file(folder_, error), end; !error && file != end;
       file.increment(error)) {
    std::error_code problem;
    const Entry entry{file->file_size(problem), file->last_write_time(problem)};
    if (problem) continue;
    const bool is_partial = file->path().extension() == kPartial;
    if (now - entry.used_at > (is_partial ? kAbandonedAfter : kKeptUnused)) {
      fs::remove(file->path(), problem);
    } else if (!is_partial) {
      entries_[PathToUtf8(file->path().filename())] = entry;
      size_bytes_ += entry.size_bytes;
    }
  }
}

bool CacheFolder::Has(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return entries_.contains(name);
}

std::vector<std::string> CacheFolder::Find(const std::string& beginning) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (auto entry = entries_.lower_bound(beginning);
       entry != entries_.end() && entry->first.starts_with(beginning); ++entry) {
    names.push_back(entry->first);
  }
  return names;
}

std::optional<CacheFolder::Bytes> CacheFolder::Read(const std::string& name,
                                                    std::size_t most_bytes) const {
  if (!Has(name)) return std::nullopt;
  try {
    const auto file = FileReader::Open(folder_ / name);
    const std::uint64_t size = std::min<std::uint64_t>(file->size(), most_bytes);
    if (size > limit_bytes_) return std::nullopt;
    Bytes bytes(static_cast<std::size_t>(size));
    file->Read(0, bytes);
    return bytes;
  } catch (const EngineError&) {
    return std::nullopt;
  }
}

bool CacheFolder::Write(const std::string& name, std::span<const std::byte> head,
                        std::span<const std::byte> body) {
  const std::uint64_t size = head.size() + body.size();
  if (size > limit_bytes_ || !HasRoom(folder_, size)) return false;
  const fs::path partial = folder_ / (name + RandomSuffix());
  std::error_code error;
  bool is_written = WriteFile(partial, head, body);
  if (is_written) {
    fs::rename(partial, folder_ / name, error);
    is_written = !error;
  }
  if (!is_written) {
    fs::remove(partial, error);
    return false;
  }
  const std::lock_guard lock(mutex_);
  const auto old = entries_.find(name);
  if (old != entries_.end()) Forget(old);
  entries_[name] = {size, fs::file_time_type::clock::now()};
  size_bytes_ += size;
  KeepWithinLimit();
  return true;
}

void CacheFolder::Touch(std::span<const std::string> names) {
  const std::lock_guard lock(mutex_);
  auto used_at = fs::file_time_type::clock::now();
  for (const std::string& name : names) {
    const auto entry = entries_.find(name);
    if (entry == entries_.end()) continue;
    std::error_code error;
    fs::last_write_time(folder_ / name, used_at, error);
    entry->second.used_at = used_at;
    used_at -= std::chrono::milliseconds(1);
  }
}

void CacheFolder::Remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) return;
  std::error_code error;
  fs::remove(folder_ / name, error);
  Forget(entry);
}

void CacheFolder::Clear() {
  const std::lock_guard lock(mutex_);
  std::error_code error;
  for (fs::directory_iterator file(folder_, error), end; !error && file != end;
       file.increment(error)) {
    std::error_code problem;
    fs::remove(file->path(), problem);
  }
  entries_.clear();
  size_bytes_ = 0;
}

std::uint64_t CacheFolder::size_bytes() const {
  const std::lock_guard lock(mutex_);
  return size_bytes_;
}

void CacheFolder::Forget(std::map<std::string, Entry>::iterator entry) {
  size_bytes_ -= entry->second.size_bytes;
  entries_.erase(entry);
}

/// Makes more room than is needed, so that not every file sorts all of them again.
void CacheFolder::KeepWithinLimit() {
  if (size_bytes_ <= limit_bytes_) return;
  std::vector<std::pair<fs::file_time_type, std::string>> oldest;
  for (const auto& [name, entry] : entries_) oldest.emplace_back(entry.used_at, name);
  std::ranges::sort(oldest);
  for (const auto& [used_at, name] : oldest) {
    if (size_bytes_ <= limit_bytes_ - limit_bytes_ / 10) return;
    std::error_code error;
    fs::remove(folder_ / name, error);
    Forget(entries_.find(name));
  }
}

}  // namespace chatglm
