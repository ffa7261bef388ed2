#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "llama/gguf_file.h"
#include "support/file_reader.h"
#include "support/model_description.h"

namespace chatglm {

/// What the header of a LoRA adapter's GGUF file says.
struct LoraHeader {
  /// The shape of the weight that a pair of matrices changes.
  struct Target {
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;
    std::uint64_t rank = 0;
  };
  std::map<std::string, Target> targets;  ///< by the weight's name: "blk.0.attn_qkv.weight"
  std::uint32_t rank = 0;                 ///< the highest
};

/// Checks all that libllama would fail on without a reason, or read unchecked. Throws EngineError:
/// kUnsupportedConversion for matrices of other types than F16 and F32 or changes of what cannot be
/// changed, kInvalidGguf or kFileTruncated for a damaged file.
LoraHeader ReadLoraHeader(const GgufFile& file);

/// Throws EngineError(kInvalidGguf) when one of its numbers is none. Reads the whole file.
void CheckLoraNumbers(const GgufFile& file, const FileReader& reader);

/// Throws EngineError(kWrongArchitecture) when it was trained for another network than `model`.
void CheckLoraFits(const LoraHeader& lora, const std::string& file, const ModelDescription& model);

}  // namespace chatglm
