// What LeakSanitizer finds in modules and drivers that are not ours: ggml's RPC never frees its
// devices and some events, the Vulkan driver some of its caches.
extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libggml-rpc\nleak:libggml-vulkan\nleak:libvulkan\nleak:libLLVM\n";
}
