#include "session/memory_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <tuple>

#include "chat_requests.h"
#include "golden_models.h"
#include "llama/kernels.h"
#include "random_model.h"
#include "session/engine.h"

namespace chatglm {
namespace {

constexpr std::uint64_t kMebibyte = 1 << 20;

/// Resident bytes of this process; 0 where the system does not tell, or where a sanitizer takes
/// most of them.
std::uint64_t ResidentBytes() {
#ifndef __SANITIZE_ADDRESS__
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == "VmRSS:" && status >> kibibytes) return kibibytes * 1024;
  }
#endif
  return 0;
}

std::uint64_t Total(const std::vector<MemoryUse>& memory) {
  std::uint64_t total = 0;
  for (const MemoryUse& use : memory) total += use.total();
  return total;
}

/// What was promised: within 3% or 100 MiB, whichever is more.
void ExpectClose(std::uint64_t computed, std::uint64_t measured) {
  const std::uint64_t apart = std::max(computed, measured) - std::min(computed, measured);
  EXPECT_LE(apart, std::max<std::uint64_t>(100 * kMebibyte, measured * 3 / 100))
      << computed / kMebibyte << " MiB computed, " << measured / kMebibyte << " MiB measured";
}

/// Lists of the same devices with the same figures. A mapped file counts the gaps between tensors.
void ExpectSame(const std::vector<MemoryUse>& computed, const std::vector<MemoryUse>& allocated) {
  ASSERT_EQ(computed.size(), allocated.size());
  for (std::size_t i = 0; i < computed.size(); ++i) {
    EXPECT_EQ(computed[i].device, allocated[i].device);
    EXPECT_NEAR(static_cast<double>(computed[i].weight_bytes),
                static_cast<double>(allocated[i].weight_bytes), 4096.0);
    EXPECT_EQ(computed[i].cache_bytes, allocated[i].cache_bytes);
    EXPECT_EQ(computed[i].compute_bytes, allocated[i].compute_bytes);
  }
}

constexpr auto kByte = CacheType::kQ8_0;
constexpr std::uint32_t kAllLayers = 28;

/// Weights, layers, context length, cache.
using FitCase = std::tuple<OutputType, std::uint32_t, std::uint32_t, CacheType>;

std::string NameOf(const testing::TestParamInfo<FitCase>& info) {
  const auto& [type, layers, context_length, cache_type] = info.param;
  const std::string weights = type == OutputType::kF16    ? "f16"
                              : type == OutputType::kQ8_0 ? "q8_0"
                              : type == OutputType::kQ4_0 ? "q4_0"
                                                          : "q4_k_m";
  return weights + "_" + std::to_string(layers) + "_layers_" + std::to_string(context_length) +
         (cache_type == kByte ? "_8_bit_cache" : "");
}

/// Models of ChatGLM2-6B's width, or as deep as it and narrow, with random weights, which are
/// loaded and used.
class MemoryFit : public testing::TestWithParam<FitCase> {};

TEST_P(MemoryFit, IsWhatALoadTakes) {
  const auto& [type, layers, context_length, cache_type] = GetParam();
  test::EnsureBackends();
  const ModelShape shape =
      layers == kAllLayers ? test::NarrowShape(layers, type) : test::WideShape(layers, type);
  const auto file = test::MakeRandomModel(shape);
  const std::vector<Placement> placements{
      {.context_length = context_length, .cache_type = cache_type}};
  const StopFlag never;
  const auto computed = FitMemory(file->path(), placements, never).at(0);
  ExpectSame(FitMemory(MakeHeaderFile(shape)->path(), placements, never).at(0), computed);

  const std::uint64_t before = ResidentBytes();
  Engine engine;
  const auto loaded =
      engine.Load({.path = file->path().string(), .placement = placements[0], .threads = 2}, never,
                  [](float) {});
  ExpectSame(computed, loaded.memory);
  GenerateRequest request;
  request.prompt = RawPrompt{std::string(200, 'x')};  // fills a whole step
  request.max_new_tokens = 1;
  engine.Generate(request, {}, never);
  if (before == 0) return;
  ExpectClose(Total(computed), ResidentBytes() - before);
}

using testing::Combine;
using testing::Values;
const auto kCaches = Values(CacheType::kF16, kByte);

