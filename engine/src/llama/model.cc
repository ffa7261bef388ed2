#include "llama/model.h"

#include <llama.h>

#include <new>

#include "llama/gguf_header.h"
#include "llama/kernels.h"
#include "llama/memory_simulation.h"
#include "llama/model_params.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr TokenId kRoleCount = 4;  // ChatGLM3's, behind the five special tokens

struct LoadProgress {
  const StopFlag& stop;
  const std::function<void(float)>& report;
};

bool OnProgress(float fraction, void* data) {
  const auto* progress = static_cast<const LoadProgress*>(data);
  progress->report(fraction);
  return !progress->stop.IsSet();
}

/// Whether the weights can be used where they lie in the file. Computed only for those that may.
bool CanMapFile(const Model::Options& options, const ModelDescription& description) {
  const std::string& type = description.weight_type;
  if (options.placement.gpu_layers != 0 || (type != "f16" && type != "bf16" && type != "f32")) {
    return false;
  }
  return MemorySimulation(options.path, options.placement).KeepsFileLayout();
}

/// Null when libllama cannot load it.
llama_model* LoadFile(const std::filesystem::path& file, llama_model_params& params,
                      llama_load_mode mode) {
  params.load_mode = mode;
  try {
    return llama_model_load_from_file(PathToUtf8(file).c_str(), params);
  } catch (const std::bad_alloc&) {
    throw EngineError(ErrorCode::kOutOfMemory,
                      "There is not enough memory for this model. Close other programs or choose "
                      "INT4 instead of FP16.");
  }
}

}  // namespace

std::shared_ptr<const Model> Model::Load(const Options& options, const StopFlag& stop,
                                         const std::function<void(float)>& on_progress) {
  GgufHeader header(options.path);
  stop.ThrowIfSet();

  LoadProgress progress{stop, on_progress};
  ModelParams model_params(options.placement);
  llama_model_params& params = model_params.native();
  params.progress_callback = OnProgress;
  params.progress_callback_user_data = &progress;
  llama_model* model = nullptr;
  if (options.packed) {
    const PackedFilesScope scope;
    model = LoadFile(*options.packed, params, LLAMA_LOAD_MODE_MMAP);
  } else {
    const bool maps = CanMapFile(options, header.description());
    model = LoadFile(options.path, params, maps ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE);
  }
  if (!model) {
    stop.ThrowIfSet();
    throw EngineError(ErrorCode::kLoadFailed,
                      header.description().path +
                          " could not be loaded; the log of the engine says why. If memory is "
                          "short, close other programs or choose INT4.");
  }
  return std::shared_ptr<const Model>(new Model(model, header.description(), header.pieces()));
}

Model::Model(llama_model* model, ModelDescription description, std::vector<Piece> pieces)
    : model_(model),
      description_(std::move(description)),
      tokenizer_(std::move(pieces)),
      prompt_format_(description_.family, tokenizer_) {}

Model::~Model() { llama_model_free(model_); }

TokenId Model::sampled_id_end() const {
  const TokenId first_role = tokenizer_.first_role_id();
  return description_.family == ModelFamily::kChatGlm3 ? first_role + kRoleCount : first_role;
}

}  // namespace chatglm
