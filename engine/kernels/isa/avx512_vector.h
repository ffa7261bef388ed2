#pragma once

#include <immintrin.h>

#include <cstring>

#include "kernel_table.h"

namespace chatglm::kernels {
namespace {

/// Floats of AVX-512 (F, BW, DQ and VL).
struct Avx512Floats {
  using Floats = __m512;
  static constexpr std::int64_t kLanes = 16;
  static constexpr int kAttentionRows = 12;
  static constexpr std::int64_t kPrefetchBytes = 2048;

  static Floats Zero() { return _mm512_setzero_ps(); }
  static Floats Fill(float value) { return _mm512_set1_ps(value); }
  static Floats Broadcast(const float* value) { return _mm512_set1_ps(*value); }
  static Floats Load(const float* from) { return _mm512_loadu_ps(from); }
  static void Store(float* to, Floats a) { _mm512_storeu_ps(to, a); }
  static Floats Add(Floats a, Floats b) { return _mm512_add_ps(a, b); }
  static Floats Subtract(Floats a, Floats b) { return _mm512_sub_ps(a, b); }
  static Floats Multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  static Floats Divide(Floats a, Floats b) { return _mm512_div_ps(a, b); }
  static Floats MultiplyAdd(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
  static Floats Maximum(Floats a, Floats b) { return _mm512_max_ps(a, b); }
  static Floats Minimum(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  static Floats Absolute(Floats a) { return _mm512_abs_ps(a); }
  static Floats Round(Floats a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Floats ScaleByPowerOfTwo(Floats a, Floats power) { return _mm512_scalef_ps(a, power); }
  static Floats ZeroWhereBelow(Floats a, Floats x, Floats limit) {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, limit, _CMP_NLT_UQ), a);
  }
  static bool AnyGreater(Floats a, Floats b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ) != 0; }
  static float Sum(Floats a) { return _mm512_reduce_add_ps(a); }
  static float Largest(Floats a) { return _mm512_reduce_max_ps(a); }
  static float SquareRoot(float a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }

  static Floats LoadHalves(const std::uint16_t* from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  static void StoreHalves(std::uint16_t* to, Floats a) {
    const __m256i halves = _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), halves);
  }
  static float HalfToFloat(std::uint16_t half) { return _cvtsh_ss(half); }
  static std::uint16_t FloatToHalf(float a) { return _cvtss_sh(a, _MM_FROUND_TO_NEAREST_INT); }
  static Floats LoadSignedBytes(const std::byte* from) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
  }
  static void StoreRounded(std::int32_t* to, Floats a) {
    _mm512_storeu_si512(to, _mm512_cvtps_epi32(a));
  }
  static void Prefetch(const void* at) { _mm_prefetch(static_cast<const char*>(at), _MM_HINT_T0); }
};

}  // namespace
}  // namespace chatglm::kernels
