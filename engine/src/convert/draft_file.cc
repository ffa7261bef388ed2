#include "convert/draft_file.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace chatglm {

namespace {

/// A power cut costs no more than this and the block that was being written.
constexpr std::uint64_t kFlushBytes = std::uint64_t{64} << 20;

constexpr std::size_t kReadBytes = std::size_t{8} << 20;

std::filesystem::path JournalPath(std::filesystem::path destination) {
  destination += ".journal";
  return destination;
}

}  // namespace

DraftFile::DraftFile(const std::filesystem::path& destination,
                     std::vector<std::uint64_t> block_sizes, const Digest& key)
    : block_sizes_(std::move(block_sizes)),
      total_bytes_(std::accumulate(block_sizes_.begin(), block_sizes_.end(), std::uint64_t{0})),
      file_(FileWriter::Reopen(destination, total_bytes_)),
      journal_(JournalPath(destination), key) {}

DraftFile::~DraftFile() {
  if (!keeps_) journal_.Remove();
}

std::size_t DraftFile::Resume(const StopFlag& stop) {
  std::vector<Checksum> noted = journal_.Read();
  noted.resize(std::min(noted.size(), block_sizes_.size()));
  std::size_t count = 0;
  while (count < noted.size() && HoldsBlock(block_sizes_[count], noted[count], stop)) {
    written_bytes_ += block_sizes_[count++];
  }
  noted.resize(count);
  file_->StartAt(written_bytes_);
  flushed_bytes_ = written_bytes_;
  journal_.Start(noted);
  return count;
}

void DraftFile::Write(std::span<const std::byte> bytes) {
  file_->Write(bytes);
  checksum_.Add(bytes);
  written_bytes_ += bytes.size();
}

void DraftFile::FinishBlock() {
  if (written_bytes_ - flushed_bytes_ >= kFlushBytes) {
    file_->Flush();
    flushed_bytes_ = written_bytes_;
  }
  journal_.Add(checksum_.Finish());
}

void DraftFile::Commit() {
  file_->Commit();
  keeps_ = false;
}

void DraftFile::Keep() {
  file_->KeepWithoutCommit();
  keeps_ = true;
}

bool DraftFile::HoldsBlock(std::uint64_t size, const Checksum& checksum, const StopFlag& stop) {
  ChecksumBuilder builder;
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size, kReadBytes)));
  for (std::uint64_t done = 0; done < size; done += bytes.size()) {
    stop.ThrowIfSet();
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size - done, kReadBytes)));
    if (!file_->ReadLeftover(written_bytes_ + done, bytes)) return false;
    builder.Add(bytes);
  }
  return builder.Finish() == checksum;
}

}  // namespace chatglm
