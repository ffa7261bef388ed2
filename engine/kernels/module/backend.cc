#include "module/backend.h"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "module/device.h"
#include "module/operations.h"

namespace chatglm::kernels {
namespace {

constexpr std::size_t kAlignment = 64;

struct Context {
  int threads = GGML_DEFAULT_N_THREADS;
  ggml_abort_callback should_abort = nullptr;
  void* abort_data = nullptr;
  std::unique_ptr<std::byte[]> memory;  // of the workspaces; grows only
  std::size_t memory_bytes = 0;
};

Context& ContextOf(ggml_backend_t backend) { return *static_cast<Context*>(backend->context); }

const char* Name(ggml_backend_t) { return "ChatGLM"; }

void Free(ggml_backend_t backend) {
  delete static_cast<Context*>(backend->context);
  delete backend;
}

bool IsComputed(const ggml_tensor* node) {
  switch (node->op) {
    case GGML_OP_NONE:
    case GGML_OP_VIEW:
    case GGML_OP_RESHAPE:
    case GGML_OP_PERMUTE:
    case GGML_OP_TRANSPOSE:
      return false;
    default:
      return (node->flags & GGML_TENSOR_FLAG_COMPUTE) != 0 && !ggml_is_empty(node);
  }
}

std::size_t Aligned(std::size_t bytes) { return GGML_PAD(bytes, kAlignment); }

/// Room for all operations of the graph, of which one is computed at a time.
std::byte* Reserve(Context& context, const WorkspaceNeed& need) {
  const std::size_t bytes = need.shared_bytes + context.threads * need.own_bytes + kAlignment;
  if (context.memory_bytes < bytes) {
    context.memory.reset();
    context.memory = std::make_unique_for_overwrite<std::byte[]>(bytes);
    context.memory_bytes = bytes;
  }
  const auto address = reinterpret_cast<std::uintptr_t>(context.memory.get());
  return context.memory.get() + (Aligned(address) - address);
}

ggml_status ComputeGraph(ggml_backend_t backend, ggml_cgraph* graph) {
  Context& context = ContextOf(backend);
  std::vector<ggml_tensor*> nodes;
  WorkspaceNeed need;
  for (int i = 0; i < ggml_graph_n_nodes(graph); ++i) {
    ggml_tensor* node = ggml_graph_node(graph, i);
    if (!IsComputed(node)) continue;
    nodes.push_back(node);
    const WorkspaceNeed more = NeedOf(node);
    need.shared_bytes = std::max(need.shared_bytes, Aligned(more.shared_bytes));
    need.own_bytes = std::max(need.own_bytes, Aligned(more.own_bytes));
  }
  std::byte* memory = Reserve(context, need);
  // The node after which all threads stop. Each looks at it after the barrier that ends a node,
  // when the first thread may already be at the next one.
  std::atomic<std::size_t> last_node = nodes.size();
#pragma omp parallel num_threads(context.threads)
  {
    const int thread = omp_get_thread_num();
    const Workspace workspace{.shared = memory,
                              .own = memory + need.shared_bytes + thread * need.own_bytes};
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (thread == 0 && context.should_abort && context.should_abort(context.abort_data)) {
        last_node = std::min(last_node.load(), i);
      }
      Compute(nodes[i], workspace);
      if (last_node <= i) break;
    }
  }
  return last_node < nodes.size() ? GGML_STATUS_ABORTED : GGML_STATUS_SUCCESS;
}

constexpr ggml_backend_i kInterface = {.get_name = Name,
                                       .free = Free,
                                       .set_tensor_async = nullptr,
                                       .get_tensor_async = nullptr,
                                       .set_tensor_2d_async = nullptr,
                                       .get_tensor_2d_async = nullptr,
                                       .cpy_tensor_async = nullptr,
                                       .synchronize = nullptr,
                                       .graph_plan_create = nullptr,
                                       .graph_plan_free = nullptr,
                                       .graph_plan_update = nullptr,
                                       .graph_plan_compute = nullptr,
                                       .graph_compute = ComputeGraph,
                                       .event_record = nullptr,
                                       .event_wait = nullptr,
                                       .graph_optimize = nullptr};

ggml_guid_t Guid() {
  static ggml_guid guid = {0x63, 0x68, 0x61, 0x74, 0x67, 0x6c, 0x6d, 0x2d,
                           0x6b, 0x65, 0x72, 0x6e, 0x65, 0x6c, 0x73, 0x31};
  return &guid;
}

}  // namespace

ggml_backend_t MakeBackend() {
  return new ggml_backend{
      .guid = Guid(), .iface = kInterface, .device = GraphDevice(), .context = new Context};
}

void SetThreads(ggml_backend_t backend, int threads) {
  ContextOf(backend).threads = std::max(1, threads);
}

void SetAbortCallback(ggml_backend_t backend, ggml_abort_callback callback, void* data) {
  ContextOf(backend).should_abort = callback;
  ContextOf(backend).abort_data = data;
}

}  // namespace chatglm::kernels
