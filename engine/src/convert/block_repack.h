#pragma once

#include <ggml.h>

#include <cstddef>
#include <span>

namespace chatglm {

// The official quantised rows. INT4: a byte holds an even column in its high and the next column in
// its low four bits, in two's complement. Each row has one scale. Rows of the ggml types are
// blocks of 32 columns that each repeat the scale, so nothing is lost.

/// Row length must be a multiple of 32, as for all that repack.
void RepackInt4AsQ4_0(std::span<const std::byte> codes, ggml_fp16_t scale,
                      std::span<std::byte> out);
void RepackInt4AsQ8_0(std::span<const std::byte> codes, ggml_fp16_t scale,
                      std::span<std::byte> out);
void RepackInt8AsQ8_0(std::span<const std::byte> codes, ggml_fp16_t scale,
                      std::span<std::byte> out);

void DecodeInt4(std::span<const std::byte> codes, float scale, std::span<float> out);
void DecodeInt8(std::span<const std::byte> codes, float scale, std::span<float> out);

}  // namespace chatglm
