#include "session/adapter.h"

#include <algorithm>
#include <bit>

#include "llama/adapter_file.h"
#include "llama/lora_file.h"
#include "support/engine_error.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;
constexpr std::size_t kChunkBytes = 1 << 20;
constexpr std::size_t kMostKept = 8;

Digest DigestOfFile(const std::filesystem::path& path) {
  const auto file = FileReader::Open(path);
  if (file->size() > kMostBytes) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      file->name() + " is larger than any adapter. Choose another file.",
                      {"no_adapter", file->name(), {}});
  }
  DigestBuilder builder;
  std::vector<std::byte> chunk;
  for (std::uint64_t at = 0; at < file->size(); at += chunk.size()) {
    chunk.resize(std::min<std::uint64_t>(kChunkBytes, file->size() - at));
    file->Read(at, chunk);
    builder.Add(chunk);
  }
  return builder.Finish();
}

Adapter LoadAdapter(const std::filesystem::path& path, const ModelDescription& model) {
  const Digest digest = DigestOfFile(path);
  if (InspectAdapter(path).type == AdapterType::kPrefix) {
    return {digest, std::make_shared<const Prefix>(ReadPrefix(path, model)), std::nullopt};
  }
  const GgufFile header = OpenGguf(path);
  CheckLoraFits(ReadLoraHeader(header), header.name, model);
  CheckLoraNumbers(header, *FileReader::Open(path));
  return {digest, nullptr, LoraUse{path, digest, 1, digest}};
}

std::shared_ptr<const Adapter> WithScale(const Adapter& adapter, float scale) {
  Adapter scaled = adapter;
  DigestBuilder builder;
  builder.Add(adapter.identity);
  builder.AddNumber(std::bit_cast<std::uint32_t>(scale));
  scaled.identity = builder.Finish();
  scaled.lora->scale = scale;
  scaled.lora->identity = scaled.identity;
  return std::make_shared<const Adapter>(std::move(scaled));
}

}  // namespace

std::shared_ptr<const Adapter> AdapterShelf::Find(const AdapterUse& use,
                                                  const std::shared_ptr<const Model>& model,
                                                  CacheType cache_type) {
  auto adapter = Read(PathFromUtf8(use.path), model);
  if (adapter->prefix && cache_type != CacheType::kF16) {
    throw EngineError(ErrorCode::kUnsupportedFormat,
                      use.path +
                          " needs a context that is kept in F16. Choose that for the "
                          "model's context and load it again.",
                      {"adapter_cache_type", use.path, {}});
  }
  if (use.scale == 1) return adapter;
  if (adapter->lora) return WithScale(*adapter, use.scale);
  throw EngineError(ErrorCode::kUnsupportedFormat,
                    use.path +
                        " is a P-Tuning prefix, whose strength cannot be changed. Leave "
                        "its scale at 1.",
                    {"adapter_scale", use.path, {}});
}

std::shared_ptr<const Adapter> AdapterShelf::Read(const std::filesystem::path& file,
                                                  const std::shared_ptr<const Model>& model) {
  std::error_code error;
  const auto changed_at = std::filesystem::last_write_time(file, error);
  const std::uint64_t size = error ? 0 : std::filesystem::file_size(file, error);
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.model.expired(); });
  for (const Entry& entry : entries_) {
    if (!error && entry.file == file && entry.changed_at == changed_at &&
        entry.size_bytes == size && entry.model.lock() == model) {
      return entry.adapter;
    }
  }
  auto adapter = std::make_shared<const Adapter>(LoadAdapter(file, model->description()));
  if (entries_.size() >= kMostKept) entries_.erase(entries_.begin());
  entries_.push_back({file, changed_at, size, model, adapter});
  return adapter;
}

Digest WithAdapter(const Digest& parent, const Digest& adapter) {
  if (adapter == kNoAdapter) return parent;
  DigestBuilder builder;
  builder.Add(parent);
  builder.Add(adapter);
  return builder.Finish();
}

}  // namespace chatglm