INSTANTIATE_TEST_SUITE_P(OneLayer, MemoryFit,
                         Combine(Values(OutputType::kF16, OutputType::kQ8_0, OutputType::kQ4_0),
                                 Values(1u), Values(2048u, 8192u, 32768u), kCaches),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(MoreLayers, MemoryFit,
                         Combine(Values(OutputType::kQ4_0, OutputType::kQ4_K_M), Values(4u),
                                 Values(8192u), kCaches),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(AllLayers, MemoryFit,
                         Combine(Values(OutputType::kQ4_0), Values(kAllLayers), Values(8192u),
                                 kCaches),
                         NameOf);

/// ChatGLM2-6B-INT4 with a few layers and words.
ModelShape OfficialInt4(std::uint32_t layers) {
  ModelShape shape = test::WideShape(layers, OutputType::kSource);
  shape.encoding = SourceEncoding::kInt4;
  return shape;
}

TEST(MemoryFitOfShapes, IsThatOfAConvertedOfficialInt4) {
  test::EnsureBackends();
  const StopFlag never;
  const std::vector<Placement> placements{{}};
  const auto use =
      FitMemory(MakeHeaderFile(OfficialInt4(2))->path(), placements, never).at(0).at(0);
  const std::uint64_t half_precision = std::uint64_t{2} * 8192 * 4096 * 2;
  const double matrices = (4608.0 + 4096 + 2 * 13696 + 13696) * 4096 / 32 * 18;
  const double kept = KernelsAreLoaded() ? 1 - 2.0 / 27 : 1;  // they keep scales once a row
  const double vectors = (4096 * 2 + 4608) * 4;
  EXPECT_NEAR(static_cast<double>(use.weight_bytes),
              static_cast<double>(half_precision) + 2 * (matrices * kept + vectors), 1e6);
}

TEST(MemoryFitOfShapes, OfAnOfficialInt4IsThatOfItsFile) {
  test::EnsureBackends();
  const ModelShape shape = OfficialInt4(1);
  const auto file = test::MakeRandomModel(shape);
  const StopFlag never;
  const std::vector<Placement> placements{{.context_length = 2048}};
  const auto computed = FitMemory(MakeHeaderFile(shape)->path(), placements, never).at(0);
  Engine engine;
  const auto loaded =
      engine.Load({.path = file->path().string(), .placement = placements[0], .threads = 2}, never,
                  [](float) {});
  ExpectSame(computed, loaded.memory);
}

TEST(MemoryFitOfShapes, RefusesSizesThatDoNotFitEachOther) {
  ModelShape shape = test::WideShape(2, OutputType::kF16);
  shape.head_count = 31;
  EXPECT_THROW(MakeHeaderFile(shape), EngineError);
}

TEST(MemoryFitOfPlacements, RefusesDevicesThatTakeNoLayers) {
  test::EnsureBackends();
  const auto file = MakeHeaderFile(test::WideShape(1, OutputType::kQ4_0));
  for (const char* device : {"CPU", "CUDA7"}) {
    const std::vector<Placement> placements{{.gpu_layers = -1, .devices = {{device}}}};
    try {
      FitMemory(file->path(), placements, StopFlag());
      ADD_FAILURE() << device;
    } catch (const EngineError& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidParams);
    }
  }
}

TEST(MemoryFitOfPlacements, LeavesNothingBehind) {
  test::EnsureBackends();
  std::filesystem::path path;
  {
    const auto file = MakeHeaderFile(test::WideShape(1, OutputType::kQ4_0));
    path = file->path();
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

/// With the demo model loaded.
class MemoryFitBesideAModel : public testing::Test {
 protected:
  void SetUp() override {
    test::EnsureBackends();
    options_.source =
        std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "resources" / "demo-model" / "int4";
    options_.destination = folder_.path() / "demo.gguf";
    Convert(options_, never_, [](const ConvertProgress&) {});
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
  ConvertOptions options_;
};

TEST_F(MemoryFitBesideAModel, ChangesNoReplyThatIsBeingWritten) {
  Engine engine;
  engine.Load({.path = options_.destination.string(), .threads = 1}, never_, [](float) {});
  const GenerateRequest request = test::Ask({}, "who are you");
  const std::string alone = engine.Generate(request, {}, never_).text;

  const auto shape = MakeHeaderFile(test::WideShape(28, OutputType::kQ4_0));
  const std::vector<Placement> placements{{.context_length = 2048}, {.context_length = 32768}};
  std::vector<std::vector<MemoryUse>> fits;
  std::thread fitting([&] { fits = FitMemory(shape->path(), placements, never_); });
  std::vector<std::string> replies;
  for (int i = 0; i < 3; ++i) replies.push_back(engine.Generate(request, {}, never_).text);
  fitting.join();
  EXPECT_EQ(replies, std::vector<std::string>(3, alone));
  ASSERT_EQ(fits.size(), 2u);
  EXPECT_EQ(fits[1][0].cache_bytes, std::uint64_t{28} * 32768 * 2 * 2 * 128 * 2);
  EXPECT_EQ(fits[0][0].cache_bytes * 16, fits[1][0].cache_bytes);
}

TEST_F(MemoryFitBesideAModel, IsTheSameForACheckpointAndTheFileMadeOfIt) {
  const std::vector<Placement> placements{{}, {.context_length = 64, .cache_type = kByte}};
  const auto header = MakeHeaderFile(options_.source, OutputType::kSource);
  const auto of_checkpoint = FitMemory(header->path(), placements, never_);
  const auto of_file = FitMemory(options_.destination, placements, never_);
  for (std::size_t i = 0; i < placements.size(); ++i) ExpectSame(of_checkpoint[i], of_file[i]);
}

TEST_F(MemoryFitBesideAModel, EndsWhenItIsCancelled) {
  StopFlag stop;
  stop.Set();
  const std::vector<Placement> placements{{}};
  EXPECT_THROW(FitMemory(options_.destination, placements, stop), EngineError);
}

}  // namespace
}  // namespace chatglm
