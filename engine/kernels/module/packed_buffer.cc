#include "module/packed_buffer.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "module/device.h"

namespace chatglm::kernels {
namespace {

constexpr std::size_t kAlignment = 128;
constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

std::atomic<int> live_buffers = 0;

std::optional<BlockType> BlockTypeOf(ggml_type type) {
  if (type == GGML_TYPE_Q4_0) return BlockType::kQ4_0;
  if (type == GGML_TYPE_Q8_0) return BlockType::kQ8_0;
  return std::nullopt;
}

std::byte* Memory(const ggml_tensor* tensor) { return static_cast<std::byte*>(tensor->data); }

thread_local bool files_are_packed = false;

/// Memory of a buffer. Pages that nobody touches take nothing.
struct Pages {
  void* base;
  std::size_t bytes;
  bool is_mapped_file;  ///< which is not ours to unmap
};

void Free(ggml_backend_buffer_t buffer) {
  const auto* pages = static_cast<const Pages*>(buffer->context);
  if (pages->bytes > 0 && !pages->is_mapped_file) munmap(pages->base, pages->bytes);
  delete pages;
  --live_buffers;
}

void* Base(ggml_backend_buffer_t buffer) {
  return static_cast<const Pages*>(buffer->context)->base;
}

/// Lets go of what nothing reads of a matrix in a mapped file: libllama has touched all of it.
ggml_status InitTensor(ggml_backend_buffer_t buffer, ggml_tensor* tensor) {
  const auto type = PackableType(tensor);
  if (!type || !static_cast<const Pages*>(buffer->context)->is_mapped_file) {
    return GGML_STATUS_SUCCESS;
  }
  static const auto page_bytes = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto [first, last] = FindUnused(*type, tensor->ne[1], tensor->ne[0], Memory(tensor));
  const auto base = reinterpret_cast<std::uintptr_t>(tensor->data);
  const std::uintptr_t begin = GGML_PAD(base + first, page_bytes);
  const std::uintptr_t end = (base + last) & ~(page_bytes - 1);
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  return GGML_STATUS_SUCCESS;
}

void Clear(ggml_backend_buffer_t buffer, std::uint8_t value) {
  std::memset(Base(buffer), value, buffer->size);
}

void MemsetTensor(ggml_backend_buffer_t, ggml_tensor* tensor, std::uint8_t value,
                  std::size_t offset, std::size_t size) {
  std::memset(Memory(tensor) + offset, value, size);
}

void SetTensor(ggml_backend_buffer_t buffer, ggml_tensor* tensor, const void* data,
               std::size_t offset, std::size_t size) {
  const auto type = PackableType(tensor);
  if (!type || buffer->usage == GGML_BACKEND_BUFFER_USAGE_COMPUTE) {
    std::memcpy(Memory(tensor) + offset, data, size);
    return;
  }
  GGML_ASSERT(offset == 0 && size == ggml_nbytes(tensor) && "a packed matrix is set as a whole");
  const int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  PackWeights(*type, tensor->ne[1], tensor->ne[0], static_cast<const std::byte*>(data), threads,
              Memory(tensor));
}

void GetTensor(ggml_backend_buffer_t buffer, const ggml_tensor* tensor, void* data,
               std::size_t offset, std::size_t size) {
  const auto type = PackableType(tensor);
  if (!type || buffer->usage == GGML_BACKEND_BUFFER_USAGE_COMPUTE) {
    std::memcpy(data, Memory(tensor) + offset, size);
    return;
  }
  std::vector<std::byte> blocks(ggml_nbytes(tensor));
  UnpackWeights(*type, tensor->ne[1], tensor->ne[0], Memory(tensor), blocks.data());
  std::memcpy(data, blocks.data() + offset, size);
}

bool CopyTensor(ggml_backend_buffer_t buffer, const ggml_tensor* source, ggml_tensor* target) {
  if (!ggml_backend_buffer_is_host(source->buffer)) return false;
  SetTensor(buffer, target, source->data, 0, ggml_nbytes(source));
  return true;
}

constexpr ggml_backend_buffer_i kBufferInterface = {.free_buffer = Free,
                                                    .get_base = Base,
                                                    .init_tensor = InitTensor,
                                                    .memset_tensor = MemsetTensor,
                                                    .set_tensor = SetTensor,
                                                    .get_tensor = GetTensor,
                                                    .set_tensor_2d = nullptr,
                                                    .get_tensor_2d = nullptr,
                                                    .cpy_tensor = CopyTensor,
                                                    .clear = Clear,
                                                    .reset = nullptr};

ggml_backend_buffer_t MakeBuffer(const Pages& pages, std::size_t size) {
  ++live_buffers;
  return ggml_backend_buffer_init(PackedBufferType(), kBufferInterface, new Pages(pages), size);
}

ggml_backend_buffer_t Allocate(ggml_backend_buffer_type_t, std::size_t size) {
  Pages pages{.base = nullptr, .bytes = size, .is_mapped_file = false};
  if (size > 0) {
    pages.bytes = GGML_PAD(size, kHugePageBytes);
    pages.base =
        mmap(nullptr, pages.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages.base == MAP_FAILED) return nullptr;
    // Gigabytes are read from the first to the last byte for each token.
    madvise(pages.base, pages.bytes, MADV_HUGEPAGE);
  }
  return MakeBuffer(pages, size);
}

const char* Name(ggml_backend_buffer_type_t) { return "ChatGLM"; }
std::size_t Alignment(ggml_backend_buffer_type_t) { return kAlignment; }

std::size_t AllocationSize(ggml_backend_buffer_type_t, const ggml_tensor* tensor) {
  const auto type = PackableType(tensor);
  if (!type || tensor->op != GGML_OP_NONE) return ggml_nbytes(tensor);
  return PackedBytes(*type, tensor->ne[1], tensor->ne[0]);
}

}  // namespace

ggml_backend_buffer_type_t PackedBufferType() {
  static ggml_backend_buffer_type type = {.iface = {.get_name = Name,
                                                    .alloc_buffer = Allocate,
                                                    .get_alignment = Alignment,
                                                    .get_max_size = nullptr,
                                                    .get_alloc_size = AllocationSize,
                                                    .is_host = nullptr},
                                          .device = Device(),
                                          .context = nullptr};
  return &type;
}

bool IsInPackedBuffer(const ggml_tensor* tensor) {
  const ggml_tensor* owner = tensor->view_src ? tensor->view_src : tensor;
  return owner->buffer && owner->buffer->buft == PackedBufferType();
}

std::optional<BlockType> PackableType(const ggml_tensor* tensor) {
  if (tensor->view_src || tensor->ne[2] != 1 || tensor->ne[3] != 1) return std::nullopt;
  return BlockTypeOf(tensor->type);
}

void ExpectPackedFiles(bool are_packed) { files_are_packed = are_packed; }
bool FilesArePacked() { return files_are_packed; }

ggml_backend_buffer_t MapPacked(ggml_backend_dev_t, void* memory, std::size_t size, std::size_t) {
  return MakeBuffer({.base = memory, .bytes = size, .is_mapped_file = true}, size);
}

bool PackBlocks(ggml_type type, std::int64_t rows, std::int64_t columns, const void* blocks,
                void* packed) {
  const auto block_type = BlockTypeOf(type);
  if (!block_type || columns % kBlockColumns != 0 ||
      PackedBytes(*block_type, rows, columns) !=
          static_cast<std::size_t>(rows) * ggml_row_size(type, columns)) {
    return false;
  }
  auto* memory = static_cast<std::byte*>(packed);
  std::fill_n(memory, PackedBytes(*block_type, rows, columns), std::byte{0});
  PackWeights(*block_type, rows, columns, static_cast<const std::byte*>(blocks), 1, memory);
  return true;
}

bool IsInUse() { return live_buffers > 0; }

}  // namespace chatglm::kernels
