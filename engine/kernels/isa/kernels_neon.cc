#include "isa/byte_inputs.h"
#include "isa/neon_vector.h"
#include "isa/tables.h"
#include "tiles/make_table.h"

namespace chatglm::kernels {
namespace {

/// Four bytes of weights and of inputs, both with a sign, are multiplied and added in 32 bits
/// (sdot), which cannot overflow. Codes of INT4 stay 0..15, so sums begin with minus 8 times the
/// inputs; those of INT8 get their sign back by one more instruction for all tokens of a tile.
struct Neon : NeonFloats {
  using Bytes = int8x16_t;
  using Int4Sums = int32x4_t;  // one a row
  using Int8Sums = Int4Sums;
  using Int8Weights = Bytes;
  /// 16 sums, 8 vectors of weights and an input; the totals are needed once a block only.
  static constexpr int kTokens = 4;
  static constexpr std::int64_t kInt8CodeBytes = 1;

  static void LoadHalfBytes(const std::uint8_t* from, Bytes& lower, Bytes& upper) {
    const uint8x16_t both = vld1q_u8(from);
    lower = vreinterpretq_s8_u8(vandq_u8(both, vdupq_n_u8(15)));
    upper = vreinterpretq_s8_u8(vshrq_n_u8(both, 4));
  }
  static Bytes BroadcastInt4Input(const std::byte* from) {
    std::int32_t four;
    std::memcpy(&four, from, sizeof(four));
    return vreinterpretq_s8_s32(vdupq_n_s32(four));
  }
  static Int4Sums StartInt4(std::int32_t start) { return vdupq_n_s32(start); }
  static Int4Sums DotInt4(Int4Sums sums, Bytes weights, Bytes input) {
    return vdotq_s32(sums, weights, input);
  }
  static Floats ToFloats(Int4Sums sums) { return vcvtq_f32_s32(sums); }
  static std::int32_t Int4StartOf(const std::int32_t* rounded) { return -8 * SumOf(rounded); }

  static Int8Weights LoadInt8(const std::uint8_t* from) {
    return vreinterpretq_s8_u8(veorq_u8(vld1q_u8(from), vdupq_n_u8(0x80)));
  }
  static Bytes BroadcastInt8Input(const std::byte* from) { return BroadcastInt4Input(from); }
  static Int8Sums StartInt8(std::int32_t start) { return StartInt4(start); }
  static Int8Sums DotInt8(Int8Sums sums, Int8Weights weights, Bytes input) {
    return DotInt4(sums, weights, input);
  }
  static std::int32_t Int8StartOf(const std::int32_t*) { return 0; }
  static void StoreInt8Input(const std::int32_t* rounded, std::byte* to) {
    StoreBytes(rounded, to);
  }
};

constexpr KernelTable kTable = MakeTable<Neon>("NEON DotProd");

}  // namespace

const KernelTable& NeonKernels() { return kTable; }

}  // namespace chatglm::kernels
