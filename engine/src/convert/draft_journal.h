#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/digest.h"

namespace chatglm {

/// The list, beside a draft, of its finished blocks by their checksums. Only what the draft really
/// holds counts: a list of another key, or a torn one, is empty from there on. Failing to write it
/// is no error, as that costs no more than the time to do the blocks again.
class DraftJournal {
 public:
  DraftJournal(std::filesystem::path path, const Digest& key);

  /// What an earlier run has noted under the same key.
  std::vector<Checksum> Read() const;

  /// Begins a list with these.
  void Start(const std::vector<Checksum>& finished);
  void Add(const Checksum& checksum);
  void Remove();

 private:
  std::filesystem::path path_;
  std::string first_line_;
};

}  // namespace chatglm
