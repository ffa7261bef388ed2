#pragma once

// Grouped-query attention for any instruction set V. Included only by the files of isa/.

#include "tiles/elementwise.h"

namespace chatglm::kernels {

template <class V>
inline void LoadCacheRow(const CacheRows& rows, std::int64_t row, std::int64_t count,
                         float* output) {
  const std::byte* data = rows.data + row * rows.row_bytes;
  if (rows.format == CacheFormat::kHalf) {
    const auto* halves = reinterpret_cast<const std::uint16_t*>(data);
    for (std::int64_t i = 0; i < count; i += V::kLanes) {
      V::Store(output + i, V::LoadHalves(halves + i));
    }
    return;
  }
  constexpr std::int64_t kBytes = 2 + kBlockColumns;  // Q8_0: a half, then the codes
  for (std::int64_t block = 0; block < count / kBlockColumns; ++block) {
    const std::byte* from = data + block * kBytes;
    std::uint16_t half;
    __builtin_memcpy(&half, from, sizeof(half));
    const auto scale = V::Fill(V::HalfToFloat(half));
    for (std::int64_t i = 0; i < kBlockColumns; i += V::kLanes) {
      const auto codes = V::LoadSignedBytes(from + 2 + i);
      V::Store(output + block * kBlockColumns + i, V::Multiply(codes, scale));
    }
  }
}

// The sums of a tile stay in registers only when the compiler sees each as a variable of its own:
// when the loops over them are unrolled before it decides.

/// scores[key][lane] of kKeys keys that follow one another.
template <class V, int kKeys>
inline void ScoreKeys(const float* keys, const float* queries, std::int64_t head_size,
                      float* scores) {
  constexpr int kVectors = kQueryLanes / V::kLanes;
  typename V::Floats sums[kKeys][kVectors];
#pragma GCC unroll 16
  for (int k = 0; k < kKeys; ++k) {
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) sums[k][v] = V::Zero();
  }
  for (std::int64_t i = 0; i < head_size; ++i) {
    typename V::Floats query[kVectors];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) {
      query[v] = V::Load(queries + i * kQueryLanes + v * V::kLanes);
    }
#pragma GCC unroll 16
    for (int k = 0; k < kKeys; ++k) {
      const auto key = V::Broadcast(keys + k * head_size + i);
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) sums[k][v] = V::MultiplyAdd(key, query[v], sums[k][v]);
    }
  }
#pragma GCC unroll 16
  for (int k = 0; k < kKeys; ++k) {
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) {
      V::Store(scores + k * kQueryLanes + v * V::kLanes, sums[k][v]);
    }
  }
}

/// Adds the weighted values of `keys` keys to kSizes rows of the output.
template <class V, int kSizes>
inline void AddValues(const float* values, const float* weights, std::int64_t keys,
                      std::int64_t head_size, float* outputs) {
  constexpr int kVectors = kQueryLanes / V::kLanes;
  typename V::Floats sums[kSizes][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < kSizes; ++i) {
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) {
      sums[i][v] = V::Load(outputs + i * kQueryLanes + v * V::kLanes);
    }
  }
  for (std::int64_t key = 0; key < keys; ++key) {
    typename V::Floats weight[kVectors];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) {
      weight[v] = V::Load(weights + key * kQueryLanes + v * V::kLanes);
    }
#pragma GCC unroll 16
    for (int i = 0; i < kSizes; ++i) {
      const auto value = V::Broadcast(values + key * head_size + i);
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) sums[i][v] = V::MultiplyAdd(value, weight[v], sums[i][v]);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kSizes; ++i) {
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) {
      V::Store(outputs + i * kQueryLanes + v * V::kLanes, sums[i][v]);
    }
  }
}

// Each instruction set gets its own copy: a shared one could hold instructions of any of them.
namespace {

enum class TileMask { kNothingSeen, kAllSeen, kMixed };

/// A half of 0 is a key that is seen, minus infinity one that is not.
inline TileMask ReadMask(const std::uint16_t* mask, std::int64_t keys) {
  constexpr std::uint16_t kMinusInfinity = 0xfc00;
  bool all_seen = true, nothing_seen = true;
  for (std::int64_t key = 0; key < keys; ++key) {
    all_seen = all_seen && mask[key] == 0;
    nothing_seen = nothing_seen && mask[key] == kMinusInfinity;
  }
  return all_seen ? TileMask::kAllSeen : nothing_seen ? TileMask::kNothingSeen : TileMask::kMixed;
}

}  // namespace

