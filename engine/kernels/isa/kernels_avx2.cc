#include "isa/avx2_vector.h"
#include "isa/tables.h"
#include "tiles/make_table.h"

namespace chatglm::kernels {
namespace {

/// Bytes are multiplied in pairs into sums of 16 bits (vpmaddubsw). The products of a block with
/// codes of INT4 less 8 add up to at most 8 · 127 · 16 in a sum: what overflows on the way there
/// wraps back, as sums begin with minus 8 times the inputs that they will meet.
struct Avx2 : Avx2Floats {
  using Bytes = __m256i;
  using Int4Sums = __m256i;  // of 16 bits, two a row
  using Int8Sums = struct {
    __m256i words;  // of 32 bits, one a row
  };
  static constexpr int kTokens = 4;  // 8 sums, 4 vectors of weights, an input and a product
  /// Inputs of INT8 are widened to 16 bits beforehand: pairs of bytes would overflow 16 bits.
  static constexpr std::int64_t kInt8CodeBytes = 2;

  static void LoadHalfBytes(const std::uint8_t* from, Bytes& lower, Bytes& upper) {
    const __m256i mask = _mm256_set1_epi8(15);
    const __m256i both = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    lower = _mm256_and_si256(both, mask);
    upper = _mm256_and_si256(_mm256_srli_epi16(both, 4), mask);
  }
  static Bytes BroadcastInt4Input(const std::byte* from) {
    std::int32_t four;
    std::memcpy(&four, from, sizeof(four));
    return _mm256_set1_epi32(four);
  }
  static Int4Sums StartInt4(std::int32_t start) { return _mm256_set1_epi32(start); }
  static Int4Sums DotInt4(Int4Sums sums, Bytes weights, Bytes input) {
    return _mm256_add_epi16(sums, _mm256_maddubs_epi16(weights, input));
  }
  static Floats ToFloats(Int4Sums sums) {
    return _mm256_cvtepi32_ps(_mm256_madd_epi16(sums, _mm256_set1_epi16(1)));
  }
  static std::int32_t Int4StartOf(const std::int32_t* rounded) {
    std::int32_t first = 0,
                 second = 0;  // a sum of 16 bits meets columns 0 and 1 of four, or 2 and 3
    for (std::int64_t i = 0; i < kBlockColumns; i += 4) {
      first += rounded[i] + rounded[i + 1];
      second += rounded[i + 2] + rounded[i + 3];
    }
    return static_cast<std::int32_t>((static_cast<std::uint32_t>(-8 * second) << 16) |
                                     (static_cast<std::uint32_t>(-8 * first) & 0xffffu));
  }

  struct Int8Weights {
    __m256i even, odd;  // columns 0 and 2 of four, 1 and 3
  };
  struct Int8Input {
    __m256i even, odd;
  };
  static Int8Weights LoadInt8(const std::uint8_t* from) {
    const __m256i all = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return {_mm256_and_si256(all, _mm256_set1_epi16(255)), _mm256_srli_epi16(all, 8)};
  }
  static Int8Input BroadcastInt8Input(const std::byte* from) {
    return {BroadcastInt4Input(from), BroadcastInt4Input(from + 4)};
  }
  static Int8Sums StartInt8(std::int32_t start) { return {_mm256_set1_epi32(start)}; }
  static Int8Sums DotInt8(Int8Sums sums, Int8Weights weights, Int8Input input) {
    const __m256i even = _mm256_madd_epi16(weights.even, input.even);
    const __m256i odd = _mm256_madd_epi16(weights.odd, input.odd);
    return {_mm256_add_epi32(_mm256_add_epi32(sums.words, even), odd)};
  }
  static Floats ToFloats(Int8Sums sums) { return _mm256_cvtepi32_ps(sums.words); }
  static std::int32_t Int8StartOf(const std::int32_t* rounded) {
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < kBlockColumns; ++i) sum += rounded[i];
    return -128 * sum;
  }
  static void StoreInt8Input(const std::int32_t* rounded, std::byte* to) {
    std::int16_t words[kBlockColumns];
    for (std::int64_t i = 0; i < kBlockColumns; i += 4) {
      words[i] = static_cast<std::int16_t>(rounded[i]);
      words[i + 1] = static_cast<std::int16_t>(rounded[i + 2]);
      words[i + 2] = static_cast<std::int16_t>(rounded[i + 1]);
      words[i + 3] = static_cast<std::int16_t>(rounded[i + 3]);
    }
    std::memcpy(to, words, sizeof(words));
  }
};

constexpr KernelTable kTable = MakeTable<Avx2>("AVX2");

}  // namespace

const KernelTable& Avx2Kernels() { return kTable; }

}  // namespace chatglm::kernels
