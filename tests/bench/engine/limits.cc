// bench-limits THREADS: what this machine can do at most, by itself and with THREADS threads:
// reading memory, multiplying bytes as the kernels do (multiply-adds a second) and multiplying
// floats. Prints JSON. Written for x86-64 with AVX2; elsewhere only memory is measured.

#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

using Clock = std::chrono::steady_clock;
using Work = std::function<std::uint64_t(int thread)>;  ///< returns what it did, in units

constexpr int kRounds = 7;
constexpr std::size_t kBytes = std::size_t{768} << 20;  // far more than any cache holds

/// Units a second of all threads together, the best of some rounds.
double Best(int threads, const Work& work) {
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::uint64_t> done(static_cast<std::size_t>(threads));
    std::vector<std::thread> team;
    const auto start = Clock::now();
    for (int i = 0; i < threads; ++i) {
      team.emplace_back([&, i] { done[static_cast<std::size_t>(i)] = work(i); });
    }
    for (std::thread& thread : team) thread.join();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    double total = 0;
    for (const std::uint64_t units : done) total += static_cast<double>(units);
    best = std::max(best, total / seconds);
  }
  return best;
}

#if defined(__x86_64__)
constexpr std::uint64_t kLoops = 4'000'000;
constexpr int kSums = 12;  // more than the latency of any instruction below hides

__attribute__((target("avx2"))) std::uint64_t Read(const std::byte* from, std::size_t bytes) {
  __m256i sums[4] = {};
  for (std::size_t i = 0; i < bytes; i += 128) {
    for (int j = 0; j < 4; ++j) {
      const auto* at = reinterpret_cast<const __m256i*>(from + i + 32 * j);
      sums[j] = _mm256_xor_si256(sums[j], _mm256_load_si256(at));
    }
  }
  for (__m256i& sum : sums) asm volatile("" : "+x"(sum));  // so that no read is left out
  return bytes;
}

/// Pairs of bytes multiplied and added in 16 bits, as for INT4 on AVX2.
__attribute__((target("avx2"))) std::uint64_t MultiplyBytes(int) {
  __m256i sums[kSums] = {}, a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(-2);
  for (std::uint64_t i = 0; i < kLoops; ++i) {
    for (__m256i& sum : sums) {
      asm volatile("" : "+x"(a), "+x"(b));  // else the product is computed once for all sums
      sum = _mm256_add_epi16(sum, _mm256_maddubs_epi16(a, b));
    }
    for (__m256i& sum : sums) asm volatile("" : "+x"(sum));
  }
  return kLoops * kSums * 32;
}

/// Four bytes multiplied and added in 32 bits, as our kernels do where there is VNNI.
__attribute__((target("avx512f,avx512vnni"))) std::uint64_t MultiplyBytesAvx512(int) {
  __m512i sums[kSums] = {}, a = _mm512_set1_epi8(3), b = _mm512_set1_epi8(-2);
  for (std::uint64_t i = 0; i < kLoops; ++i) {
    for (__m512i& sum : sums) sum = _mm512_dpbusd_epi32(sum, a, b);
    for (__m512i& sum : sums) asm volatile("" : "+v"(sum));
  }
  return kLoops * kSums * 64;
}

__attribute__((target("avx2,avxvnni"))) std::uint64_t MultiplyBytesAvxVnni(int) {
  __m256i sums[kSums] = {}, a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(-2);
  for (std::uint64_t i = 0; i < kLoops; ++i) {
    for (__m256i& sum : sums) sum = _mm256_dpbusd_avx_epi32(sum, a, b);
    for (__m256i& sum : sums) asm volatile("" : "+x"(sum));
  }
  return kLoops * kSums * 32;
}

/// The best way to multiply bytes that this processor has, as our kernels choose it.
struct ByteProducts {
  const char* instruction;
  std::uint64_t (*multiply)(int);
};
ByteProducts ChooseByteProducts() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vnni")) return {"AVX-512 vpdpbusd", MultiplyBytesAvx512};
  if (__builtin_cpu_supports("avxvnni")) return {"AVX-VNNI vpdpbusd", MultiplyBytesAvxVnni};
  return {"AVX2 vpmaddubsw", MultiplyBytes};
}

__attribute__((target("avx2,fma"))) std::uint64_t MultiplyFloats(int) {
  __m256 sums[kSums] = {}, a = _mm256_set1_ps(0.5f), b = _mm256_set1_ps(0.25f);
  for (std::uint64_t i = 0; i < kLoops; ++i) {
    asm volatile("" : "+x"(a), "+x"(b));
    for (__m256& sum : sums) sum = _mm256_fmadd_ps(a, b, sum);
    for (__m256& sum : sums) asm volatile("" : "+x"(sum));
  }
  return kLoops * kSums * 8;
}
#endif

}  // namespace

int main(int argument_count, char** arguments) {
  const int threads = argument_count == 2 ? std::atoi(arguments[1]) : 1;
#if defined(__x86_64__)
  auto* memory = static_cast<std::byte*>(
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (memory == MAP_FAILED) return 1;
  madvise(memory, kBytes, MADV_HUGEPAGE);
  std::mt19937_64 random(1);  // no two pages alike: the system may keep those once
  for (std::size_t i = 0; i < kBytes; i += 8) {
    const std::uint64_t value = random();
    std::memcpy(memory + i, &value, sizeof(value));
  }
  const ByteProducts products = ChooseByteProducts();
  for (const int count : {1, threads}) {
    const std::size_t share = kBytes / static_cast<std::size_t>(count);
    const double read = Best(count, [&](int i) { return Read(memory + share * i, share); });
    const double bytes = Best(count, products.multiply), floats = Best(count, MultiplyFloats);
    std::printf(
        "{\"threads\":%d,\"readBytes\":%.4g,\"byteInstruction\":\"%s\",\"byteProducts\":%.4g,"
        "\"floatProducts\":%.4g}\n",
        count, read, products.instruction, bytes, floats);
    if (threads == 1) break;
  }
#else
  std::printf("{\"threads\":%d}\n", threads);
#endif
  return 0;
}
