#pragma once

#include <llama.h>

#include <cstddef>
#include <map>

// Source: src/llama-ext.h of the pinned llama.cpp, which its library exports and its headers leave
// out. The layout must be that of the release in llama.lock.json.

struct llama_memory_breakdown_data {
  std::size_t model = 0;
  std::size_t context = 0;
  std::size_t compute = 0;
};

using llama_memory_breakdown = std::map<ggml_backend_buffer_type_t, llama_memory_breakdown_data>;

namespace chatglm {

/// What libllama has allocated, or would allocate without `no_alloc`, by the type of its buffers.
llama_memory_breakdown ReadMemoryBreakdown(const llama_context* context);

}  // namespace chatglm
