#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "llama/context.h"
#include "llama/memory_use.h"

namespace chatglm {

/// A model whose weights are only counted: libllama reads the header of the file and allocates
/// nothing. Made beside a model that is in use, by any thread.
class MemorySimulation {
 public:
  /// The file must be one that GgufHeader takes, or made by MakeHeaderFile. Uses of `placement`
  /// only what concerns weights. Throws EngineError(kLoadFailed), and (kInvalidParams) for unknown
  /// devices.
  MemorySimulation(const std::filesystem::path& file, const Placement& placement);
  ~MemorySimulation();
  MemorySimulation(const MemorySimulation&) = delete;
  MemorySimulation& operator=(const MemorySimulation&) = delete;

  /// What the model was made for, in tokens.
  std::uint32_t trained_context() const;
  /// What the model takes with such a context. Throws EngineError(kLoadFailed).
  std::vector<MemoryUse> Measure(const Context::Options& options) const;
  /// Whether every weight would stay as it lies in the file, in host memory.
  bool KeepsFileLayout() const;

 private:
  /// Our kernels compute in the same memory as the CPU's backend, and libllama counts that of both
  /// when it does not allocate it.
  bool counts_host_twice_ = false;
  llama_model* model_;
};

}  // namespace chatglm
