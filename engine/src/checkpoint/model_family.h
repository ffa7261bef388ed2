#pragma once

#include <nlohmann/json_fwd.hpp>

#include "checkpoint/checkpoint_config.h"

namespace chatglm {

/// Tells which model of the family a config.json is of. Throws EngineError(kWrongArchitecture)
/// with a sentence that names what it is instead.
ModelFamily RecogniseFamily(const nlohmann::json& config, const ConfigHints& hints);

/// Sets rope_scale and rope_base from `rope_ratio`, which ChatGLM2-6B-32K and ChatGLM3 read in
/// different ways. Needs the family.
void SetRope(double rope_ratio, const nlohmann::json& config, const ConfigHints& hints,
             CheckpointConfig& result);

}  // namespace chatglm
