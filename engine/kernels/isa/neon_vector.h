#pragma once

#include <arm_neon.h>

#include <cstring>

#include "kernel_table.h"

namespace chatglm::kernels {
namespace {

/// Floats of NEON on 64-bit ARM.
struct NeonFloats {
  using Floats = float32x4_t;
  static constexpr std::int64_t kLanes = 4;
  /// 16 sums, 4 vectors of queries and a key; no key of a full tile and no row of a head is left.
  static constexpr int kAttentionRows = 4;
  static constexpr std::int64_t kPrefetchBytes = 2048;

  static Floats Zero() { return vdupq_n_f32(0); }
  static Floats Fill(float value) { return vdupq_n_f32(value); }
  static Floats Broadcast(const float* value) { return vld1q_dup_f32(value); }
  static Floats Load(const float* from) { return vld1q_f32(from); }
  static void Store(float* to, Floats a) { vst1q_f32(to, a); }
  static Floats Add(Floats a, Floats b) { return vaddq_f32(a, b); }
  static Floats Subtract(Floats a, Floats b) { return vsubq_f32(a, b); }
  static Floats Multiply(Floats a, Floats b) { return vmulq_f32(a, b); }
  static Floats Divide(Floats a, Floats b) { return vdivq_f32(a, b); }
  static Floats MultiplyAdd(Floats a, Floats b, Floats c) { return vfmaq_f32(c, a, b); }
  static Floats Maximum(Floats a, Floats b) { return vmaxq_f32(a, b); }
  static Floats Minimum(Floats a, Floats b) { return vminq_f32(a, b); }
  static Floats Absolute(Floats a) { return vabsq_f32(a); }
  static Floats Round(Floats a) { return vrndnq_f32(a); }
  static Floats ScaleByPowerOfTwo(Floats a, Floats power) {
    const int32x4_t exponent = vshlq_n_s32(vcvtnq_s32_f32(power), 23);
    return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(a), exponent));
  }
  static Floats ZeroWhereBelow(Floats a, Floats x, Floats limit) {
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(a), vcltq_f32(x, limit)));
  }
  static bool AnyGreater(Floats a, Floats b) { return vmaxvq_u32(vcgtq_f32(a, b)) != 0; }
  static float Sum(Floats a) { return vaddvq_f32(a); }
  static float Largest(Floats a) { return vmaxvq_f32(a); }
  static float SquareRoot(float a) { return vget_lane_f32(vsqrt_f32(vdup_n_f32(a)), 0); }

  static Floats LoadHalves(const std::uint16_t* from) {
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from)));
  }
  static void StoreHalves(std::uint16_t* to, Floats a) {
    vst1_u16(to, vreinterpret_u16_f16(vcvt_f16_f32(a)));
  }
  static float HalfToFloat(std::uint16_t half) {
    return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(half))), 0);
  }
  static std::uint16_t FloatToHalf(float a) {
    return vget_lane_u16(vreinterpret_u16_f16(vcvt_f16_f32(vdupq_n_f32(a))), 0);
  }
  static Floats LoadSignedBytes(const std::byte* from) {
    std::int32_t four;
    std::memcpy(&four, from, sizeof(four));
    const int16x8_t words = vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)));
    return vcvtq_f32_s32(vmovl_s16(vget_low_s16(words)));
  }
  static void StoreRounded(std::int32_t* to, Floats a) { vst1q_s32(to, vcvtnq_s32_f32(a)); }
  static void Prefetch(const void* at) { __builtin_prefetch(at); }
};

}  // namespace
}  // namespace chatglm::kernels
