#include "module/operations.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "module/attention.h"
#include "module/device.h"
#include "module/products.h"

namespace chatglm::kernels {
namespace {

/// Columns of a row that a thread computes at a time.
constexpr std::int64_t kColumnChunk = 4096;

/// A row of a tensor of up to four dimensions; smaller ones are repeated.
template <class T>
T* Row(const ggml_tensor* tensor, std::int64_t i1, std::int64_t i2, std::int64_t i3) {
  auto* data = static_cast<std::byte*>(tensor->data);
  return reinterpret_cast<T*>(data + i1 % tensor->ne[1] * tensor->nb[1] +
                              i2 % tensor->ne[2] * tensor->nb[2] +
                              i3 % tensor->ne[3] * tensor->nb[3]);
}

template <class Work>
void ForEachRow(const ggml_tensor* tensor, const Work& work) {
  const std::int64_t rows = ggml_nrows(tensor), ne1 = tensor->ne[1], ne2 = tensor->ne[2];
#pragma omp for schedule(static)
  for (std::int64_t row = 0; row < rows; ++row) {
    work(row % ne1, row / ne1 % ne2, row / ne1 / ne2);
  }
}

/// The same in pieces of a row, for operations that look at one column at a time.
template <class Work>
void ForEachPiece(const ggml_tensor* tensor, const Work& work) {
  const std::int64_t columns = tensor->ne[0];
  const std::int64_t pieces = (columns + kColumnChunk - 1) / kColumnChunk;
  const std::int64_t rows = ggml_nrows(tensor), ne1 = tensor->ne[1], ne2 = tensor->ne[2];
#pragma omp for schedule(static)
  for (std::int64_t i = 0; i < rows * pieces; ++i) {
    const std::int64_t row = i / pieces, first = i % pieces * kColumnChunk;
    work(row % ne1, row / ne1 % ne2, row / ne1 / ne2, first,
         std::min(kColumnChunk, columns - first));
  }
}

void ComputeElementwise(ggml_tensor* operation) {
  const auto compute = operation->op == GGML_OP_ADD ? Kernels().add : Kernels().multiply;
  ForEachPiece(operation, [&](auto i1, auto i2, auto i3, auto first, auto count) {
    compute(Row<float>(operation->src[0], i1, i2, i3) + first,
            Row<float>(operation->src[1], i1, i2, i3) + first, count,
            Row<float>(operation, i1, i2, i3) + first);
  });
}

void ComputeScale(ggml_tensor* operation) {
  const auto factor = Parameter<float>(operation, 0), offset = Parameter<float>(operation, 1);
  ForEachPiece(operation, [&](auto i1, auto i2, auto i3, auto first, auto count) {
    const float* from = Row<float>(operation->src[0], i1, i2, i3) + first;
    float* to = Row<float>(operation, i1, i2, i3) + first;
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[i] * factor + offset;
  });
}

void ComputeNorm(ggml_tensor* operation) {
  const auto epsilon = Parameter<float>(operation, 0);
  ForEachRow(operation, [&](auto i1, auto i2, auto i3) {
    Kernels().rms_norm(Row<float>(operation->src[0], i1, i2, i3), operation->ne[0], epsilon,
                       Row<float>(operation, i1, i2, i3));
  });
}

void ComputeGatedUnit(ggml_tensor* operation) {
  const bool is_swapped = Parameter<std::int32_t>(operation, 1) != 0;
  const std::int64_t columns = operation->ne[0];
  ForEachPiece(operation, [&](auto i1, auto i2, auto i3, auto first, auto count) {
    const float* gate = Row<float>(operation->src[0], i1, i2, i3);
    const float* up = gate + columns;
    if (operation->src[1]) {
      up = Row<float>(operation->src[1], i1, i2, i3);
    } else if (is_swapped) {
      std::swap(gate, up);
    }
    Kernels().swiglu(gate + first, up + first, count, Row<float>(operation, i1, i2, i3) + first);
  });
}

/// Turns pairs of neighbours, as ggml_compute_forward_rope does without extrapolation.
void ComputeRope(ggml_tensor* operation, const Workspace& workspace) {
  const ggml_tensor* source = operation->src[0];
  const std::int64_t dimensions = Parameter<std::int32_t>(operation, 1);
  const auto base = Parameter<float>(operation, 5), scale = Parameter<float>(operation, 6);
  const auto magnitude = Parameter<float>(operation, 8);
  const float ratio = std::pow(base, -2.0f / static_cast<float>(dimensions));
  auto* turns = reinterpret_cast<float*>(workspace.own);  // cosine and sine of each pair
  const auto* positions = static_cast<const std::int32_t*>(operation->src[1]->data);
#pragma omp for schedule(static)
  for (std::int64_t token = 0; token < operation->ne[2]; ++token) {
    float angle = static_cast<float>(positions[token]);
    for (std::int64_t i = 0; i < dimensions; i += 2) {
      turns[i] = std::cos(scale * angle) * magnitude;
      turns[i + 1] = std::sin(scale * angle) * magnitude;
      angle *= ratio;
    }
    for (std::int64_t head = 0; head < operation->ne[1]; ++head) {
      const float* from = Row<float>(source, head, token, 0);
      float* to = Row<float>(operation, head, token, 0);
      for (std::int64_t i = 0; i < dimensions; i += 2) {
        const float x = from[i], y = from[i + 1];
        to[i] = x * turns[i] - y * turns[i + 1];
        to[i + 1] = x * turns[i + 1] + y * turns[i];
      }
      if (from != to) std::copy(from + dimensions, from + operation->ne[0], to + dimensions);
    }
  }
}

std::int64_t IndexAt(const ggml_tensor* indices, std::int64_t i) {
  if (indices->type == GGML_TYPE_I64) return static_cast<const std::int64_t*>(indices->data)[i];
  return static_cast<const std::int32_t*>(indices->data)[i];
}

void ComputeSetRows(ggml_tensor* operation) {
  const ggml_tensor* source = operation->src[0];
  const std::int64_t columns = source->ne[0];
#pragma omp for schedule(static)
  for (std::int64_t i = 0; i < source->ne[1]; ++i) {
    const float* from = Row<float>(source, i, 0, 0);
    auto* to = Row<std::byte>(operation, IndexAt(operation->src[1], i), 0, 0);
    if (operation->type == GGML_TYPE_F16) {
      Kernels().to_halves(from, columns, reinterpret_cast<std::uint16_t*>(to));
    } else if (operation->type == GGML_TYPE_F32) {
      std::memcpy(to, from, static_cast<std::size_t>(columns) * sizeof(float));
    } else {
      ggml_get_type_traits(operation->type)->from_float_ref(from, to, columns);
    }
  }
}

void ComputeGetRows(ggml_tensor* operation) {
  const ggml_tensor* table = operation->src[0];
  const std::int64_t columns = table->ne[0];
#pragma omp for schedule(static)
  for (std::int64_t i = 0; i < operation->ne[1]; ++i) {
    const auto* from = Row<std::byte>(table, IndexAt(operation->src[1], i), 0, 0);
    auto* to = Row<float>(operation, i, 0, 0);
    if (table->type == GGML_TYPE_F32) {
      std::memcpy(to, from, static_cast<std::size_t>(columns) * sizeof(float));
    } else {
      ggml_get_type_traits(table->type)->to_float(from, to, columns);
    }
  }
}

}  // namespace

WorkspaceNeed NeedOf(const ggml_tensor* operation) {
  switch (operation->op) {
    case GGML_OP_MUL_MAT:
      return NeedOfProduct(operation);
    case GGML_OP_FLASH_ATTN_EXT:
      return NeedOfAttention(operation);
    case GGML_OP_ROPE:
      return {.own_bytes = static_cast<std::size_t>(operation->ne[0]) * sizeof(float)};
    default:
      return {};
  }
}

void Compute(ggml_tensor* operation, const Workspace& workspace) {
  switch (operation->op) {
    case GGML_OP_MUL_MAT:
      return ComputeProduct(operation, workspace);
    case GGML_OP_FLASH_ATTN_EXT:
      return ComputeAttention(operation, workspace);
    case GGML_OP_ADD:
    case GGML_OP_MUL:
      return ComputeElementwise(operation);
    case GGML_OP_SCALE:
      return ComputeScale(operation);
    case GGML_OP_RMS_NORM:
      return ComputeNorm(operation);
    case GGML_OP_GLU:
      return ComputeGatedUnit(operation);
    case GGML_OP_ROPE:
      return ComputeRope(operation, workspace);
    case GGML_OP_SET_ROWS:
      return ComputeSetRows(operation);
    case GGML_OP_GET_ROWS:
      return ComputeGetRows(operation);
    default:
      GGML_ABORT("operation %s was not accepted", ggml_op_name(operation->op));
  }
}

}  // namespace chatglm::kernels
