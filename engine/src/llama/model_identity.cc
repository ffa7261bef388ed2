#include "llama/model_identity.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "llama/backend.h"
#include "llama/gguf_values.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::uint64_t kSampleBytes = 4096;
constexpr std::uint64_t kChunkBytes = 1 << 20;

void AddBytes(DigestBuilder& builder, const FileReader& file, std::uint64_t begin,
              std::uint64_t end) {
  std::vector<std::byte> bytes;
  for (; begin < end; begin += bytes.size()) {
    bytes.resize(static_cast<std::size_t>(std::min(end - begin, kChunkBytes)));
    file.Read(begin, bytes);
    builder.Add(bytes);
  }
}

void AddSamples(DigestBuilder& builder, const FileReader& file, const gguf_context& gguf) {
  const std::uint64_t data = gguf_get_data_offset(&gguf);
  AddBytes(builder, file, 0, std::min(data, file.size()));
  for (std::int64_t i = 0; i < gguf_get_n_tensors(&gguf); ++i) {
    const std::uint64_t begin = data + gguf_get_tensor_offset(&gguf, i);
    const std::uint64_t end = begin + gguf_get_tensor_size(&gguf, i);
    const std::uint64_t sample = std::min(kSampleBytes, end - begin);
    AddBytes(builder, file, begin, begin + sample);
    AddBytes(builder, file, end - sample, end);
  }
}

}  // namespace

Digest IdentifyFile(const std::filesystem::path& path) {
  const auto file = FileReader::Open(path);
  const std::string name = PathToUtf8(path);
  const GgufPointer gguf(gguf_init_from_file(name.c_str(), {.no_alloc = true, .ctx = nullptr}));
  DigestBuilder builder;
  builder.AddNumber(file->size());
  std::error_code error;
  const auto changed_at = std::filesystem::last_write_time(path, error);
  builder.AddNumber(static_cast<std::uint64_t>(changed_at.time_since_epoch().count()));
  if (gguf) AddSamples(builder, *file, *gguf);
  return builder.Finish();
}

Digest IdentifyModel(const Digest& file, const Placement& placement) {
  DigestBuilder builder;
  builder.AddText(LlamaVersion());
  builder.AddNumber(static_cast<std::uint64_t>(placement.cache_type));
  builder.AddNumber(static_cast<std::uint64_t>(placement.gpu_layers));
  for (const DeviceInfo& device : ListDevices()) {
    builder.AddText(device.name + device.description);
  }
  for (const std::string& device : placement.devices.value_or(std::vector<std::string>())) {
    builder.AddText(device);
  }
  builder.Add(file);
  return builder.Finish();
}

}  // namespace chatglm
