#include "llama/sampler.h"

#include <llama.h>

#include <algorithm>
#include <cmath>

#include "support/engine_error.h"

namespace chatglm {

Sampler::Sampler(const SamplingOptions& options, TokenId id_end, std::int32_t window)
    : options_(options), id_end_(id_end) {
  chain_ = llama_sampler_chain_init({.no_perf = true});
  const auto add = [this](llama_sampler* sampler) { llama_sampler_chain_add(chain_, sampler); };
  if (options.repetition_penalty != 1.0f) {
    add(llama_sampler_init_penalties(id_end, window, options.repetition_penalty, 0.0f, 0.0f));
  }
  if (options.temperature == 0.0f) {
    add(llama_sampler_init_greedy());
    return;
  }
  add(llama_sampler_init_temp(options.temperature));
  if (options.top_k > 0) add(llama_sampler_init_top_k(options.top_k));
  if (options.top_p < 1.0f) add(llama_sampler_init_top_p(options.top_p, 1));
  if (options.min_p > 0.0f) add(llama_sampler_init_min_p(options.min_p, 1));
  // LLAMA_DEFAULT_SEED, the largest number, would ask libllama for a random seed.
  add(llama_sampler_init_dist(std::min(options.seed, LLAMA_DEFAULT_SEED - 1)));
}

Sampler::~Sampler() { llama_sampler_free(chain_); }

void Sampler::Accept(TokenId id) {
  if (options_.repetition_penalty != 1.0f && id < id_end_) llama_sampler_accept(chain_, id);
}

TokenId Sampler::Sample(std::span<const float> logits) {
  const std::size_t count = std::min(logits.size(), static_cast<std::size_t>(id_end_));
  const auto is_finite = [](float logit) { return std::isfinite(logit); };
  if (!std::all_of(logits.begin(), logits.begin() + static_cast<std::ptrdiff_t>(count),
                   is_finite)) {
    throw EngineError(ErrorCode::kNumericFailure,
                      "The model produced numbers that are not finite. Its file may be damaged: "
                      "convert or download it again.");
  }
  if (options_.temperature == 0.0f && options_.repetition_penalty == 1.0f) {
    const auto best =
        std::max_element(logits.begin(), logits.begin() + static_cast<std::ptrdiff_t>(count));
    return static_cast<TokenId>(best - logits.begin());
  }
  candidates_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    candidates_[i] = {static_cast<TokenId>(i), logits[i], 0.0f};
  }
  llama_token_data_array array{candidates_.data(), candidates_.size(), -1, false};
  llama_sampler_apply(chain_, &array);
  const TokenId id = array.data[array.selected].id;
  llama_sampler_accept(chain_, id);
  return id;
}

}  // namespace chatglm
