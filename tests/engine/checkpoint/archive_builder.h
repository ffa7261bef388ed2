#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chatglm {

/// Appends `size` bytes of the number, lowest first; zeros after the eighth.
inline void AppendNumber(std::string& bytes, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) bytes += i < 8 ? static_cast<char>(value >> (8 * i)) : '\0';
}

struct ArchiveEntry {
  std::string name;
  std::string content;
  std::uint16_t method = 0;
  std::uint16_t flags = 0x808;
};

/// What may differ from an ordinary archive.
struct ArchiveOptions {
  bool has_zip64_entries = false;    ///< sizes and offsets stand in the ZIP64 extra field
  bool has_zip64_directory = false;  ///< the directory is found through the ZIP64 end record
  std::string comment;
  std::uint64_t claimed_entries = 0;  ///< 0: the true number
};

/// A ZIP archive as PyTorch writes it: stored entries, local headers without sizes.
inline std::string BuildArchive(const std::vector<ArchiveEntry>& entries,
                                const ArchiveOptions& options = {}) {
  std::string bytes;
  std::string directory;
  for (const ArchiveEntry& entry : entries) {
    const std::uint64_t offset = bytes.size();
    bytes += "PK\x03\x04";
    AppendNumber(bytes, 20, 2);
    AppendNumber(bytes, entry.flags, 2);
    AppendNumber(bytes, entry.method, 2);
    AppendNumber(bytes, 0, 16);  // time, date, CRC, sizes
    AppendNumber(bytes, entry.name.size(), 2);
    const std::string padding = "FB\x03" + std::string(1, '\0') + "ZZZ";
    AppendNumber(bytes, padding.size(), 2);
    bytes += entry.name + padding + entry.content;

    std::string extra;
    if (options.has_zip64_entries) {
      AppendNumber(extra, 1, 2);
      AppendNumber(extra, 24, 2);
      AppendNumber(extra, entry.content.size(), 8);
      AppendNumber(extra, entry.content.size(), 8);
      AppendNumber(extra, offset, 8);
    }
    const auto narrow = [&](std::uint64_t value) {
      return options.has_zip64_entries ? 0xFFFFFFFFu : value;
    };
    directory += "PK\x01\x02";
    AppendNumber(directory, 0, 4);
    AppendNumber(directory, entry.flags, 2);
    AppendNumber(directory, entry.method, 2);
    AppendNumber(directory, 0, 8);
    AppendNumber(directory, narrow(entry.content.size()), 4);
    AppendNumber(directory, narrow(entry.content.size()), 4);
    AppendNumber(directory, entry.name.size(), 2);
    AppendNumber(directory, extra.size(), 2);
    AppendNumber(directory, 0, 2 + 8);
    AppendNumber(directory, narrow(offset), 4);
    directory += entry.name + extra;
  }
  const std::uint64_t start = bytes.size();
  const std::uint64_t count =
      options.claimed_entries > 0 ? options.claimed_entries : entries.size();
  bytes += directory;
  if (options.has_zip64_directory) {
    const std::uint64_t record = bytes.size();
    bytes += "PK\x06\x06";
    AppendNumber(bytes, 44, 8);
    AppendNumber(bytes, 0, 4 + 4 + 4);
    AppendNumber(bytes, count, 8);
    AppendNumber(bytes, count, 8);
    AppendNumber(bytes, directory.size(), 8);
    AppendNumber(bytes, start, 8);
    bytes += "PK\x06\x07";
    AppendNumber(bytes, 0, 4);
    AppendNumber(bytes, record, 8);
    AppendNumber(bytes, 1, 4);
  }
  bytes += "PK\x05\x06";
  AppendNumber(bytes, 0, 4);
  const bool is_wide = options.has_zip64_directory;
  AppendNumber(bytes, is_wide ? 0xFFFF : count, 2);
  AppendNumber(bytes, is_wide ? 0xFFFF : count, 2);
  AppendNumber(bytes, is_wide ? 0xFFFFFFFFu : directory.size(), 4);
  AppendNumber(bytes, is_wide ? 0xFFFFFFFFu : start, 4);
  AppendNumber(bytes, options.comment.size(), 2);
  return bytes + options.comment;
}

}  // namespace chatglm
