#pragma once

#include <filesystem>
#include <functional>

#include "support/digest.h"
#include "support/stop_flag.h"

namespace chatglm {

/// A packed file is a copy of a model's GGUF file whose matrices lie as our kernels read them, so
/// that a start maps it and has nothing to read or lay out. Its header has the source's keys and
/// tensors and says of which source and in which layout it is.

/// Whether `packed` is a whole packed file of the model in `source`, which has the identity
/// `source_identity`, for the kernels that are loaded. Compares all of the header and a sample of
/// every tensor; says on stderr what is wrong with a file that is there.
bool IsPackedFileOf(const std::filesystem::path& packed, const std::filesystem::path& source,
                    const Digest& source_identity);

/// Writes the packed file of `source`, with one thread, and calls `wait` between its steps. False,
/// and nothing is written, when the kernels have no layout for any of its matrices that takes as
/// much room. Throws what FileReader and FileWriter throw, and EngineError(kCancelled).
bool WritePackedFile(const std::filesystem::path& source, const Digest& source_identity,
                     const std::filesystem::path& packed, const StopFlag& stop,
                     const std::function<void()>& wait);

}  // namespace chatglm
