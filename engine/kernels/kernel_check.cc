#include "kernel_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "reference.h"

namespace chatglm::kernels {
namespace {

std::size_t Size(std::int64_t count) { return static_cast<std::size_t>(count); }

double Difference(double a, double b) {
  const double difference = std::abs(a - b);
  return std::isfinite(difference) ? difference : std::numeric_limits<double>::infinity();
}

std::vector<std::uint16_t> ToHalves(const std::vector<float>& values) {
  std::vector<std::uint16_t> halves;
  for (const float value : values) halves.push_back(FloatToHalf(value));
  return halves;
}

}  // namespace

double ProductError(const KernelTable& kernels, const ProductCheck& check) {
  const auto [type, rows, columns, tokens, one_scale] = check;
  const ReferenceMatrix matrix(type, rows, columns, one_scale, 1);
  std::vector<std::byte> memory(PackedBytes(type, rows, columns));
  PackWeights(type, rows, columns, matrix.blocks(), 1, memory.data());
  const bool is_int4 = type == BlockType::kQ4_0;
  const std::size_t code_bytes = is_int4 ? kernels.int4_code_bytes : kernels.int8_code_bytes;
  const std::int64_t blocks = columns / kBlockColumns;
  std::vector<std::byte> codes(Size(tokens * columns) * code_bytes);
  std::vector<float> scales(Size(tokens * blocks));
  std::vector<std::int32_t> starts(Size(tokens * blocks));
  const std::vector<float> inputs = RandomFloats(Size(tokens * columns), 2);
  for (std::int64_t token = 0; token < tokens; ++token) {
    (is_int4 ? kernels.round_for_int4 : kernels.round_for_int8)(
        inputs.data() + token * columns, blocks,
        {.codes = codes.data() + token * columns * code_bytes,
         .scales = scales.data() + token * blocks,
         .starts = starts.data() + token * blocks,
         .tokens = 1});
  }
  std::vector<float> outputs(Size(tokens * rows));
  (is_int4 ? kernels.multiply_int4 : kernels.multiply_int8)(
      ViewPacked(type, rows, columns, memory.data()),
      {.codes = codes.data(), .scales = scales.data(), .starts = starts.data(), .tokens = tokens},
      0, (rows + kGroupRows - 1) / kGroupRows, outputs.data(), rows);
  double worst = 0;
  for (std::int64_t token = 0; token < tokens; ++token) {
    for (std::int64_t row = 0; row < rows; ++row) {
      const auto expected = matrix.Multiply(row, inputs.data() + token * columns);
      const double output = outputs[Size(token * rows + row)];
      worst = std::max(worst, Difference(output, expected.value) / expected.size);
    }
  }
  return worst;
}

double AttentionError(const KernelTable& kernels, const AttentionCheck& check) {
  const auto [size, keys, tokens] = check;
  const auto queries = RandomFloats(Size(tokens * size * kQueryLanes), 3);
  const auto key_rows = ToHalves(RandomFloats(Size(keys * size), 4));
  const auto value_rows = ToHalves(RandomFloats(Size(keys * size), 5));
  // Each token sees one key more than the one before it, and the last one sees all.
  std::vector<std::uint16_t> mask(Size(tokens * keys), 0xfc00);
  for (std::int64_t token = 0; token < tokens; ++token) {
    const std::int64_t seen = std::max<std::int64_t>(1, keys - (tokens - 1 - token));
    std::fill_n(mask.begin() + token * keys, seen, std::uint16_t{0});
  }
  const std::int64_t part_floats = (size + 2) * kQueryLanes;
  std::vector<float> parts(Size(tokens * part_floats), 0.0f), tile(Size(AttentionTileFloats(size)));
  std::vector<float*> pointers;
  for (std::int64_t token = 0; token < tokens; ++token) {
    pointers.push_back(parts.data() + token * part_floats);
    std::fill_n(pointers.back() + size * kQueryLanes, kQueryLanes,
                -std::numeric_limits<float>::infinity());
  }
  const auto rows = [size = size](const std::vector<std::uint16_t>& halves) {
    return CacheRows{.data = reinterpret_cast<const std::byte*>(halves.data()),
                     .row_bytes = size * 2,
                     .format = CacheFormat::kHalf};
  };
  AttentionJob job{.keys = rows(key_rows),
                   .values = rows(value_rows),
                   .first_key = 0,
                   .last_key = keys / 2,
                   .head_size = size,
                   .tokens = tokens,
                   .queries = queries.data(),
                   .mask = mask.data(),
                   .mask_row_bytes = keys * 2,
                   .tile = tile.data(),
                   .parts = pointers.data()};
  kernels.attend(job);  // in two runs of keys, the second of which corrects the first
  job.first_key = keys / 2;
  job.last_key = keys;
  kernels.attend(job);
  double worst = 0;
  for (std::int64_t token = 0; token < tokens; ++token) {
    for (std::int64_t lane = 0; lane < kQueryLanes; ++lane) {
      std::vector<float> query(Size(size));
      for (std::int64_t i = 0; i < size; ++i) {
        query[Size(i)] = queries[Size((token * size + i) * kQueryLanes + lane)];
      }
      const auto expected = ReferenceAttention(query.data(), size, key_rows.data(),
                                               value_rows.data(), mask.data() + token * keys, keys);
      const float* part = pointers[Size(token)];
      const float total = part[(size + 1) * kQueryLanes + lane];
      for (std::int64_t i = 0; i < size; ++i) {
        const double output = part[i * kQueryLanes + lane] / total;
        worst = std::max(worst, Difference(output, expected[Size(i)]));
      }
    }
  }
  return worst;
}

double HalfProductError(const KernelTable& kernels, std::int64_t rows, std::int64_t columns,
                        std::int64_t tokens) {
  const auto weights = ToHalves(RandomFloats(Size(rows * columns), 6));
  const auto inputs = RandomFloats(Size(tokens * columns), 7);
  std::vector<float> outputs(Size(tokens * rows));
  const HalfMatrix matrix{.data = reinterpret_cast<const std::byte*>(weights.data()),
                          .row_bytes = columns * 2,
                          .columns = columns};
  kernels.multiply_half(matrix, inputs.data(), columns, tokens, 0, rows, outputs.data(), rows);
  double worst = 0;
  for (std::int64_t token = 0; token < tokens; ++token) {
    for (std::int64_t row = 0; row < rows; ++row) {
      double expected = 0, size = 0;
      for (std::int64_t column = 0; column < columns; ++column) {
        const double term =
            static_cast<double>(HalfToFloat(weights[Size(row * columns + column)])) *
            static_cast<double>(inputs[Size(token * columns + column)]);
        expected += term;
        size += std::abs(term);
      }
      worst = std::max(worst, Difference(outputs[Size(token * rows + row)], expected) / size);
    }
  }
  return worst;
}

double RowError(const KernelTable& kernels, std::int64_t columns) {
  const auto a = RandomFloats(Size(columns), 8);
  auto b = RandomFloats(Size(columns), 9);
  for (float& value : b) value *= 20;  // so that sigmoids reach both ends
  std::vector<float> norm(Size(columns)), gated(Size(columns)), sum(Size(columns)),
      product(Size(columns)), dot(1);
  std::vector<std::uint16_t> halves(Size(columns));
  kernels.rms_norm(a.data(), columns, 1e-5f, norm.data());
  kernels.swiglu(b.data(), a.data(), columns, gated.data());
  kernels.add(a.data(), b.data(), columns, sum.data());
  kernels.multiply(a.data(), b.data(), columns, product.data());
  kernels.to_halves(b.data(), columns, halves.data());
  kernels.dot(a.data(), b.data(), columns, dot.data());
  double squares = 0, expected_dot = 0, worst = 0;
  for (const float value : a) squares += static_cast<double>(value) * value;
  const double scale = 1 / std::sqrt(squares / static_cast<double>(columns) + 1e-5);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i];
    expected_dot += x * y;
    worst = std::max({worst, Difference(norm[i], x * scale),
                      Difference(gated[i], y / (1 + std::exp(-y)) * x) / 20,
                      Difference(sum[i], x + y) / 20, Difference(product[i], x * y) / 20,
                      halves[i] == FloatToHalf(b[i]) ? 0.0 : 1.0});
  }
  return std::max(worst, Difference(dot[0], expected_dot) / (20.0 * static_cast<double>(columns)));
}

}  // namespace chatglm::kernels
