#include "module/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "module/device.h"

namespace chatglm::kernels {
namespace {

/// Tokens that pass over the same converted keys and values.
constexpr std::int64_t kTokenBlock = 8;
/// From so many tokens on there is enough to do for all threads without dividing the keys. How
/// keys are divided depends on nothing else: not on the number of threads.
constexpr std::int64_t kManyTokens = 64;
constexpr std::int64_t kKeyChunk = 512;

/// How the work is divided: lane blocks × token blocks × key chunks.
struct Division {
  explicit Division(const ggml_tensor* operation)
      : head_size(operation->src[0]->ne[0]),
        tokens(operation->src[0]->ne[1]),
        heads(operation->src[0]->ne[2]),
        groups(operation->src[1]->ne[2]),
        keys(operation->src[1]->ne[1]),
        group_heads(heads / groups),
        group_blocks((group_heads + kQueryLanes - 1) / kQueryLanes),
        lane_blocks(groups * group_blocks),
        token_blocks((tokens + kTokenBlock - 1) / kTokenBlock),
        chunk_keys(tokens >= kManyTokens ? keys : std::min(keys, kKeyChunk)),
        chunks((keys + chunk_keys - 1) / chunk_keys) {}

  std::int64_t head_size, tokens, heads, groups, keys, group_heads, group_blocks, lane_blocks,
      token_blocks, chunk_keys, chunks;

