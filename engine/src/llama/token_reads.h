#pragma once

#include <cstdint>

#include "llama/model.h"

namespace chatglm {

/// Bytes of weights that each generated token reads: all of them, but of the embedding only a row.
std::uint64_t BytesPerToken(const Model& model);

}  // namespace chatglm
