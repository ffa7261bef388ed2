#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <vector>

#include "choose_kernels.h"
#include "kernel_check.h"
#include "reference.h"

namespace chatglm::kernels {
namespace {

/// Inputs are rounded to 8 bits in blocks of 32, as ggml does it.
constexpr double kRoundingError = 0.01;
constexpr double kFloatError = 2e-5;

#if defined(__aarch64__)
const char* const kNames[] = {"NEON DotProd"};
#else
const char* const kNames[] = {"AVX-512 VNNI", "AVX-VNNI", "AVX2"};
#endif

/// One instruction set, by name; skipped where the processor lacks it.
class Kernels : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    for (const KernelTable* table : AvailableKernels()) {
      if (std::string(table->name) == GetParam()) kernels_ = table;
    }
    if (!kernels_) GTEST_SKIP() << "This processor has no " << GetParam() << ".";
  }

  const KernelTable* kernels_ = nullptr;
};

TEST_P(Kernels, MultiplyIntegersAsPlainLoopsDo) {
  std::mt19937 random(1);
  const auto below = [&](unsigned limit) { return static_cast<std::int64_t>(random() % limit); };
  int count = 0;
  for (const BlockType type : {BlockType::kQ4_0, BlockType::kQ8_0}) {
    for (int round = 0; round < 24; ++round) {
      const ProductCheck check{.type = type,
                               .rows = 1 + below(70),
                               .columns = kBlockColumns * (1 + below(40)),
                               .tokens = 1 + below(14),
                               .one_scale_a_row = round % 2 == 0};
      EXPECT_LT(ProductError(*kernels_, check), kRoundingError)
          << check.rows << " x " << check.columns << ", " << check.tokens << " tokens";
      ++count;
    }
  }
  std::printf("%d products\n", count);
}

TEST_P(Kernels, MultiplyHalvesAsPlainLoopsDo) {
  for (const std::int64_t tokens : {1, 2, 3, 4, 7}) {
    for (const std::int64_t columns : {1, 7, 8, 67, 256}) {
      EXPECT_LT(HalfProductError(*kernels_, 13, columns, tokens), kFloatError);
    }
  }
}

TEST_P(Kernels, AttendAsPlainLoopsDo) {
  for (const std::int64_t head_size : {32, 64, 128}) {
    for (const std::int64_t keys : {2, 31, 64, 259}) {
      for (const std::int64_t tokens : {1, 5}) {
        const AttentionCheck check{.head_size = head_size, .keys = keys, .tokens = tokens};
        EXPECT_LT(AttentionError(*kernels_, check), kFloatError) << head_size << ", " << keys;
      }
    }
  }
}

TEST_P(Kernels, ComputeRowsAsPlainLoopsDo) {
  for (const std::int64_t columns : {1, 7, 8, 33, 4096}) {
    EXPECT_LT(RowError(*kernels_, columns), kFloatError) << columns;
  }
}

/// What is computed with a token does not change its result.
TEST_P(Kernels, GiveATokenTheSameResultInAnyCompany) {
  constexpr std::int64_t kRows = 32, kColumns = 256, kBlocks = kColumns / kBlockColumns;
  const ReferenceMatrix matrix(BlockType::kQ4_0, kRows, kColumns, false, 1);
  std::vector<std::byte> memory(PackedBytes(BlockType::kQ4_0, kRows, kColumns));
  PackWeights(BlockType::kQ4_0, kRows, kColumns, matrix.blocks(), 1, memory.data());
  const auto weights = ViewPacked(BlockType::kQ4_0, kRows, kColumns, memory.data());
  const auto input = RandomFloats(kColumns, 2);
  const auto multiply = [&](std::int64_t tokens) {
    std::vector<std::byte> codes(static_cast<std::size_t>(tokens * kColumns));
    std::vector<float> scales(static_cast<std::size_t>(tokens * kBlocks)), output;
    std::vector<std::int32_t> starts(scales.size());
    for (std::int64_t token = 0; token < tokens; ++token) {
      kernels_->round_for_int4(input.data(), kBlocks,
                               {.codes = codes.data() + token * kColumns,
                                .scales = scales.data() + token * kBlocks,
                                .starts = starts.data() + token * kBlocks,
                                .tokens = 1});
    }
    output.resize(static_cast<std::size_t>(tokens * kRows));
    kernels_->multiply_int4(
        weights,
        {.codes = codes.data(), .scales = scales.data(), .starts = starts.data(), .tokens = tokens},
        0, kRows / kGroupRows, output.data(), kRows);
    return std::vector(output.end() - kRows, output.end());
  };
  const auto alone = multiply(1);
  for (const std::int64_t tokens : {2, 3, 4, 7, 16}) EXPECT_EQ(multiply(tokens), alone) << tokens;
}

INSTANTIATE_TEST_SUITE_P(All, Kernels, testing::ValuesIn(kNames), [](const auto& kernels) {
  std::string name = kernels.param;
  std::erase_if(name, [](char c) { return c == '-' || c == ' '; });
  return name;
});

TEST(PackedWeights, ComeBackBitForBit) {
  for (const BlockType type : {BlockType::kQ4_0, BlockType::kQ8_0}) {
    for (const bool one_scale : {false, true}) {
      const ReferenceMatrix matrix(type, 21, 96, one_scale, 3);
      std::vector<std::byte> memory(PackedBytes(type, 21, 96)), blocks(matrix.bytes());
      PackWeights(type, 21, 96, matrix.blocks(), 2, memory.data());
      UnpackWeights(type, 21, 96, memory.data(), blocks.data());
      EXPECT_EQ(std::vector(matrix.blocks(), matrix.blocks() + matrix.bytes()), blocks);
      EXPECT_EQ(ViewPacked(type, 21, 96, memory.data()).scaled_by_row, one_scale);
    }
  }
}

/// One wrong table entry is enough to be left out.
TEST(ChooseKernels, TakesOnlyWhatComputesRightly) {
  const KernelTable* chosen = ChooseKernels();
  if (!chosen) GTEST_SKIP() << "This processor has none of the instruction sets.";
  KernelTable broken = *chosen;
  EXPECT_TRUE(ComputesRightly(broken));
  broken.swiglu = [](const float* gate, const float*, std::int64_t count, float* output) {
    std::copy_n(gate, count, output);
  };
  EXPECT_FALSE(ComputesRightly(broken));
}

}  // namespace
}  // namespace chatglm::kernels
