#include "llama/lora_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "convert/adapter_converter.h"
#include "convert/adapter_writer.h"
#include "convert/peft_folder.h"
#include "llama/adapter_file.h"

namespace chatglm {
namespace {

class LoraFileTest : public testing::Test {
 protected:
  std::filesystem::path Write(const AdapterWriter& writer) {
    const auto path = folder_ / "a.gguf";
    writer.Write(path);
    return path;
  }

  static void Add(AdapterWriter& writer, const std::string& name, std::uint64_t rows,
                  std::uint64_t columns) {
    writer.Add(name, GGML_TYPE_F32, rows, columns, std::vector<float>(rows * columns, 0.5f));
  }

  static AdapterWriter Pair(const std::string& target = "blk.0.attn_output.weight") {
    AdapterWriter writer("lora");
    writer.Set("adapter.lora.alpha", 4.0f);
    Add(writer, target + ".lora_a", 2, 32);
    Add(writer, target + ".lora_b", 32, 2);
    return writer;
  }

  void ExpectRefused(const AdapterWriter& writer, ErrorCode code, const std::string& part) {
    const auto path = Write(writer);
    ExpectEngineError(code, part, [&] { InspectAdapter(path); });
    ExpectEngineError(code, part, [&] { CopyAdapter(path, folder_ / "copy.gguf"); });
    EXPECT_FALSE(std::filesystem::exists(folder_ / "copy.gguf"));
  }

  TemporaryFolder folder_;
};

TEST_F(LoraFileTest, CopiesWhatItCanUse) {
  const auto path = Write(Pair());
  CopyAdapter(path, folder_ / "copy.gguf");
  EXPECT_EQ(ReadTestFile(folder_ / "copy.gguf"), ReadTestFile(path));
  const AdapterDescription description = InspectAdapter(folder_ / "copy.gguf");
  EXPECT_EQ(description.type, AdapterType::kLora);
  EXPECT_EQ(description.rank, 2u);
}

TEST_F(LoraFileTest, RefusesWhatLibllamaWouldFailOn) {
  ExpectRefused(AdapterWriter("lora"), ErrorCode::kInvalidGguf, "alpha");
  AdapterWriter none("lora");
  none.Set("adapter.lora.alpha", 1.0f);
  ExpectRefused(none, ErrorCode::kInvalidGguf, "missing");
  ExpectRefused(AdapterWriter("control"), ErrorCode::kUnsupportedFormat, "no adapter");
  ExpectRefused(Pair("blk.0.attn_norm.weight"), ErrorCode::kUnsupportedConversion, "attn_norm");
  ExpectRefused(Pair("token_embd.weight"), ErrorCode::kUnsupportedConversion, "token_embd");
  AdapterWriter half = Pair();
  Add(half, "blk.1.ffn_up.weight.lora_b", 32, 2);
  ExpectRefused(half, ErrorCode::kInvalidGguf, "missing");
  AdapterWriter apart = Pair();
  Add(apart, "blk.1.ffn_up.weight.lora_a", 2, 32);
  Add(apart, "blk.1.ffn_up.weight.lora_b", 32, 3);
  ExpectRefused(apart, ErrorCode::kInvalidGguf, "belong together");
  AdapterWriter norm = Pair();
  Add(norm, "blk.0.attn_norm.weight", 1, 32);
  ExpectRefused(norm, ErrorCode::kUnsupportedConversion, "attn_norm");
}

TEST_F(LoraFileTest, RefusesNumbersThatAreNone) {
  for (const ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16}) {
    for (const float wrong : {INFINITY, NAN}) {
      AdapterWriter writer("lora");
      writer.Set("adapter.lora.alpha", 4.0f);
      std::vector<float> values(64, 0.5f);
      writer.Add("blk.0.attn_output.weight.lora_a", type, 2, 32, values);
      values.back() = wrong;
      writer.Add("blk.0.attn_output.weight.lora_b", type, 32, 2, values);
      const auto path = Write(writer);
      ExpectEngineError(ErrorCode::kInvalidGguf, "lora_b",
                        [&] { CopyAdapter(path, folder_ / "copy.gguf"); });
    }
  }
  AdapterWriter infinite = Pair();
  infinite.Set("adapter.lora.alpha", INFINITY);
  ExpectRefused(infinite, ErrorCode::kInvalidGguf, "alpha");
}

TEST_F(LoraFileTest, RefusesAFileThatIsCut) {
  const auto path = Write(Pair());
  const std::string bytes = ReadTestFile(path);
  for (std::size_t size : {std::size_t{3}, std::size_t{40}, bytes.size() / 2, bytes.size() - 64}) {
    WriteTestFile(path, bytes.substr(0, size));
    EXPECT_THROW(InspectAdapter(path), EngineError) << size;
  }
}

/// Nothing but an error or a sound description comes of any bytes.
TEST_F(LoraFileTest, SurvivesDamage) {
  const auto path = Write(Pair());
  const std::string bytes = ReadTestFile(path);
  std::mt19937 random(5);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = bytes;
    for (int change = 0; change <= i % 3; ++change) {
      damaged[random() % (bytes.size() - 512)] = static_cast<char>(random());
    }
    WriteTestFile(path, damaged);
    try {
      InspectAdapter(path);
    } catch (const EngineError&) {
      ++refused;
    }
  }
  std::printf("%d of 2000 damaged headers refused\n", refused);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace chatglm
