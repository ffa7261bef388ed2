#include "fuzz/fuzz_targets.h"

#include <array>

#include "checkpoint/checkpoint_config.h"
#include "checkpoint/peft_config.h"
#include "checkpoint/pickle_reader.h"
#include "checkpoint/safetensors_file.h"
#include "checkpoint/sentencepiece_model.h"
#include "checkpoint/torch_file.h"
#include "fuzz/fuzz_cache.h"
#include "fuzz/fuzz_rpc.h"
#include "fuzz/fuzz_text.h"
#include "llama/adapter_file.h"
#include "llama/gguf_details.h"
#include "llama/gguf_header.h"
#include "support/memory_file.h"
#include "support/test_files.h"
#include "text/tokenizer.h"

namespace chatglm::fuzz {
namespace {

/// Reads a tensor list as a conversion would, except for tensors that are
/// merely large.
void ReadTensors(const std::vector<TensorRecord>& tensors) {
  constexpr std::uint64_t kMostBytes = 1 << 16;
  for (const TensorRecord& tensor : tensors) {
    if (tensor.ByteCount() > kMostBytes) continue;
    std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.ByteCount()));
    tensor.Read(0, bytes);
  }
}

template <auto kRead>
void Catching(std::string_view bytes) {
  try {
    kRead(bytes);
  } catch (const EngineError&) {  // foreseen: the message goes to the person
  }
}

void ReadTorch(std::string_view bytes) {
  ReadTensors(ReadTorchFile(MemoryFile::Make(std::string(bytes))));
}

void ReadSafetensors(std::string_view bytes) {
  ReadTensors(ReadSafetensorsFile(MemoryFile::Make(std::string(bytes))));
}

void ReadPickleAlone(std::string_view bytes) { ReadPickle(bytes, "data.pkl"); }

void ReadTokenizer(std::string_view bytes) {
  const Tokenizer tokenizer(ParseSentencePieceModel(bytes, "tokenizer.model"));
  const auto ids = tokenizer.Encode("你好 a\xff");
  tokenizer.Decode(ids);
}

void ReadConfig(std::string_view bytes) {
  Catching<[](std::string_view text) { ParseCheckpointConfig(text, {}); }>(bytes);
  Catching<[](std::string_view text) { PeftConfig(text, "adapter_config.json"); }>(bytes);
  ParseCheckpointConfig(bytes, {.has_role_tokens = true, .divides_rope_positions = true});
}

/// ggml reads files only, so the bytes are written to one.
void ReadGguf(std::string_view bytes) {
  static const TemporaryFolder folder;
  const auto path = WriteTestFile(folder / "model.gguf", std::string(bytes));
  Catching<[](std::string_view) { ReadGgufDetails(folder / "model.gguf"); }>(bytes);
  Catching<[](std::string_view) { InspectAdapter(folder / "model.gguf"); }>(bytes);
  const GgufHeader header(path);
  const Tokenizer tokenizer(header.pieces());
  tokenizer.Encode("你好");
}

constexpr std::array kTargets = {
    Target{"gguf", Catching<ReadGguf>},
    Target{"torch", Catching<ReadTorch>},
    Target{"pickle", Catching<ReadPickleAlone>},
    Target{"safetensors", Catching<ReadSafetensors>},
    Target{"tokenizer", Catching<ReadTokenizer>},
    Target{"cache", ReadCacheFile},
    Target{"config", Catching<ReadConfig>},
    Target{"text", HandleText},
    Target{"frames", ReceiveFrames},
    Target{"params", ParseParams},
};

}  // namespace

std::span<const Target> Targets() { return kTargets; }

}  // namespace chatglm::fuzz
