#pragma once

namespace chatglm {

/// Physical cores that this process may use, at least 1. More threads than that slow down the
/// evaluation of a model.
int PhysicalCores();

}  // namespace chatglm
