#include "llama/memory_breakdown.h"

LLAMA_API llama_memory_breakdown llama_get_memory_breakdown(const struct llama_context* ctx);

namespace chatglm {

llama_memory_breakdown ReadMemoryBreakdown(const llama_context* context) {
  return llama_get_memory_breakdown(context);
}

}  // namespace chatglm
