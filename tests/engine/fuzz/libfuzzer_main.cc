#include <cstdint>
#include <cstring>

#include "fuzz/fuzz_targets.h"

// CHATGLM_FUZZ_TARGET is the name of the target that this program fuzzes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto& target : chatglm::fuzz::Targets()) {
    if (std::strcmp(target.name, CHATGLM_FUZZ_TARGET) == 0) {
      target.read({reinterpret_cast<const char*>(data), size});
    }
  }
  return 0;
}
