#include "convert/draft_journal.h"

#include <fstream>
#include <system_error>
#include <utility>

namespace chatglm {

namespace {

constexpr std::size_t kChecksumDigits = 2 * sizeof(Checksum);

/// False when the text is no checksum.
bool ParseChecksum(const std::string& text, Checksum& checksum) {
  if (text.size() != kChecksumDigits ||
      text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return false;
  }
  for (std::size_t i = 0; i < checksum.size(); ++i) {
    checksum[i] = static_cast<std::byte>(std::stoi(text.substr(2 * i, 2), nullptr, 16));
  }
  return true;
}

}  // namespace

DraftJournal::DraftJournal(std::filesystem::path path, const Digest& key)
    : path_(std::move(path)), first_line_("draft " + ToHex(key)) {}

std::vector<Checksum> DraftJournal::Read() const {
  std::vector<Checksum> finished;
  std::ifstream file(path_, std::ios::binary);
  std::string line;
  if (!std::getline(file, line) || line != first_line_) return finished;
  for (Checksum checksum; std::getline(file, line) && ParseChecksum(line, checksum);) {
    finished.push_back(checksum);
  }
  return finished;
}

void DraftJournal::Start(const std::vector<Checksum>& finished) {
  // Renamed, so that an end in between does not lose the list of what is finished.
  std::filesystem::path fresh = path_;
  fresh += ".new";
  std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
  file << first_line_ << '\n';
  for (const Checksum& checksum : finished) file << ToHex(checksum) << '\n';
  file.close();
  std::error_code error;
  std::filesystem::rename(fresh, path_, error);
}

void DraftJournal::Add(const Checksum& checksum) {
  std::ofstream(path_, std::ios::binary | std::ios::app) << ToHex(checksum) << '\n';
}

void DraftJournal::Remove() {
  std::error_code error;
  std::filesystem::remove(path_, error);
}

}  // namespace chatglm
