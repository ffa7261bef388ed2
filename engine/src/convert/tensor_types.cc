#include "convert/tensor_types.h"

#include <algorithm>
#include <map>

namespace chatglm {

namespace {

ggml_type SourceType(const ModelTensor& tensor, FloatPolicy policy) {
  switch (tensor.encoding) {
    case SourceEncoding::kF16:
      return GGML_TYPE_F16;
    case SourceEncoding::kBf16:
      return GGML_TYPE_BF16;
    case SourceEncoding::kF32:
      return policy == FloatPolicy::kKeepF32 ? GGML_TYPE_F32 : GGML_TYPE_F16;
    case SourceEncoding::kInt8:
      return GGML_TYPE_Q8_0;
    case SourceEncoding::kInt4:
      return GGML_TYPE_Q4_0;
  }
  return GGML_TYPE_F16;
}

/// llama-quantize gives the first and last eighth of the layers and every third one between more
/// bits.
bool UsesMoreBits(std::uint32_t layer, std::uint32_t count) {
  return layer < count / 8 || layer >= 7 * count / 8 || (layer - count / 8) % 3 == 2;
}

ggml_type Q4KMType(const ModelTensor& tensor, std::uint32_t layer_count) {
  switch (tensor.role) {
    case TensorRole::kOutput:
      return GGML_TYPE_Q6_K;
    case TensorRole::kAttentionQkv:
      return GGML_TYPE_Q5_K;
    case TensorRole::kFeedForwardDown:
      return UsesMoreBits(tensor.layer, layer_count) ? GGML_TYPE_Q6_K : GGML_TYPE_Q4_K;
    default:
      return GGML_TYPE_Q4_K;
  }
}

ggml_type WantedType(const ModelTensor& tensor, OutputType requested, std::uint32_t layer_count,
                     FloatPolicy policy) {
  if (tensor.role == TensorRole::kVector) return GGML_TYPE_F32;
  switch (requested) {
    case OutputType::kSource:
      return SourceType(tensor, policy);
    case OutputType::kF16:
      return GGML_TYPE_F16;
    case OutputType::kBf16:
      return GGML_TYPE_BF16;
    case OutputType::kQ8_0:
      return GGML_TYPE_Q8_0;
    case OutputType::kQ4_0:
      return tensor.role == TensorRole::kOutput ? GGML_TYPE_Q6_K : GGML_TYPE_Q4_0;
    case OutputType::kQ4_K_M:
      return Q4KMType(tensor, layer_count);
  }
  return GGML_TYPE_F16;
}

bool Holds(ggml_type type, std::uint64_t columns) {
  return columns % static_cast<std::uint64_t>(ggml_blck_size(type)) == 0;
}

/// The replacement that llama-quantize takes when the rows are no multiple of the block.
ggml_type FittingType(ggml_type wanted, const ModelTensor& tensor) {
  if (Holds(wanted, tensor.columns)) return wanted;
  ggml_type type = wanted;
  if (tensor.role == TensorRole::kOutput || wanted == GGML_TYPE_Q6_K) {
    type = GGML_TYPE_Q8_0;
  } else if (wanted == GGML_TYPE_Q4_K) {
    type = GGML_TYPE_Q5_0;
  } else if (wanted == GGML_TYPE_Q5_K) {
    type = GGML_TYPE_Q5_1;
  }
  return Holds(type, tensor.columns) ? type : GGML_TYPE_F16;
}

template <typename Key>
Key Dominant(const std::map<Key, std::uint64_t>& bytes) {
  return std::ranges::max_element(bytes, {}, [](const auto& entry) { return entry.second; })->first;
}

}  // namespace

std::vector<ggml_type> ChooseTensorTypes(const std::vector<ModelTensor>& tensors,
                                         OutputType requested, std::uint32_t layer_count,
                                         FloatPolicy policy) {
  const SourceEncoding source = DominantEncoding(tensors);
  const bool has_it_already = (requested == OutputType::kQ4_0 && source == SourceEncoding::kInt4) ||
                              (requested == OutputType::kQ8_0 && source == SourceEncoding::kInt8);
  if (has_it_already) requested = OutputType::kSource;
  std::vector<ggml_type> types;
  for (const ModelTensor& tensor : tensors) {
    types.push_back(FittingType(WantedType(tensor, requested, layer_count, policy), tensor));
  }
  return types;
}

ggml_type DominantType(const std::vector<ModelTensor>& tensors,
                       const std::vector<ggml_type>& types) {
  std::map<ggml_type, std::uint64_t> bytes;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i].IsBlockMatrix()) continue;
    bytes[types[i]] +=
        tensors[i].rows * ggml_row_size(types[i], static_cast<std::int64_t>(tensors[i].columns));
  }
  return Dominant(bytes);
}

std::uint32_t RowScaledBits(const std::vector<ModelTensor>& tensors,
                            const std::vector<ggml_type>& types) {
  const ggml_type kept = DominantType(tensors, types);
  const bool is_int4 = kept == GGML_TYPE_Q4_0;
  if (!is_int4 && kept != GGML_TYPE_Q8_0) return 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i].IsBlockMatrix()) continue;
    const bool has_scales = tensors[i].encoding == SourceEncoding::kInt4 ||
                            (tensors[i].encoding == SourceEncoding::kInt8 && !is_int4);
    if (types[i] != kept || !has_scales) return 0;
  }
  return is_int4 ? 4 : 8;
}

SourceEncoding DominantEncoding(const std::vector<ModelTensor>& tensors) {
  std::map<SourceEncoding, std::uint64_t> bytes;
  for (const ModelTensor& tensor : tensors) {
    if (tensor.IsBlockMatrix()) bytes[tensor.encoding] += tensor.rows * tensor.SourceRowBytes();
  }
  return Dominant(bytes);
}

}  // namespace chatglm
