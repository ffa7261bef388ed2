#include "choose_kernels.h"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

#include <vector>

#include "isa/tables.h"
#include "kernel_check.h"

namespace chatglm::kernels {
namespace {

constexpr double kRoundingError = 0.02;
constexpr double kFloatError = 1e-4;

}  // namespace

std::span<const KernelTable* const> AvailableKernels() {
  static const std::vector<const KernelTable*> available = [] {
    std::vector<const KernelTable*> tables;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("f16c")) {
      if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
          __builtin_cpu_supports("avx512vnni")) {
        tables.push_back(&Avx512VnniKernels());
      }
      if (__builtin_cpu_supports("avxvnni")) tables.push_back(&AvxVnniKernels());
      tables.push_back(&Avx2Kernels());
    }
#elif defined(__aarch64__)
    if ((getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0) tables.push_back(&NeonKernels());
#endif
    return tables;
  }();
  return available;
}

bool ComputesRightly(const KernelTable& kernels) {
  for (const BlockType type : {BlockType::kQ4_0, BlockType::kQ8_0}) {
    for (const bool one_scale : {false, true}) {
      const ProductCheck check{
          .type = type, .rows = 18, .columns = 96, .tokens = 15, .one_scale_a_row = one_scale};
      if (!(ProductError(kernels, check) < kRoundingError)) return false;
    }
  }
  return AttentionError(kernels, {.head_size = 64, .keys = 75, .tokens = 3}) < kFloatError &&
         HalfProductError(kernels, 6, 67, 3) < kFloatError && RowError(kernels, 83) < kFloatError;
}

const KernelTable* ChooseKernels() {
  for (const KernelTable* kernels : AvailableKernels()) {
    if (ComputesRightly(*kernels)) return kernels;
  }
  return nullptr;
}

}  // namespace chatglm::kernels
