#pragma once

#include <immintrin.h>

#include <cmath>
#include <cstring>

#include "kernel_table.h"

namespace chatglm::kernels {
namespace {

/// Floats of AVX2 with FMA and F16C.
struct Avx2Floats {
  using Floats = __m256;
  static constexpr std::int64_t kLanes = 8;
  static constexpr int kAttentionRows = 6;  // 12 sums, 2 vectors of queries and a key
  static constexpr std::int64_t kPrefetchBytes = 2048;

  static Floats Zero() { return _mm256_setzero_ps(); }
  static Floats Fill(float value) { return _mm256_set1_ps(value); }
  static Floats Broadcast(const float* value) { return _mm256_broadcast_ss(value); }
  static Floats Load(const float* from) { return _mm256_loadu_ps(from); }
  static void Store(float* to, Floats a) { _mm256_storeu_ps(to, a); }
  static Floats Add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
  static Floats Subtract(Floats a, Floats b) { return _mm256_sub_ps(a, b); }
  static Floats Multiply(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  static Floats Divide(Floats a, Floats b) { return _mm256_div_ps(a, b); }
  static Floats MultiplyAdd(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  static Floats Maximum(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  static Floats Minimum(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  static Floats Absolute(Floats a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
  static Floats Round(Floats a) {
    return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Floats ScaleByPowerOfTwo(Floats a, Floats power) {
    const __m256i exponent = _mm256_slli_epi32(_mm256_cvtps_epi32(power), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), exponent));
  }
  static Floats ZeroWhereBelow(Floats a, Floats x, Floats limit) {
    return _mm256_andnot_ps(_mm256_cmp_ps(x, limit, _CMP_LT_OQ), a);
  }
  static bool AnyGreater(Floats a, Floats b) {
    return _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GT_OQ)) != 0;
  }
  static float Sum(Floats a) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
  }
  static float Largest(Floats a) {
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
  }
  static float SquareRoot(float a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }

  static Floats LoadHalves(const std::uint16_t* from) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  static void StoreHalves(std::uint16_t* to, Floats a) {
    const __m128i halves = _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), halves);
  }
  static float HalfToFloat(std::uint16_t half) { return _cvtsh_ss(half); }
  static std::uint16_t FloatToHalf(float a) { return _cvtss_sh(a, _MM_FROUND_TO_NEAREST_INT); }
  static Floats LoadSignedBytes(const std::byte* from) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
  }
  static void StoreRounded(std::int32_t* to, Floats a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_cvtps_epi32(a));
  }
  static void Prefetch(const void* at) { _mm_prefetch(static_cast<const char*>(at), _MM_HINT_T0); }
};

}  // namespace
}  // namespace chatglm::kernels
