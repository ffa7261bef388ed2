#include "checkpoint/checkpoint.h"

#include <system_error>

#include "checkpoint/file_kind.h"
#include "checkpoint/safetensors_file.h"
#include "checkpoint/torch_file.h"
#include "checkpoint/weight_files.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

/// Throws when the path is no folder, saying what the file is.
const std::filesystem::path& RequireFolder(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return path;
  const auto file = FileReader::Open(path);
  if (const FileKind kind = DetectFileKind(*file);
      kind == FileKind::kGguf || kind == FileKind::kOldGgml || kind == FileKind::kLfsPointer) {
    ThrowNotWeights(kind, file->name());
  }
  throw EngineError(ErrorCode::kUnsupportedFormat,
                    file->name() +
                        " is a single file. Choose the folder that holds it together "
                        "with config.json and tokenizer.model.",
                    {"single_file", file->name(), {}});
}

/// The name without what trainers put in front ("module.transformer.…").
std::string CanonicalName(std::string name) {
  for (bool stripped = true; stripped;) {
    stripped = false;
    for (const std::string_view prefix : {"state_dict.", "module.", "model.", "_orig_mod."}) {
      if (!name.starts_with(prefix)) continue;
      name.erase(0, prefix.size());
      stripped = true;
    }
  }
  return name;
}

}  // namespace

Checkpoint::Checkpoint(const std::filesystem::path& folder)
    : folder_(RequireFolder(folder)), config_(ReadCheckpointConfig(folder)) {
  for (const std::filesystem::path& path : FindWeightFiles(folder)) AddFile(path);
}

const TensorRecord* Checkpoint::Find(const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

void Checkpoint::AddFile(const std::filesystem::path& path) {
  const auto file = FileReader::Open(path);
  size_bytes_ += file->size();
  const bool is_safetensors = path.extension() == ".safetensors";
  for (TensorRecord& tensor : is_safetensors ? ReadSafetensorsFile(file) : ReadTorchFile(file)) {
    std::string name = CanonicalName(tensor.name);
    if (!tensors_.emplace(name, std::move(tensor)).second) {
      throw EngineError(ErrorCode::kInvalidCheckpoint,
                        file->name() + " repeats the tensor " + QuoteForMessage(name) +
                            ". Keep the weight files of one checkpoint only in the folder.",
                        {"weights_twice", file->name(), {}});
    }
  }
}

}  // namespace chatglm
