#include "checkpoint/zip_reader.h"

#include <algorithm>

#include "checkpoint/byte_reader.h"
#include "checkpoint/checked_math.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kZip64EndRecord = 0x06064b50;
constexpr std::uint32_t kZip64Locator = 0x07064b50;
constexpr std::uint64_t kLocalHeaderSize = 30;
constexpr std::uint64_t kEndRecordSize = 22;
constexpr std::uint64_t kLocatorSize = 20;
constexpr std::uint64_t kZip64EndRecordSize = 56;
constexpr std::uint64_t kMaxDirectoryBytes = std::uint64_t{256} << 20;
constexpr std::uint16_t kEncryptedFlag = 1;

/// Replaces the fields that are all ones by those of the ZIP64 extra field, in the order set.
void ApplyZip64(std::string_view extra_bytes, ZipEntry& entry, const ByteReader& outer,
                const EngineError& error) {
  ByteReader extra(extra_bytes, error);
  std::uint64_t* const fields[] = {&entry.size, &entry.stored_size, &entry.header_offset};
  while (extra.Left() >= 4) {
    const std::uint16_t id = extra.U16();
    ByteReader field(extra.Bytes(extra.U16()), error);
    if (id != 1) continue;
    for (std::uint64_t* value : fields) {
      if (*value == 0xFFFFFFFFu) *value = field.U64();
    }
    return;
  }
  for (const std::uint64_t* value : fields) {
    if (*value == 0xFFFFFFFFu) outer.Fail();
  }
}

}  // namespace

ZipReader::ZipReader(std::shared_ptr<const FileReader> file) : file_(std::move(file)) {
  ReadDirectory(FindDirectory());
}

const ZipEntry* ZipReader::Find(const std::string& name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::uint64_t ZipReader::DataOffset(const std::string& name, const ZipEntry& entry) const {
  if (entry.method != 0 || entry.stored_size != entry.size || (entry.flags & kEncryptedFlag) != 0) {
    throw EngineError(ErrorCode::kUnsupportedFormat,
                      file_->name() + " was packed again with compression (" +
                          QuoteForMessage(name) + "). Use the file as torch.save wrote it.",
                      {"packed_again", file_->name(), {}});
  }
  const std::string header = ReadText(entry.header_offset, kLocalHeaderSize);
  ByteReader reader(header, ErrorCode::kInvalidCheckpoint, "");
  if (reader.U32() != kLocalHeader)
    ThrowInvalid("entry " + QuoteForMessage(name) + " has no header");
  reader.Bytes(22);
  const std::uint64_t name_size = reader.U16();
  const std::uint64_t extra_size = reader.U16();
  const std::uint64_t offset = entry.header_offset + kLocalHeaderSize + name_size + extra_size;
  if (offset > file_->size() || entry.size > file_->size() - offset) {
    ThrowInvalid("entry " + QuoteForMessage(name) + " reaches beyond the file");
  }
  return offset;
}

ZipReader::Directory ZipReader::FindDirectory() const {
  constexpr std::uint64_t kMaxComment = 0xFFFF;
  const std::uint64_t tail_size = std::min(file_->size(), kEndRecordSize + kMaxComment);
  const std::uint64_t tail_offset = file_->size() - tail_size;
  const std::string tail = ReadText(tail_offset, tail_size);
  const std::size_t found = tail.rfind("PK\x05\x06");
  if (found == std::string::npos || tail.size() - found < kEndRecordSize) {
    throw EngineError(ErrorCode::kFileTruncated,
                      file_->name() +
                          " is incomplete: its end is missing. Copy or download the "
                          "file again.",
                      {"cut_off", file_->name(), {}});
  }
  ByteReader reader(std::string_view(tail).substr(found), ErrorCode::kInvalidCheckpoint, "");
  reader.U32();
  const std::uint16_t disk = reader.U16();
  const std::uint16_t directory_disk = reader.U16();
  reader.U16();
  Directory directory{};
  directory.entry_count = reader.U16();
  directory.size = reader.U32();
  directory.offset = reader.U32();

  const std::uint64_t end_offset = tail_offset + found;
  if (end_offset >= kLocatorSize) {
    const std::string locator = ReadText(end_offset - kLocatorSize, kLocatorSize);
    if (locator.starts_with("PK\x06\x07")) return ReadZip64Record(end_offset - kLocatorSize);
  }
  if (disk != 0 || directory_disk != 0) ThrowInvalid("the archive is split over several disks");
  return directory;
}

ZipReader::Directory ZipReader::ReadZip64Record(std::uint64_t locator_offset) const {
  const std::string locator = ReadText(locator_offset, kLocatorSize);
  ByteReader locator_reader(locator, ErrorCode::kInvalidCheckpoint, "");
  if (locator_reader.U32() != kZip64Locator) ThrowInvalid("the ZIP64 locator is damaged");
  locator_reader.U32();
  const std::uint64_t record_offset = locator_reader.U64();

  const std::string record = ReadText(record_offset, kZip64EndRecordSize);
  ByteReader reader(record, ErrorCode::kInvalidCheckpoint, "");
  if (reader.U32() != kZip64EndRecord) ThrowInvalid("the ZIP64 end record is missing");
  reader.Bytes(12);  // size of the record, versions
  if (reader.U32() != 0 || reader.U32() != 0) {
    ThrowInvalid("the archive is split over several disks");
  }
  reader.U64();
  Directory directory{};
  directory.entry_count = reader.U64();
  directory.size = reader.U64();
  directory.offset = reader.U64();
  return directory;
}

void ZipReader::ReadDirectory(const Directory& directory) {
  if (directory.size > kMaxDirectoryBytes) ThrowInvalid("the directory is too large");
  const std::string bytes = ReadText(directory.offset, directory.size);
  const EngineError error(ErrorCode::kInvalidCheckpoint,
                          file_->name() + " has a damaged directory. Download the file again.",
                          {"damaged", file_->name(), {}});
  ByteReader reader(bytes, error);
  for (std::uint64_t i = 0; i < directory.entry_count; ++i) {
    if (reader.U32() != kCentralHeader) reader.Fail();
    ZipEntry entry;
    reader.U32();  // versions
    entry.flags = reader.U16();
    entry.method = reader.U16();
    reader.Bytes(8);  // time, date, CRC
    entry.stored_size = reader.U32();
    entry.size = reader.U32();
    const std::uint16_t name_size = reader.U16();
    const std::uint16_t extra_size = reader.U16();
    const std::uint16_t comment_size = reader.U16();
    reader.Bytes(8);  // disk, attributes
    entry.header_offset = reader.U32();
    const std::string name(reader.Bytes(name_size));
    ApplyZip64(reader.Bytes(extra_size), entry, reader, error);
    reader.Bytes(comment_size);
    if (!entries_.emplace(name, entry).second)
      ThrowInvalid("entry " + QuoteForMessage(name) + " stands twice");
  }
}

std::string ZipReader::ReadText(std::uint64_t offset, std::uint64_t size) const {
  const auto end = CheckedAdd(offset, size);
  if (!end || *end > file_->size()) ThrowInvalid("it points beyond its own end");
  std::string text(static_cast<std::size_t>(size), '\0');
  file_->Read(offset, std::as_writable_bytes(std::span(text)));
  return text;
}

void ZipReader::ThrowInvalid(const std::string& what) const {
  throw EngineError(ErrorCode::kInvalidCheckpoint,
                    file_->name() + " is damaged: " + what + ". Download the file again.",
                    {"damaged", file_->name(), {}});
}

}  // namespace chatglm
