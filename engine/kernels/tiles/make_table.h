#pragma once

// The table of one instruction set V. Included only by the files of isa/.

#include "tiles/attention.h"
#include "tiles/elementwise.h"
#include "tiles/product.h"

namespace chatglm::kernels {

template <class V>
constexpr KernelTable MakeTable(const char* name) {
  return {.name = name,
          .int4_code_bytes = 1,
          .int8_code_bytes = V::kInt8CodeBytes,
          .lanes = V::kLanes,
          .round_for_int4 = RoundForInt4<V>,
          .round_for_int8 = RoundForInt8<V>,
          .multiply_int4 = MultiplyPacked<V, Int4Format<V>>,
          .multiply_int8 = MultiplyPacked<V, Int8Format<V>>,
          .multiply_half = MultiplyHalf<V>,
          .dot = Dot<V>,
          .attend = Attend<V>,
          .rms_norm = RmsNorm<V>,
          .swiglu = Swiglu<V>,
          .add = AddRows<V>,
          .multiply = MultiplyRows<V>,
          .to_halves = ToHalves<V>};
}

}  // namespace chatglm::kernels
