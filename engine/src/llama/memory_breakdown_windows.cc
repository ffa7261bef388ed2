#include "llama/memory_breakdown.h"

namespace chatglm {
namespace {

// The prebuilt library is MSVC's, and this is the one function of it that is not plain C. These are
// MSVC's std::map, whose layout has not changed since Visual Studio 2015, and its two functions by
// the names that MSVC gives them.

struct MsvcNode {
  MsvcNode* left;
  MsvcNode* parent;
  MsvcNode* right;
  char colour;
  bool is_head;  ///< the end of every path; its parent is the root
  ggml_backend_buffer_type_t type;
  llama_memory_breakdown_data bytes;
};

struct MsvcMap {
  MsvcNode* head;
  std::size_t size;
};

#define CHATGLM_MSVC_MAP                                                                   \
  "?$map@PEAUggml_backend_buffer_type@@Ullama_memory_breakdown_data@@U?$less@"             \
  "PEAUggml_backend_buffer_type@@@std@@V?$allocator@U?$pair@QEAUggml_backend_buffer_type@" \
  "@Ullama_memory_breakdown_data@@@std@@@4@@std@@"

extern "C" void FillMap(MsvcMap* map, const llama_context* context) asm(
    "\"?llama_get_memory_breakdown@@YA?AV" CHATGLM_MSVC_MAP "PEBUllama_context@@@Z\"");
extern "C" void FreeMap(MsvcMap* map) asm("\"??1" CHATGLM_MSVC_MAP "QEAA@XZ\"");

void Copy(const MsvcNode* node, llama_memory_breakdown& breakdown) {
  if (node->is_head) return;
  breakdown[node->type] = node->bytes;
  Copy(node->left, breakdown);
  Copy(node->right, breakdown);
}

}  // namespace

llama_memory_breakdown ReadMemoryBreakdown(const llama_context* context) {
  MsvcMap map{};
  FillMap(&map, context);
  llama_memory_breakdown breakdown;
  Copy(map.head->parent, breakdown);
  FreeMap(&map);
  return breakdown;
}

}  // namespace chatglm
