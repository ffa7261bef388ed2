#include <gtest/gtest.h>

#include <algorithm>

#include "devices.h"
#include "distance.h"
#include "llama/context.h"
#include "session/engine.h"
#include "session/memory_fit.h"

namespace chatglm {
namespace {

using nlohmann::json;

struct DeviceCase {
  const char* name;
  Placement placement;
};

// The golden models have four layers; the fifth that counts is the output.
const DeviceCase kCases[] = {
    {"vulkan_with_all_layers", {.gpu_layers = -1, .devices = {{"Vulkan0"}}}},
    {"vulkan_with_two_layers", {.gpu_layers = 2, .devices = {{"Vulkan0"}}}},
    {"vulkan_with_8_bit_cache",
     {.cache_type = CacheType::kQ8_0, .gpu_layers = -1, .devices = {{"Vulkan0"}}}},
    {"two_rpc_servers", {.gpu_layers = -1, .devices = {{"RPC0", "RPC1"}}, .tensor_split = {1, 1}}},
    {"rpc_server_and_cpu", {.gpu_layers = 3, .devices = {{"RPC1"}}}},
};

/// Each golden model with its layers on other devices than the CPU.
class GoldenDevices : public testing::TestWithParam<DeviceCase> {
 protected:
  void SetUp() override {
    if (GetParam().placement.devices->front().starts_with("RPC")) {
      ASSERT_TRUE(test::StartRpcServers());
    } else if (const std::string problem = test::StartVulkan(); !problem.empty()) {
      GTEST_SKIP() << "no Vulkan here: " << problem;
    }
  }

  /// Expects that every device of the placement holds weights and a part of the cache.
  void ExpectWeightsOnDevices(const std::vector<MemoryUse>& memory) {
    for (const std::string& name : *GetParam().placement.devices) {
      const auto use = std::ranges::find(memory, name, &MemoryUse::device);
      ASSERT_NE(use, memory.end()) << name;
      EXPECT_GT(use->weight_bytes, 0u) << name;
      EXPECT_GT(use->cache_bytes, 0u) << name;
    }
  }

  std::filesystem::path DemoModel() {
    ConvertOptions options;
    options.source = std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "resources/demo-model/int4";
    options.destination = folder_.path() / "demo.gguf";
    Convert(options, never_, [](const ConvertProgress&) {});
    return options.destination;
  }

  /// Expects the first few of the replies. A driver that computes on the CPU takes minutes to build
  /// its programs for 2 to 8 tokens at once, so nothing of a prompt is in the cache beforehand.
  void ExpectReplies(const std::filesystem::path& path, const json& items) {
#ifdef __SANITIZE_ADDRESS__
    if (GetParam().placement.devices->front() == "Vulkan0") {
      GTEST_SKIP() << "under sanitizers the driver's programs take minutes to build and to run";
    }
#endif
    constexpr std::size_t kQuestions = 6;
    ASSERT_GE(items.size(), kQuestions);
    const Placement& placement = GetParam().placement;
    const auto model = Model::Load({.path = path, .placement = placement}, never_, [](float) {});
    for (std::size_t i = 0; i < kQuestions; ++i) {
      const json& item = items[i];
      ChatPrompt prompt{{}, item["query"]};
      for (const json& round : item["history"]) prompt.rounds.push_back({round[0], round[1]});
      GenerateRequest request;
      request.prompt = prompt;
      request.sampling.temperature = 0;
      Scheduler scheduler(
          model, {.context_tokens = 1024, .threads = 1, .cache_type = placement.cache_type});
      ExpectWeightsOnDevices(scheduler.memory());
      const std::string reply = scheduler.Generate(request, {}, never_).text;
      EXPECT_EQ(reply, item["reply"].get<std::string>()) << prompt.question;
    }
  }

  StopFlag never_;
  test::TemporaryFolder folder_;
};

TEST_P(GoldenDevices, HaveTheLogitsOfTheOfficialCode) {
  CHATGLM_NEEDS_GOLDENS();
  const auto path = test::ConvertGolden("tiny", "tiny", "models/tiny/tokenizer.model",
                                        OutputType::kSource, folder_);
  const Placement& placement = GetParam().placement;
  const auto model = Model::Load({.path = path, .placement = placement}, never_, [](float) {});
  Context context(model, {.cache_tokens = 2048,
                          .sequence_count = 1,
                          .batch_tokens = 512,
                          .threads = 1,
                          .cache_type = placement.cache_type});
  ExpectWeightsOnDevices(context.Memory());
  const auto expected_folder = test::GoldensFolder() / "expected" / "tiny";
  // GPUs sum in half precision; 8-bit keys and values are rounded.
  const double tolerance = placement.cache_type == CacheType::kQ8_0 ? 0.04 : 0.02;
  const json goldens = test::ReadJson(expected_folder / "goldens.json");
  ASSERT_GE(goldens["items"].size(), 10u);
  for (const json& item : goldens["items"]) {
    const auto ids = item["input_ids"].get<std::vector<TokenId>>();
    std::vector<BatchEntry> batch;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      batch.push_back({ids[i], static_cast<std::int32_t>(i), 0, i + 1 == ids.size()});
    }
    context.Remove(0, 0);
    ASSERT_EQ(context.Evaluate(batch, nullptr), EvaluateStatus::kDone);
    const auto expected =
        test::ReadFloats(expected_folder / item["last_logits"]["file"].get<std::string>());
    EXPECT_LT(test::Distance(context.Logits(batch.size() - 1), expected), tolerance)
        << item["text"];
  }
}

TEST_P(GoldenDevices, AnswerTheTrainedModelsQuestionsWordForWord) {
  CHATGLM_NEEDS_GOLDENS();
  const json goldens = test::ReadJson(test::GoldensFolder() / "expected/tiny-chat/goldens.json");
  ExpectReplies(test::ConvertGolden("tiny-chat", "tiny-chat", "models/tiny-chat/tokenizer.model",
                                    OutputType::kSource, folder_),
                goldens["items"]);
}

TEST_P(GoldenDevices, AnswerTheDemoModelsQuestionsWordForWord) {
  const json expected = test::ReadJson(std::filesystem::path(CHATGLM_SOURCE_FOLDER) /
                                       "resources/demo-model/expected.json");
  ExpectReplies(DemoModel(), expected["items"]);
}

TEST_P(GoldenDevices, TakeTheMemoryThatWasComputed) {
  const std::filesystem::path path = DemoModel();
  const Placement& placement = GetParam().placement;
  Engine engine;
  const auto loaded = engine.Load({.path = path.string(), .placement = placement, .threads = 1},
                                  never_, [](float) {});
  const auto computed = FitMemory(path, std::vector{placement}, never_).at(0);
  ASSERT_EQ(computed.size(), loaded.memory.size());
  for (std::size_t i = 0; i < computed.size(); ++i) {
    EXPECT_EQ(computed[i].device, loaded.memory[i].device);
    const auto expect_close = [&](std::uint64_t expected, std::uint64_t actual) {
      EXPECT_NEAR(static_cast<double>(expected), static_cast<double>(actual), 1 << 20)
          << computed[i].device;
    };
    expect_close(computed[i].weight_bytes, loaded.memory[i].weight_bytes);
    expect_close(computed[i].cache_bytes, loaded.memory[i].cache_bytes);
    expect_close(computed[i].compute_bytes, loaded.memory[i].compute_bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenDevices, testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace chatglm
