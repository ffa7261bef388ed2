#pragma once

#include <string>

#include "support/file_reader.h"

namespace chatglm {

/// What a file is by its first bytes, whatever its name says.
enum class FileKind { kZip, kLegacyTorch, kLfsPointer, kGguf, kOldGgml, kWebPage, kEmpty, kOther };

FileKind DetectFileKind(const FileReader& file);

/// Throws the EngineError that explains why a file of that kind is no checkpoint weights: it says
/// what the file is and what to do.
[[noreturn]] void ThrowNotWeights(FileKind kind, const std::string& name);

}  // namespace chatglm
