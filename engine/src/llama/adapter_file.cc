#include "llama/adapter_file.h"

#include <algorithm>
#include <vector>

#include "llama/lora_file.h"
#include "llama/prefix_file.h"
#include "support/engine_error.h"
#include "support/file_reader.h"
#include "support/file_writer.h"

namespace chatglm {
namespace {

constexpr std::size_t kChunkBytes = 8 << 20;

}  // namespace

AdapterDescription InspectAdapter(const std::filesystem::path& path) {
  const GgufFile file = OpenGguf(path);
  const GgufValues values(file.gguf.get());
  const std::string type = values.FindString("general.type") == "adapter"
                               ? values.FindString("adapter.type").value_or("")
                               : "";
  if (type == "prefix") return {AdapterType::kPrefix, PrefixLength(file), 0};
  if (type == "lora") return {AdapterType::kLora, 0, ReadLoraHeader(file).rank};
  throw EngineError(ErrorCode::kUnsupportedFormat,
                    file.name +
                        " holds no adapter. Choose the folder of a P-Tuning v2 checkpoint, the "
                        "folder of a LoRA adapter as PEFT saves it, or a GGUF file of one.",
                    {"no_adapter", file.name, {}});
}

std::uint64_t CopyAdapter(const std::filesystem::path& source,
                          const std::filesystem::path& destination) {
  const auto reader = FileReader::Open(source);
  if (InspectAdapter(source).type == AdapterType::kLora)
    CheckLoraNumbers(OpenGguf(source), *reader);
  const auto writer = FileWriter::Create(destination, reader->size());
  std::vector<std::byte> chunk(kChunkBytes);
  for (std::uint64_t at = 0; at < reader->size(); at += chunk.size()) {
    chunk.resize(std::min<std::uint64_t>(kChunkBytes, reader->size() - at));
    reader->Read(at, chunk);
    writer->Write(chunk);
  }
  writer->Commit();
  return reader->size();
}

}  // namespace chatglm
