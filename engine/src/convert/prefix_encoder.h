#pragma once

#include <cstdint>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "support/stop_flag.h"

namespace chatglm {

/// Keys and values that a P-Tuning v2 checkpoint puts before every conversation.
struct PrefixValues {
  std::uint32_t length = 0;  ///< positions
  /// [position][layer][key, value][group][channel] as the prefix encoder gives it; keys without
  /// rotary embedding.
  std::vector<float> values;
};

/// Whether the folder's weights are those of a prefix alone.
bool IsPrefixCheckpoint(const Checkpoint& checkpoint);

/// The output of the prefix encoder: its embedding or, with `prefix_projection`, W2 tanh(W0 e + b0)
/// + b2 of it (`PrefixEncoder` in the official modeling_chatglm.py). Throws EngineError:
/// kMissingTensor, kInvalidCheckpoint for shapes that do not belong together or to the network that
/// config.json describes, kCancelled.
PrefixValues ReadPrefixValues(const Checkpoint& checkpoint, int thread_count, const StopFlag& stop);

}  // namespace chatglm
