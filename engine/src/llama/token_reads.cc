#include "llama/token_reads.h"

#include <gguf.h>
#include <llama.h>

#include <memory>

namespace chatglm {

std::uint64_t BytesPerToken(const Model& model) {
  const std::uint64_t all = llama_model_size(model.handle());
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> gguf(
      gguf_init_from_file(model.description().path.c_str(), {.no_alloc = true, .ctx = nullptr}),
      gguf_free);
  if (!gguf) return all;
  const auto embedding = gguf_find_tensor(gguf.get(), "token_embd.weight");
  return embedding < 0 ? all : all - gguf_get_tensor_size(gguf.get(), embedding);
}

}  // namespace chatglm
