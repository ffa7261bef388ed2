#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "support/file_reader.h"

namespace chatglm {

/// One entry as the central directory describes it. Local headers of torch files hold no sizes.
struct ZipEntry {
  std::uint64_t header_offset = 0;
  std::uint64_t stored_size = 0;  ///< bytes in the archive
  std::uint64_t size = 0;         ///< bytes of the content
  std::uint16_t method = 0;       ///< 0: stored
  std::uint16_t flags = 0;
};

/// The directory of a ZIP or ZIP64 archive whose entries are stored, as torch writes them.
class ZipReader {
 public:
  /// Throws EngineError(kFileTruncated) without an end record, (kInvalidCheckpoint) when the
  /// directory contradicts itself or the file.
  explicit ZipReader(std::shared_ptr<const FileReader> file);

  const std::map<std::string, ZipEntry>& entries() const { return entries_; }

  /// Null when there is no such entry.
  const ZipEntry* Find(const std::string& name) const;

  /// Where the content starts in the file; all of it lies within. Throws
  /// EngineError(kUnsupportedFormat) for a compressed or encrypted entry.
  std::uint64_t DataOffset(const std::string& name, const ZipEntry& entry) const;

 private:
  struct Directory {
    std::uint64_t offset;
    std::uint64_t size;
    std::uint64_t entry_count;
  };

  Directory FindDirectory() const;
  Directory ReadZip64Record(std::uint64_t locator_offset) const;
  void ReadDirectory(const Directory& directory);
  std::string ReadText(std::uint64_t offset, std::uint64_t size) const;
  [[noreturn]] void ThrowInvalid(const std::string& what) const;

  std::shared_ptr<const FileReader> file_;
  std::map<std::string, ZipEntry> entries_;
};

}  // namespace chatglm
