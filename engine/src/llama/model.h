#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "llama/placement.h"
#include "support/model_description.h"
#include "support/stop_flag.h"
#include "text/prompt_format.h"
#include "text/tokenizer.h"

struct llama_model;

namespace chatglm {

/// The weights of a model in memory, with its tokenizer and prompt format. Immutable after
/// loading, so any thread may read from it.
class Model {
 public:
  struct Options {
    std::filesystem::path path;
    /// What concerns the weights of it.
    Placement placement = {};
    /// A packed file of it, which is mapped instead; only for weights that are all on the CPU.
    std::optional<std::filesystem::path> packed = std::nullopt;
  };

  /// Reads the file into memory; maps it only where every weight can stay as it lies there. The
  /// CPU has a layout of its own for most quantised weights, and a mapped file would stay in memory
  /// beside that, unless it is packed. Throws EngineError: what GgufHeader throws, kLoadFailed or
  /// kOutOfMemory when libllama cannot load the file, kCancelled when `stop` is set. `on_progress`
  /// gets fractions from 0 to 1.
  static std::shared_ptr<const Model> Load(const Options& options, const StopFlag& stop,
                                           const std::function<void(float)>& on_progress);

  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  const ModelDescription& description() const { return description_; }
  const Tokenizer& tokenizer() const { return tokenizer_; }
  const PromptFormat& prompt_format() const { return prompt_format_; }
  /// Ids from this one on are padding and must never be sampled.
  TokenId sampled_id_end() const;
  llama_model* handle() const { return model_; }
  /// Held while libllama looks at the adapters of the model or changes their list.
  std::mutex& adapter_mutex() const { return adapter_mutex_; }

 private:
  Model(llama_model* model, ModelDescription description, std::vector<Piece> pieces);

  llama_model* model_;
  ModelDescription description_;
  Tokenizer tokenizer_;
  PromptFormat prompt_format_;
  mutable std::mutex adapter_mutex_;
};

}  // namespace chatglm
