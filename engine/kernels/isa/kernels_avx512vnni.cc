#include "isa/avx512_vector.h"
#include "isa/byte_inputs.h"
#include "isa/tables.h"
#include "tiles/make_table.h"

namespace chatglm::kernels {
namespace {

/// Four bytes of weights without and of inputs with a sign are multiplied and added in 32 bits
/// (vpdpbusd), which cannot overflow. Sums begin with minus the offset of the codes times the
/// inputs.
struct Avx512Vnni : Avx512Floats {
  using Bytes = __m512i;
  using Int4Sums = __m512i;  // of 32 bits, one a row
  using Int8Sums = Int4Sums;
  using Int8Weights = __m512i;
  static constexpr int kTokens = 8;
  static constexpr std::int64_t kInt8CodeBytes = 1;

  static void LoadHalfBytes(const std::uint8_t* from, Bytes& lower, Bytes& upper) {
    const Bytes mask = _mm512_set1_epi8(15), both = LoadInt8(from);
    lower = _mm512_and_si512(both, mask);
    upper = _mm512_and_si512(_mm512_srli_epi16(both, 4), mask);
  }
  static Bytes BroadcastInt4Input(const std::byte* from) {
    std::int32_t four;
    std::memcpy(&four, from, sizeof(four));
    return _mm512_set1_epi32(four);
  }
  static Int4Sums StartInt4(std::int32_t start) { return _mm512_set1_epi32(start); }
  static Int4Sums DotInt4(Int4Sums sums, Bytes weights, Bytes input) {
    return _mm512_dpbusd_epi32(sums, weights, input);
  }
  static Floats ToFloats(Int4Sums sums) { return _mm512_cvtepi32_ps(sums); }
  static std::int32_t Int4StartOf(const std::int32_t* rounded) { return -8 * SumOf(rounded); }

  static Int8Weights LoadInt8(const std::uint8_t* from) { return _mm512_loadu_si512(from); }
  static Bytes BroadcastInt8Input(const std::byte* from) { return BroadcastInt4Input(from); }
  static Int4Sums StartInt8(std::int32_t start) { return StartInt4(start); }
  static Int4Sums DotInt8(Int4Sums sums, Int8Weights weights, Bytes input) {
    return DotInt4(sums, weights, input);
  }
  static std::int32_t Int8StartOf(const std::int32_t* rounded) { return -128 * SumOf(rounded); }
  static void StoreInt8Input(const std::int32_t* rounded, std::byte* to) {
    StoreBytes(rounded, to);
  }
};

constexpr KernelTable kTable = MakeTable<Avx512Vnni>("AVX-512 VNNI");

}  // namespace

const KernelTable& Avx512VnniKernels() { return kTable; }

}  // namespace chatglm::kernels
