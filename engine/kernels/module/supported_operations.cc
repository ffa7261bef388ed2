#include "module/supported_operations.h"

#include "module/device.h"
#include "module/operations.h"
#include "module/packed_buffer.h"

namespace chatglm::kernels {
namespace {

/// Floats whose rows are whole; rows may lie apart.
bool HasFloatRows(const ggml_tensor* tensor) {
  return tensor->type == GGML_TYPE_F32 && tensor->nb[0] == sizeof(float);
}

bool IsPlain(const ggml_tensor* tensor) {
  return !(IsInPackedBuffer(tensor) && PackableType(tensor) && tensor->op == GGML_OP_NONE);
}

bool SupportsProduct(const ggml_tensor* operation) {
  const ggml_tensor* weights = operation->src[0];
  const ggml_tensor* input = operation->src[1];
  if (!HasFloatRows(operation) || !HasFloatRows(input) || !ggml_is_contiguous(operation) ||
      !ggml_is_contiguous(input) || weights->ne[2] != 1 || weights->ne[3] != 1) {
    return false;
  }
  if (IsInPackedBuffer(weights) && PackableType(weights)) return true;
  if (!IsInUse()) return false;
  const bool has_rows = weights->nb[0] == ggml_type_size(weights->type);
  return has_rows && (weights->type == GGML_TYPE_F16 || weights->type == GGML_TYPE_F32) &&
         weights->nb[1] % ggml_type_size(weights->type) == 0;
}

bool SupportsElementwise(const ggml_tensor* operation) {
  const ggml_tensor* a = operation->src[0];
  const ggml_tensor* b = operation->src[1];
  // The second operand may be one row for all, as weights of norms and biases are.
  return HasFloatRows(operation) && HasFloatRows(a) && HasFloatRows(b) &&
         ggml_are_same_shape(operation, a) && b->ne[0] == a->ne[0] && ggml_can_repeat(b, a);
}

bool SupportsGatedUnit(const ggml_tensor* operation) {
  return ggml_get_glu_op(operation) == GGML_GLU_OP_SWIGLU && HasFloatRows(operation) &&
         HasFloatRows(operation->src[0]) && ggml_is_contiguous_1(operation->src[0]) &&
         (!operation->src[1] ||
          (HasFloatRows(operation->src[1]) && ggml_is_contiguous_1(operation->src[1])));
}

bool SupportsRope(const ggml_tensor* operation) {
  const ggml_tensor* positions = operation->src[1];
  const auto mode = Parameter<std::int32_t>(operation, 2);
  const auto offset = Parameter<std::int32_t>(operation, 15);
  return mode == GGML_ROPE_TYPE_NORMAL && offset == 0 && Parameter<float>(operation, 7) == 0 &&
         !operation->src[2] && HasFloatRows(operation) && HasFloatRows(operation->src[0]) &&
         positions->type == GGML_TYPE_I32 && operation->ne[3] == 1;
}

bool SupportsSetRows(const ggml_tensor* operation) {
  const ggml_tensor* indices = operation->src[1];
  const bool has_type = operation->type == GGML_TYPE_F16 || operation->type == GGML_TYPE_F32 ||
                        operation->type == GGML_TYPE_Q8_0;
  return has_type && HasFloatRows(operation->src[0]) && operation->ne[2] == 1 &&
         operation->ne[3] == 1 && operation->src[0]->ne[2] == 1 && operation->src[0]->ne[3] == 1 &&
         (indices->type == GGML_TYPE_I64 || indices->type == GGML_TYPE_I32);
}

bool SupportsGetRows(const ggml_tensor* operation) {
  const ggml_tensor* table = operation->src[0];
  const ggml_tensor* indices = operation->src[1];
  return HasFloatRows(operation) && IsPlain(table) && !IsInPackedBuffer(indices) &&
         (table->type == GGML_TYPE_F32 || ggml_get_type_traits(table->type)->to_float) &&
         table->ne[2] == 1 && table->ne[3] == 1 && indices->ne[1] == 1 && indices->ne[2] == 1 &&
         indices->type == GGML_TYPE_I32;
}

bool IsCache(const ggml_tensor* tensor, std::int64_t head_size) {
  const bool has_type = tensor->type == GGML_TYPE_F16 ||
                        (tensor->type == GGML_TYPE_Q8_0 && head_size % kBlockColumns == 0);
  return has_type && tensor->ne[0] == head_size && tensor->ne[3] == 1 &&
         tensor->nb[0] == ggml_type_size(tensor->type);
}

bool SupportsAttention(const ggml_tensor* operation) {
  const ggml_tensor* queries = operation->src[0];
  const ggml_tensor* mask = operation->src[3];
  const std::int64_t head_size = queries->ne[0];
  const auto max_bias = Parameter<float>(operation, 1), soft_cap = Parameter<float>(operation, 2);
  return HasFloatRows(operation) && HasFloatRows(queries) && queries->ne[3] == 1 && max_bias == 0 &&
         soft_cap == 0 && !operation->src[4] && head_size % Kernels().lanes == 0 &&
         IsCache(operation->src[1], head_size) && IsCache(operation->src[2], head_size) &&
         queries->ne[2] % operation->src[1]->ne[2] == 0 &&
         (!mask || (mask->type == GGML_TYPE_F16 && mask->ne[2] == 1 && mask->ne[3] == 1));
}

}  // namespace

bool IsSupported(const ggml_tensor* operation) {
  if (operation->op == GGML_OP_MUL_MAT) return SupportsProduct(operation);
  // Packed weights themselves belong here, be they computed with or only counted.
  if (!IsInUse()) return operation->op == GGML_OP_NONE && IsInPackedBuffer(operation);
  for (const ggml_tensor* source : operation->src) {
    if (source && !IsPlain(source)) return false;
  }
  switch (operation->op) {
    case GGML_OP_NONE:
    case GGML_OP_VIEW:
    case GGML_OP_RESHAPE:
    case GGML_OP_PERMUTE:
    case GGML_OP_TRANSPOSE:
      return true;
    case GGML_OP_ADD:
    case GGML_OP_MUL:
      // Small weights stay in the CPU's memory, so that models with other weights are left alone.
      return !IsInPackedBuffer(operation->src[1]) || operation->src[1]->op != GGML_OP_NONE
                 ? SupportsElementwise(operation)
                 : false;
    case GGML_OP_SCALE:
    case GGML_OP_RMS_NORM:
      return HasFloatRows(operation) && HasFloatRows(operation->src[0]);
    case GGML_OP_GLU:
      return SupportsGatedUnit(operation);
    case GGML_OP_ROPE:
      return SupportsRope(operation);
    case GGML_OP_SET_ROWS:
      return SupportsSetRows(operation);
    case GGML_OP_GET_ROWS:
      return SupportsGetRows(operation);
    case GGML_OP_FLASH_ATTN_EXT:
      return SupportsAttention(operation);
    default:
      return false;
  }
}

}  // namespace chatglm::kernels
