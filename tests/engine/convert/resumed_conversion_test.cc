#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "convert/converter.h"
#include "convert/synthetic_checkpoint.h"
#include "support/test_files.h"

namespace chatglm {
namespace {

constexpr const char* kStopsAt = "output.weight";  // the last one

/// Converts one checkpoint several times; the whole one is there to compare with.
class ResumedConversionTest : public testing::Test {
 protected:
  ResumedConversionTest() {
    SyntheticCheckpoint().Write(folder_ / "source");
    Run("whole.gguf");
    whole_ = ReadTestFile(folder_ / "whole.gguf");
  }

  /// Returns how many bytes were there when it began to write.
  std::uint64_t Run(const std::string& name, OutputType type = OutputType::kSource,
                    const std::string& stops_at = "", bool keeps_draft = true) {
    ConvertOptions options;
    options.source = folder_ / "source";
    options.destination = folder_ / name;
    options.type = type;
    options.keeps_draft = keeps_draft;
    StopFlag stop;
    std::optional<std::uint64_t> first;
    const auto convert = [&] {
      Convert(options, stop, [&](const ConvertProgress& progress) {
        if (!first) first = progress.done_bytes;
        if (progress.step == stops_at) stop.Set();
      });
    };
    if (stops_at.empty()) {
      convert();
    } else {
      ExpectEngineError(ErrorCode::kCancelled, "", convert);
    }
    return first.value_or(0);
  }

  /// What stands in the file of a name with its bytes changed by `change`.
  void Change(const std::string& name, const std::function<void(std::string&)>& change) {
    std::string bytes = ReadTestFile(folder_ / name);
    change(bytes);
    WriteTestFile(folder_ / name, bytes);
  }

  void ExpectWholeResult() {
    EXPECT_EQ(ReadTestFile(folder_ / "model.gguf"), whole_);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "model.gguf.partial"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "model.gguf.journal"));
  }

  TemporaryFolder folder_;
  std::string whole_;
};

TEST_F(ResumedConversionTest, GoesOnBehindTheLastWholeTensor) {
  Run("model.gguf", OutputType::kSource, kStopsAt);
  EXPECT_GE(Run("model.gguf"), whole_.size() - 288 * 32 * 2);
  ExpectWholeResult();
}

TEST_F(ResumedConversionTest, WritesAgainWhatIsDamagedOrCutOff) {
  Run("model.gguf", OutputType::kSource, kStopsAt);
  const std::uint64_t end = std::filesystem::file_size(folder_ / "model.gguf.partial");
  Change("model.gguf.partial", [](std::string& bytes) { bytes[bytes.size() * 3 / 4] ^= 1; });
  const std::uint64_t begin = Run("model.gguf", OutputType::kSource, kStopsAt);
  EXPECT_GT(begin, Run("other.gguf"));
  EXPECT_LE(begin, end * 3 / 4);
  Change("model.gguf.partial", [](std::string& bytes) { bytes.resize(bytes.size() - 1); });
  Run("model.gguf");
  ExpectWholeResult();
}

TEST_F(ResumedConversionTest, TrustsNoJournalThatIsTorn) {
  const std::uint64_t fresh = Run("other.gguf");
  Run("model.gguf", OutputType::kSource, kStopsAt);
  Change("model.gguf.journal", [](std::string& bytes) { bytes.resize(bytes.size() - 40); });
  EXPECT_GT(Run("model.gguf", OutputType::kSource, kStopsAt), fresh);
  Change("model.gguf.journal", [](std::string& bytes) { bytes.assign(bytes.size(), '\0'); });
  EXPECT_EQ(Run("model.gguf", OutputType::kSource, kStopsAt), fresh);
  WriteTestFile(folder_ / "model.gguf.journal", "draft of something else\n");
  Run("model.gguf");
  ExpectWholeResult();
}

TEST_F(ResumedConversionTest, DiscardsADraftOfAnotherFormOrOfOtherWeights) {
  const std::uint64_t fresh = Run("other.gguf");
  Run("model.gguf", OutputType::kQ8_0, kStopsAt);
  EXPECT_EQ(Run("model.gguf", OutputType::kSource, kStopsAt), fresh);

  SyntheticCheckpoint changed;
  changed.Poke("transformer.output_layer.weight", 3, 0.5f);
  changed.Write(folder_ / "source");
  EXPECT_EQ(Run("model.gguf"), fresh);
  Run("other.gguf");
  EXPECT_EQ(ReadTestFile(folder_ / "model.gguf"), ReadTestFile(folder_ / "other.gguf"));
  EXPECT_NE(ReadTestFile(folder_ / "model.gguf"), whole_);
}

TEST_F(ResumedConversionTest, LeavesNothingWhenNothingShallBeKept) {
  Run("model.gguf", OutputType::kSource, kStopsAt, false);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "model.gguf.partial"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "model.gguf.journal"));
}

}  // namespace
}  // namespace chatglm
