#pragma once

#include "kernel_table.h"

namespace chatglm::kernels {
namespace {

// For instructions that multiply bytes and add four products in 32 bits.

inline std::int32_t SumOf(const std::int32_t* rounded) {
  std::int32_t sum = 0;
  for (std::int64_t i = 0; i < kBlockColumns; ++i) sum += rounded[i];
  return sum;
}

inline void StoreBytes(const std::int32_t* rounded, std::byte* to) {
  for (std::int64_t i = 0; i < kBlockColumns; ++i) to[i] = static_cast<std::byte>(rounded[i]);
}

}  // namespace
}  // namespace chatglm::kernels
