#include <gtest/gtest.h>

#include <functional>

#include "checkpoint/pickle_builder.h"
#include "checkpoint/safetensors_builder.h"
#include "checkpoint/safetensors_file.h"
#include "checkpoint/sentencepiece_model.h"
#include "checkpoint/tokenizer_builder.h"
#include "checkpoint/torch_file.h"
#include "fuzz/mutate.h"
#include "support/memory_file.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

/// Tries mutations of `bytes`; each must be read or refused, and nothing else
/// may happen.
void TryMutations(const std::string& bytes, int count,
                  const std::function<void(const std::string&)>& read) {
  std::mt19937_64 random(20231);
  int refused = 0;
  for (int i = 0; i < count; ++i) {
    try {
      read(Mutate(bytes, random));
    } catch (const EngineError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
}

void ReadAllTensors(const std::vector<TensorRecord>& tensors) {
  constexpr std::uint64_t kMaxBytes = 1 << 20;
  for (const TensorRecord& tensor : tensors) {
    if (tensor.ByteCount() > kMaxBytes) continue;
    std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.ByteCount()));
    tensor.Read(0, bytes);
  }
}

TEST(MutationTest, OfTorchFilesAreReadOrRefused) {
  for (const char* name : {"types.bin", "views.bin", "state_dict_metadata.bin", "parameters.bin",
                           "nested.bin", "proto4.bin"}) {
    const std::string bytes =
        ReadTestFile(std::filesystem::path(CHATGLM_SOURCE_FOLDER "/tests/fixtures/pickle") / name);
    TryMutations(bytes, 3000, [&](const std::string& mutated) {
      ReadAllTensors(ReadTorchFile(MemoryFile::Make(mutated)));
    });
  }
}

TEST(MutationTest, OfPicklesInAnIntactArchiveAreReadOrRefused) {
  PickleBuilder pickle;
  pickle.Raw("}q").Byte(0).Raw("(");
  for (const char* name : {"a", "b", "c"}) {
    pickle.Text(name).Tensor("FloatStorage", "0", 6, 0, {2, 3}, {3, 1});
  }
  pickle.Text("d").Raw("}(").Text("e").Tensor("HalfStorage", "0", 12, 3, {3, 2}, {1, 3}).Raw("uu");
  TryMutations(pickle.Stop(), 20000, [&](const std::string& mutated) {
    ReadAllTensors(
        ReadTorchFile(MemoryFile::Make(BuildArchive(TorchEntries(mutated, std::string(24, 'x'))))));
  });
}

TEST(MutationTest, OfZip64ArchivesAreReadOrRefused) {
  const std::string bytes =
      BuildArchive(TorchEntries(PickleOfOneTensor(6, 0, {6}, {1}), std::string(24, 'x')),
                   {.has_zip64_entries = true,
                    .has_zip64_directory = true,
                    .comment = "",
                    .claimed_entries = 0});
  TryMutations(bytes, 20000, [&](const std::string& mutated) {
    ReadAllTensors(ReadTorchFile(MemoryFile::Make(mutated)));
  });
}

TEST(MutationTest, OfSafetensorsAreReadOrRefused) {
  const std::string bytes = BuildSafetensors(
      {{"a", "F16", {2, 2}, "12345678"}, {"b", "I8", {3}, "123"}, {"c", "F32", {1}, "1234"}});
  TryMutations(bytes, 20000, [&](const std::string& mutated) {
    ReadAllTensors(ReadSafetensorsFile(MemoryFile::Make(mutated)));
  });
}

TEST(MutationTest, OfTokenizersAreReadOrRefused) {
  TryMutations(TokenizerBuilder().Build(), 20000, [&](const std::string& mutated) {
    ParseSentencePieceModel(mutated, "tokenizer.model");
  });
}

}  // namespace
}  // namespace chatglm
