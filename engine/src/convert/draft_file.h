#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "convert/draft_journal.h"
#include "support/digest.h"
#include "support/file_writer.h"
#include "support/stop_flag.h"

namespace chatglm {

/// What a conversion writes: blocks one after the other. One that was cut off goes on behind the
/// last block that is whole: a journal beside the partial file, `destination` + ".journal", has the
/// checksum of each finished block, and what the draft holds is compared with it.
class DraftFile {
 public:
  /// `key` names all that decides the bytes; a draft of another key is discarded. Throws what
  /// FileWriter::Reopen throws.
  DraftFile(const std::filesystem::path& destination, std::vector<std::uint64_t> block_sizes,
            const Digest& key);
  ~DraftFile();
  DraftFile(const DraftFile&) = delete;
  DraftFile& operator=(const DraftFile&) = delete;

  /// How many blocks are there already; the next Write belongs to the one behind them. Throws
  /// EngineError(kDiskFull) and (kCancelled).
  std::size_t Resume(const StopFlag& stop);

  /// Throws what FileWriter::Write throws.
  void Write(std::span<const std::byte> bytes);

  /// Call behind the last byte of each block.
  void FinishBlock();

  /// The file is whole and takes its name.
  void Commit();

  /// The draft stays when the conversion ends early, so that it can go on later.
  void Keep();

  std::uint64_t written_bytes() const { return written_bytes_; }
  std::uint64_t total_bytes() const { return total_bytes_; }

 private:
  bool HoldsBlock(std::uint64_t size, const Checksum& checksum, const StopFlag& stop);

  std::vector<std::uint64_t> block_sizes_;
  std::uint64_t total_bytes_;
  std::unique_ptr<FileWriter> file_;
  DraftJournal journal_;
  ChecksumBuilder checksum_;
  std::uint64_t written_bytes_ = 0;
  std::uint64_t flushed_bytes_ = 0;
  bool keeps_ = false;
};

}  // namespace chatglm
