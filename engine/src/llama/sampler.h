#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "text/tokenizer.h"

struct llama_sampler;
struct llama_token_data;

namespace chatglm {

/// How the next token is chosen. The defaults are those of the official code: `generate` of
/// ChatGLM2 and, for top-k, GenerationConfig of transformers.
struct SamplingOptions {
  float temperature = 0.8f;  ///< 0: the most likely token
  std::int32_t top_k = 50;   ///< 0: all
  float top_p = 0.8f;        ///< 1: all
  float min_p = 0.0f;        ///< 0: all
  float repetition_penalty = 1.0f;
  std::uint32_t seed = 0;
};

/// Chooses tokens by libllama's samplers in the order of transformers: repetition penalty,
/// temperature, top-k, top-p, then min-p. Belongs to one thread.
class Sampler {
 public:
  /// `id_end`: ids from there on are never chosen. `window`: the tokens that the penalty counts.
  Sampler(const SamplingOptions& options, TokenId id_end, std::int32_t window);
  ~Sampler();
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  /// Counts a token of the prompt for the repetition penalty.
  void Accept(TokenId id);
  /// Chooses from `logits` and counts the choice. Throws EngineError(kNumericFailure) when a logit
  /// is not finite.
  TokenId Sample(std::span<const float> logits);

 private:
  SamplingOptions options_;
  TokenId id_end_;
  llama_sampler* chain_;
  std::vector<llama_token_data> candidates_;
};

}  // namespace chatglm
