#pragma once

#include <cstddef>
#include <cstdint>

namespace chatglm::kernels {

/// Rows of weights that lie side by side, so that one vector holds a few columns of several rows.
inline constexpr std::int64_t kGroupRows = 16;
/// Columns that share a scale of an activation, as in ggml's Q8_0.
inline constexpr std::int64_t kBlockColumns = 32;
/// Queries of one key and value head that are computed together, one a lane.
inline constexpr std::int64_t kQueryLanes = 16;
/// Keys that are converted to float at a time.
inline constexpr std::int64_t kKeyTile = 32;

/// Weights as PackWeights laid them out; see packed_weights.h.
struct PackedWeights {
  const std::uint8_t* codes;
  const std::uint16_t* scales;  ///< halves: one a row, or for each group and block one a row
  std::int64_t rows;
  std::int64_t blocks;  ///< of kBlockColumns columns
  bool scaled_by_row;
};

/// Rounded activations, one row a token. What `codes` and `starts` hold is the instruction set's
/// own business.
struct Activations {
  std::byte* codes;      ///< code_bytes × columns a token
  float* scales;         ///< one a block
  std::int32_t* starts;  ///< one a block: what its sums of products begin with
  std::int64_t tokens;
};

/// Matrix rows of halves, one after the other.
struct HalfMatrix {
  const std::byte* data;
  std::int64_t row_bytes;
  std::int64_t columns;
};

enum class CacheFormat { kHalf, kQ8_0 };

/// Keys or values of one head.
struct CacheRows {
  const std::byte* data;
  std::int64_t row_bytes;
  CacheFormat format;
};

/// The queries of one key and value head against a run of keys.
struct AttentionJob {
  CacheRows keys;
  CacheRows values;
  std::int64_t first_key;
  std::int64_t last_key;
  std::int64_t head_size;
  std::int64_t tokens;
  const float* queries;       ///< for each token head_size × kQueryLanes, scaled
  const std::uint16_t* mask;  ///< halves; a row of keys for each token, or null
  std::int64_t mask_row_bytes;
  float* tile;  ///< AttentionTileFloats of room
  /// For each token: head_size × kQueryLanes weighted values, then for each lane the largest score
  /// and the sum of the weights.
  float* const* parts;
};

constexpr std::int64_t AttentionTileFloats(std::int64_t head_size) {
  return kKeyTile * (2 * head_size + kQueryLanes);
}

/// The kernels of one instruction set. None starts threads: the caller divides the work.
struct KernelTable {
  const char* name;  ///< of the instruction set
  std::size_t int4_code_bytes;
  std::size_t int8_code_bytes;
  std::int64_t lanes;  ///< floats in a vector; head sizes are multiples of it

  /// Rounds blocks of a token's row for the product with INT4 or INT8 weights. The codes, scales
  /// and starts of these blocks are written to the front of `to`.
  void (*round_for_int4)(const float* row, std::int64_t blocks, const Activations& to);
  void (*round_for_int8)(const float* row, std::int64_t blocks, const Activations& to);
  /// output[token × stride + row] of the groups of rows [first, last) and all tokens.
  void (*multiply_int4)(const PackedWeights&, const Activations&, std::int64_t first,
                        std::int64_t last, float* output, std::int64_t stride);
  void (*multiply_int8)(const PackedWeights&, const Activations&, std::int64_t first,
                        std::int64_t last, float* output, std::int64_t stride);
  /// The same of the rows [first, last) with inputs of `input_stride` floats a token.
  void (*multiply_half)(const HalfMatrix&, const float* input, std::int64_t input_stride,
                        std::int64_t tokens, std::int64_t first, std::int64_t last, float* output,
                        std::int64_t stride);
  void (*dot)(const float* a, const float* b, std::int64_t count, float* result);

  /// Adds the keys of the job to its parts.
  void (*attend)(const AttentionJob&);

  void (*rms_norm)(const float* row, std::int64_t count, float epsilon, float* output);
  void (*swiglu)(const float* gate, const float* up, std::int64_t count, float* output);
  void (*add)(const float* a, const float* b, std::int64_t count, float* output);
  void (*multiply)(const float* a, const float* b, std::int64_t count, float* output);
  void (*to_halves)(const float* row, std::int64_t count, std::uint16_t* output);
};

}  // namespace chatglm::kernels
