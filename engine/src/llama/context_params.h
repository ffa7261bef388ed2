#pragma once

#include <llama.h>

#include <algorithm>

#include "llama/context.h"
#include "llama/kernels.h"

namespace chatglm {

/// The parameters of libllama for a context, whether it is used or only its memory is computed.
inline llama_context_params MakeContextParams(const Context::Options& options) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = options.cache_tokens;
  params.n_seq_max = options.sequence_count + 1;  // one for Context::Save and Restore
  params.n_batch = std::max(options.batch_tokens, params.n_seq_max);  // each may have an output
  params.n_ubatch = options.batch_tokens;
  params.n_threads = options.threads;
  params.n_threads_batch = options.threads;
  params.kv_unified = true;
  params.no_perf = true;
  // Left to itself libllama uses it only where the device of a layer computes it, which for ours
  // it takes to be the CPU.
  if (KernelsAreInUse()) params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
  if (options.cache_type == CacheType::kQ8_0) {
    params.type_k = GGML_TYPE_Q8_0;
    params.type_v = GGML_TYPE_Q8_0;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;  // else values may not be quantised
  }
  return params;
}

}  // namespace chatglm
