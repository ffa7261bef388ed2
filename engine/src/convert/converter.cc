#include "convert/converter.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "convert/draft_file.h"
#include "convert/gguf_header_builder.h"
#include "convert/gguf_writer.h"
#include "convert/row_slices.h"
#include "convert/source_tokenizer.h"
#include "convert/tensor_types.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

FileType FileTypeOf(OutputType requested, ggml_type dominant) {
  if (requested == OutputType::kQ4_K_M) return FileType::kQ4_K_M;
  switch (dominant) {
    case GGML_TYPE_F32:
      return FileType::kF32;
    case GGML_TYPE_BF16:
      return FileType::kBf16;
    case GGML_TYPE_Q4_0:
      return FileType::kQ4_0;
    case GGML_TYPE_Q8_0:
      return FileType::kQ8_0;
    default:
      return FileType::kF16;
  }
}

/// Throws when the conversion would replace a file that it reads.
void CheckDestination(const Checkpoint& checkpoint, const std::filesystem::path& destination) {
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    std::error_code error;
    if (std::filesystem::equivalent(tensor.file->path(), destination, error)) {
      throw EngineError(ErrorCode::kInvalidParams,
                        PathToUtf8(destination) +
                            " belongs to the checkpoint. Choose another name for the result.");
    }
  }
}

/// Names all that decides the bytes of the result. Sizes and times stand for the weights' contents.
Digest DraftKey(const Checkpoint& checkpoint, std::span<const std::byte> header) {
  std::set<std::filesystem::path> files;
  for (const auto& [name, tensor] : checkpoint.tensors()) files.insert(tensor.file->path());
  DigestBuilder key;
  key.AddText(CHATGLM_ENGINE_VERSION);
  key.AddText(ggml_version());
  key.AddText(ggml_commit());
  key.AddNumber(header.size());
  key.Add(header);
  for (const std::filesystem::path& file : files) {
    const auto time = std::filesystem::last_write_time(file).time_since_epoch().count();
    key.AddText(PathToUtf8(file.filename()));
    key.AddNumber(std::filesystem::file_size(file));
    key.AddNumber(static_cast<std::uint64_t>(time));
  }
  return key.Finish();
}

}  // namespace

ConvertResult Convert(const ConvertOptions& options, const StopFlag& stop,
                      const std::function<void(const ConvertProgress&)>& on_progress) {
  const Checkpoint checkpoint(options.source);
  const CheckpointConfig& config = checkpoint.config();
  const std::vector<ModelTensor> tensors = ResolveModelTensors(checkpoint);
  const std::vector<Piece> pieces = ReadSourceTokenizer(options.source, options.tokenizer);
  CheckDestination(checkpoint, options.destination);

  const bool narrows =
      options.type == OutputType::kSource && AllFitF16(tensors, options.threads, stop);
  const std::vector<ggml_type> types =
      ChooseTensorTypes(tensors, options.type, config.layer_count,
                        narrows ? FloatPolicy::kNarrowToF16 : FloatPolicy::kKeepF32);
  const ggml_type dominant = DominantType(tensors, types);
  GgufHeaderBuilder builder;
  builder.SetMetadata(config, FileTypeOf(options.type, dominant),
                      std::ranges::any_of(types, ggml_is_quantized));
  builder.SetRowScaledBits(RowScaledBits(tensors, types));
  builder.SetVocabulary(MakeTokenTable(pieces, config.family, config.vocabulary_size),
                        pieces.size());
  builder.AddTensors(tensors, types);
  const std::vector<std::byte> header = builder.Serialize();

  std::vector<std::uint64_t> block_sizes{header.size()};
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    block_sizes.push_back(TensorFileBytes(tensors[i], types[i]));
  }
  stop.ThrowIfSet();
  DraftFile file(options.destination, std::move(block_sizes), DraftKey(checkpoint, header));
  if (options.keeps_draft) file.Keep();
  const std::size_t done = file.Resume(stop);
  GgufWriter writer(file, stop, on_progress, options.threads);
  if (done == 0) writer.WriteHeader(header);
  for (std::size_t i = std::max<std::size_t>(done, 1) - 1; i < tensors.size(); ++i) {
    writer.WriteTensor(tensors[i], types[i]);
  }
  stop.ThrowIfSet();
  file.Commit();
  return {file.total_bytes(), ggml_type_name(dominant)};
}

}  // namespace chatglm
