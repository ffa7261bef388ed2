// greedy-replies STOCK_FOLDER KERNELS MODEL: loads the stock modules, our kernels as a module and
// the model, and says what computes. Then every line of stdin is a prompt, as ids; it writes the
// ids that follow greedily, to the end of the reply. Runs where the engine would take long to be
// built.

#include <ggml-backend.h>
#include <llama.h>

#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kMostTokens = 128;

/// What our module calls its kernels, when it computes with them.
std::string KernelsInUse(ggml_backend_reg_t module) {
  const auto find = [&](const char* name) {
    return ggml_backend_reg_get_proc_address(module, name);
  };
  const auto is_in_use = reinterpret_cast<bool (*)()>(find("chatglm_kernels_are_in_use"));
  const auto name = reinterpret_cast<const char* (*)()>(find("chatglm_kernels_name"));
  return is_in_use() ? name() : "loaded but not used";
}

std::vector<llama_token> Reply(llama_context* context, std::vector<llama_token> tokens) {
  const llama_vocab* vocabulary = llama_model_get_vocab(llama_get_model(context));
  const llama_token count = llama_vocab_n_tokens(vocabulary);
  std::vector<llama_token> reply;
  llama_memory_clear(llama_get_memory(context), true);
  while (reply.size() < kMostTokens) {
    const auto size = static_cast<std::int32_t>(tokens.size());
    if (llama_decode(context, llama_batch_get_one(tokens.data(), size)) != 0) return {};
    const float* logits = llama_get_logits_ith(context, -1);
    const auto best = static_cast<llama_token>(std::max_element(logits, logits + count) - logits);
    reply.push_back(best);
    if (best == llama_vocab_eos(vocabulary)) break;
    tokens = {best};
  }
  return reply;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
  ggml_backend_load_all_from_path(arguments[1]);
  ggml_backend_reg_t module = ggml_backend_load(arguments[2]);

  llama_model* model = llama_model_load_from_file(arguments[3], llama_model_default_params());
  llama_context_params params = llama_context_default_params();
  params.n_threads = params.n_threads_batch = 1;
  if (module) params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;  // as the engine does
  llama_context* context = model ? llama_init_from_model(model, params) : nullptr;
  if (!context) return 1;
  std::cout << (module ? KernelsInUse(module) : "stock") << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream ids(line);
    std::vector<llama_token> prompt;
    for (llama_token id = 0; ids >> id;) prompt.push_back(id);
    for (const llama_token id : Reply(context, prompt)) std::cout << id << ' ';
    std::cout << std::endl;
  }
  llama_free(context);
  llama_model_free(model);
}