/// Turns scores into weights relative to the largest score yet, and corrects what was summed with
/// a smaller one.
template <class V>
inline void WeighScores(const std::uint16_t* mask, std::int64_t keys, std::int64_t head_size,
                        float* scores, float* outputs, float* maxima, float* totals) {
  for (std::int64_t lane = 0; lane < kQueryLanes; lane += V::kLanes) {
    const auto before = V::Load(maxima + lane);
    auto most = before;
    for (std::int64_t key = 0; key < keys; ++key) {
      auto score = V::Load(scores + key * kQueryLanes + lane);
      if (mask) {
        score = V::Add(score, V::Fill(V::HalfToFloat(mask[key])));
        V::Store(scores + key * kQueryLanes + lane, score);
      }
      most = V::Maximum(most, score);
    }
    auto total = V::Load(totals + lane);
    if (V::AnyGreater(most, before)) {
      const auto correction = Exp<V>(V::Subtract(before, most));
      total = V::Multiply(total, correction);
      for (std::int64_t i = 0; i < head_size; ++i) {
        float* output = outputs + i * kQueryLanes + lane;
        V::Store(output, V::Multiply(V::Load(output), correction));
      }
      V::Store(maxima + lane, most);
    }
    for (std::int64_t key = 0; key < keys; ++key) {
      float* score = scores + key * kQueryLanes + lane;
      const auto weight = Exp<V>(V::Subtract(V::Load(score), most));
      V::Store(score, weight);
      total = V::Add(total, weight);
    }
    V::Store(totals + lane, total);
  }
}

/// Calls `work` for runs that cover `count`: as long as sums fit the registers, shorter ones at the
/// end, of 1 only when nothing else is left. A short run has 8 sums, fewer would not hide what an
/// instruction takes; so two of them stand for a long one and a rest.
template <class V, class Work>
inline void ForEachRun(std::int64_t count, const Work& work) {
  constexpr int kMost = V::kAttentionRows;
  constexpr int kLeast = static_cast<int>(8 * V::kLanes / kQueryLanes);
  std::int64_t at = 0;
  while (count - at >= kMost && (count - at != 2 * kLeast || kMost >= 2 * kLeast)) {
    work.template operator()<kMost>(at);
    at += kMost;
  }
  for (; at + kLeast <= count; at += kLeast) work.template operator()<kLeast>(at);
  for (; at < count; ++at) work.template operator()<1>(at);
}

template <class V>
inline void AttendTile(const AttentionJob& job, std::int64_t token, std::int64_t keys,
                       const std::uint16_t* mask, const float* key_rows, const float* value_rows,
                       float* scores) {
  const std::int64_t size = job.head_size;
  const float* queries = job.queries + token * size * kQueryLanes;
  float* outputs = job.parts[token];
  float* maxima = outputs + size * kQueryLanes;
  ForEachRun<V>(keys, [&]<int kKeys>(std::int64_t key) {
    ScoreKeys<V, kKeys>(key_rows + key * size, queries, size, scores + key * kQueryLanes);
  });
  WeighScores<V>(mask, keys, size, scores, outputs, maxima, maxima + kQueryLanes);
  ForEachRun<V>(size, [&]<int kSizes>(std::int64_t i) {
    AddValues<V, kSizes>(value_rows + i, scores, keys, size, outputs + i * kQueryLanes);
  });
}

template <class V>
void Attend(const AttentionJob& job) {
  float* key_rows = job.tile;
  float* value_rows = key_rows + kKeyTile * job.head_size;
  float* scores = value_rows + kKeyTile * job.head_size;
  for (std::int64_t first = job.first_key; first < job.last_key; first += kKeyTile) {
    const std::int64_t left = job.last_key - first;
    const std::int64_t keys = left < kKeyTile ? left : kKeyTile;
    bool is_loaded = false;
    for (std::int64_t token = 0; token < job.tokens; ++token) {
      const std::uint16_t* mask = nullptr;
      if (job.mask) {
        const auto* rows = reinterpret_cast<const std::byte*>(job.mask);
        mask = reinterpret_cast<const std::uint16_t*>(rows + token * job.mask_row_bytes) + first;
        const TileMask seen = ReadMask(mask, keys);
        if (seen == TileMask::kNothingSeen) continue;
        if (seen == TileMask::kAllSeen) mask = nullptr;
      }
      if (!is_loaded) {
        for (std::int64_t key = 0; key < keys; ++key) {
          LoadCacheRow<V>(job.keys, first + key, job.head_size, key_rows + key * job.head_size);
          LoadCacheRow<V>(job.values, first + key, job.head_size, value_rows + key * job.head_size);
        }
        is_loaded = true;
      }
      AttendTile<V>(job, token, keys, mask, key_rows, value_rows, scores);
    }
  }
}

}  // namespace chatglm::kernels
