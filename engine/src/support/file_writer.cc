#include "support/file_writer.h"

#include <string>
#include <system_error>

#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

FileWriter::FileWriter(const std::filesystem::path& destination, std::uint64_t size)
    : destination_(destination), size_(size) {
  std::error_code error;
  if (destination.filename().empty() || std::filesystem::is_directory(destination, error)) {
    ThrowWriteFailed("it is a folder; give the name of a file in it");
  }
  if (const auto folder = destination.parent_path();
      !folder.empty() && !std::filesystem::is_directory(folder, error)) {
    ThrowWriteFailed("its folder does not exist; make the folder first");
  }
}

std::unique_ptr<FileWriter> FileWriter::Create(const std::filesystem::path& destination,
                                               std::uint64_t size) {
  auto file = Reopen(destination, size);
  file->StartAt(0);
  return file;
}

std::filesystem::path FileWriter::PartialPath() const {
  std::filesystem::path path = destination_;
  path += ".partial";
  return path;
}

void FileWriter::CheckSpace(std::uint64_t offset) const {
  std::error_code error;
  auto folder = destination_.parent_path();
  if (folder.empty()) folder = ".";
  const auto space = std::filesystem::space(folder, error);
  if (!error && space.available < size_ - offset) ThrowDiskFull();
}

void FileWriter::ThrowDiskFull() const {
  throw EngineError(ErrorCode::kDiskFull, "The disk has no room for " + PathToUtf8(destination_) +
                                              ", which needs " + std::to_string(size_) +
                                              " bytes. Free some space or choose another disk.");
}

void FileWriter::ThrowWriteFailed(const std::string& reason) const {
  throw EngineError(ErrorCode::kWriteFailed,
                    PathToUtf8(destination_) + " cannot be written: " + reason + ".");
}

void FileWriter::ThrowBusy() const {
  throw EngineError(ErrorCode::kFileBusy,
                    PathToUtf8(destination_) +
                        " is being written already. Wait until that is done or cancel it.");
}

void FileWriter::ThrowTooLarge() const {
  ThrowWriteFailed("the disk cannot hold files of " + std::to_string(size_) +
                   " bytes, as those formatted with FAT32; choose another disk");
}

}  // namespace chatglm