  std::int64_t outputs() const { return head_size * kQueryLanes; }
  /// Floats that a chunk of keys leaves for one token: outputs, maxima and totals.
  std::int64_t part_floats() const { return outputs() + 2 * kQueryLanes; }
  std::int64_t FirstHead(std::int64_t lane_block) const {
    return lane_block / group_blocks * group_heads + lane_block % group_blocks * kQueryLanes;
  }
  std::int64_t HeadsIn(std::int64_t lane_block) const {
    return std::min(kQueryLanes, group_heads - lane_block % group_blocks * kQueryLanes);
  }
};

void LoadQueries(const ggml_tensor* operation, const Division& division, std::int64_t lane_block,
                 std::int64_t token, float* queries) {
  const ggml_tensor* source = operation->src[0];
  const auto scale = Parameter<float>(operation, 0);
  const std::int64_t first = division.FirstHead(lane_block), count = division.HeadsIn(lane_block);
  if (count < kQueryLanes) std::fill_n(queries, division.outputs(), 0.0f);
  for (std::int64_t lane = 0; lane < count; ++lane) {
    const auto* row =
        reinterpret_cast<const float*>(static_cast<const std::byte*>(source->data) +
                                       token * source->nb[1] + (first + lane) * source->nb[2]);
    for (std::int64_t i = 0; i < division.head_size; ++i) {
      queries[i * kQueryLanes + lane] = row[i] * scale;
    }
  }
}

CacheRows RowsOf(const ggml_tensor* cache, std::int64_t head) {
  return {.data = static_cast<const std::byte*>(cache->data) + head * cache->nb[2],
          .row_bytes = static_cast<std::int64_t>(cache->nb[1]),
          .format = cache->type == GGML_TYPE_F16 ? CacheFormat::kHalf : CacheFormat::kQ8_0};
}

/// Adds up the parts of all chunks and writes the outputs of a token.
void WriteOutput(ggml_tensor* operation, const Division& division, std::int64_t lane_block,
                 std::int64_t token, const float* parts, std::int64_t part_stride) {
  const std::int64_t size = division.head_size;
  for (std::int64_t lane = 0; lane < division.HeadsIn(lane_block); ++lane) {
    float* output = static_cast<float*>(operation->data) +
                    (token * division.heads + division.FirstHead(lane_block) + lane) * size;
    const auto part = [&](std::int64_t chunk) { return parts + chunk * part_stride; };
    const auto maximum = [&](std::int64_t chunk) { return part(chunk)[division.outputs() + lane]; };
    float most = maximum(0);
    for (std::int64_t chunk = 1; chunk < division.chunks; ++chunk) {
      most = std::max(most, maximum(chunk));
    }
    std::fill_n(output, size, 0.0f);
    if (most == -std::numeric_limits<float>::infinity()) continue;  // sees no key
    float total = 0;
    for (std::int64_t chunk = 0; chunk < division.chunks; ++chunk) {
      const float weight = std::exp(maximum(chunk) - most);
      if (weight == 0) continue;
      total += weight * part(chunk)[division.outputs() + kQueryLanes + lane];
      for (std::int64_t i = 0; i < size; ++i) {
        output[i] += weight * part(chunk)[i * kQueryLanes + lane];
      }
    }
    for (std::int64_t i = 0; i < size; ++i) output[i] /= total;
  }
}

/// The parts of a token's outputs lie chunk after chunk; those of the tokens of a block in turn.
struct Item {
  std::int64_t lane_block, first_token, tokens, chunk;
};

void AttendItem(ggml_tensor* operation, const Division& division, const Item& item, std::byte* own,
                float* const (&parts)[kTokenBlock]) {
  auto* tile = reinterpret_cast<float*>(own);
  float* queries = tile + AttentionTileFloats(division.head_size);
  const std::int64_t head = item.lane_block / division.group_blocks;
  const ggml_tensor* mask = operation->src[3];
  for (std::int64_t token = 0; token < item.tokens; ++token) {
    LoadQueries(operation, division, item.lane_block, item.first_token + token,
                queries + token * division.outputs());
  }
  AttentionJob job{.keys = RowsOf(operation->src[1], head),
                   .values = RowsOf(operation->src[2], head),
                   .first_key = item.chunk * division.chunk_keys,
                   .last_key = std::min(division.keys, (item.chunk + 1) * division.chunk_keys),
                   .head_size = division.head_size,
                   .tokens = item.tokens,
                   .queries = queries,
                   .mask = nullptr,
                   .mask_row_bytes = 0,
                   .tile = tile,
                   .parts = parts};
  if (mask) {
    job.mask = reinterpret_cast<const std::uint16_t*>(static_cast<const std::byte*>(mask->data) +
                                                      item.first_token * mask->nb[1]);
    job.mask_row_bytes = static_cast<std::int64_t>(mask->nb[1]);
  }
  for (std::int64_t token = 0; token < item.tokens; ++token) {
    std::fill_n(parts[token], division.part_floats(), 0.0f);
    std::fill_n(parts[token] + division.outputs(), kQueryLanes,
                -std::numeric_limits<float>::infinity());
  }
  Kernels().attend(job);
}

}  // namespace

WorkspaceNeed NeedOfAttention(const ggml_tensor* operation) {
  const Division division(operation);
  const auto part_bytes = static_cast<std::size_t>(division.part_floats()) * sizeof(float);
  const auto queries = static_cast<std::size_t>(kTokenBlock * division.outputs());
  const auto tile = static_cast<std::size_t>(AttentionTileFloats(division.head_size));
  const bool divides_keys = division.chunks > 1;
  const auto all =
      static_cast<std::size_t>(division.lane_blocks * division.tokens * division.chunks);
  return {.shared_bytes = divides_keys ? all * part_bytes : 0,
          .own_bytes =
              (tile + queries) * sizeof(float) + (divides_keys ? 0 : kTokenBlock * part_bytes)};
}

void ComputeAttention(ggml_tensor* operation, const Workspace& workspace) {
  const Division division(operation);
  const std::int64_t part = division.part_floats();
  const std::int64_t token_stride = division.chunks * part;
  auto* shared = reinterpret_cast<float*>(workspace.shared);
  const std::int64_t items = division.lane_blocks * division.token_blocks * division.chunks;
#pragma omp for schedule(dynamic, 1)
  for (std::int64_t i = 0; i < items; ++i) {
    // The last tokens, which see most keys, come first.
    const std::int64_t token_block =
        division.token_blocks - 1 - i / division.chunks / division.lane_blocks;
    const std::int64_t first_token = token_block * kTokenBlock;
    const Item item{.lane_block = i / division.chunks % division.lane_blocks,
                    .first_token = first_token,
                    .tokens = std::min(kTokenBlock, division.tokens - first_token),
                    .chunk = i % division.chunks};
    auto* own = reinterpret_cast<float*>(workspace.own) + AttentionTileFloats(division.head_size) +
                kTokenBlock * division.outputs();
    float* parts[kTokenBlock] = {};
    for (std::int64_t token = 0; token < item.tokens; ++token) {
      const std::int64_t place = item.lane_block * division.tokens + first_token + token;
      parts[token] = division.chunks == 1 ? own + token * part
                                          : shared + place * token_stride + item.chunk * part;
    }
    AttendItem(operation, division, item, workspace.own, parts);
    if (division.chunks > 1) continue;
    for (std::int64_t token = 0; token < item.tokens; ++token) {
      WriteOutput(operation, division, item.lane_block, first_token + token, parts[token], 0);
    }
  }
  if (division.chunks == 1) return;
#pragma omp for schedule(static)
  for (std::int64_t i = 0; i < division.lane_blocks * division.tokens; ++i) {
    WriteOutput(operation, division, i / division.tokens, i % division.tokens,
                shared + i * token_stride, part);
  }
}

}  // namespace chatglm::kernels
