#pragma once

#include "packed_weights.h"

namespace chatglm::kernels {

/// How far kernels are from the plain loops of reference.h, relative to the sizes that are added
/// up. Rounding activations to 8 bits alone gives about 0.004.
struct ProductCheck {
  BlockType type;
  std::int64_t rows, columns, tokens;
  bool one_scale_a_row;
};
double ProductError(const KernelTable& kernels, const ProductCheck& check);

struct AttentionCheck {
  std::int64_t head_size, keys, tokens;
};
/// The largest difference between outputs, whose size is at most 1.
double AttentionError(const KernelTable& kernels, const AttentionCheck& check);

double HalfProductError(const KernelTable& kernels, std::int64_t rows, std::int64_t columns,
                        std::int64_t tokens);
/// Of norms, gated units, sums and products of rows.
double RowError(const KernelTable& kernels, std::int64_t columns);

}  // namespace chatglm::kernels
