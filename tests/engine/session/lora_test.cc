#include <gtest/gtest.h>

#include <thread>

#include "chat_requests.h"
#include "convert/adapter_converter.h"
#include "convert/converter.h"
#include "convert/peft_folder.h"
#include "golden_models.h"
#include "llama/adapter_file.h"
#include "session/engine.h"

namespace chatglm {
namespace {

constexpr char kQkv[] = "transformer.encoder.layers.0.self_attention.query_key_value";
constexpr char kDense[] = "transformer.encoder.layers.0.self_attention.dense";
constexpr char kUp[] = "transformer.encoder.layers.0.mlp.dense_h_to_4h";
constexpr char kDown[] = "transformer.encoder.layers.0.mlp.dense_4h_to_h";
constexpr char kOutput[] = "transformer.output_layer";
/// What products of F16 in another order make of logarithms of probability.
constexpr double kRounding = 1e-2;
/// Of the weights of SyntheticCheckpoint.
const std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> kShapes = {
    {kQkv, {64, 32}},
    {kDense, {32, 32}},
    {kUp, {128, 32}},
    {kDown, {32, 64}},
    {kOutput, {288, 32}}};

/// A small model, and the same with what adapters change added to its weights.
class LoraTest : public testing::Test {
 protected:
  void SetUp() override { test::EnsureBackends(); }

  /// All of -8 to 7 in every 16 numbers, which Q4_0 holds exactly.
  static std::vector<float> Eighths(const std::pair<std::uint64_t, std::uint64_t>& shape) {
    std::vector<float> values(shape.first * shape.second);
    for (std::uint64_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>((i * 7 + i / 32) % 16) / 8.0f - 1.0f;
    }
    return values;
  }

  /// A model file with `change` in its weights, which F16 holds exactly.
  std::string Model(const std::string& name, const PeftFolder& change, float factor,
                    OutputType type = OutputType::kF16) {
    SyntheticCheckpoint checkpoint;
    checkpoint.Set("transformer.embedding.word_embeddings.weight", {288, 32}, Eighths({288, 32}));
    for (const auto& [module, shape] : kShapes) {
      checkpoint.Set(module + ".weight", {shape.first, shape.second}, Eighths(shape));
    }
    for (const auto& [module, shape] : kShapes) {
      if (!change.tensors.contains("base_model.model." + module + ".lora_A.weight")) continue;
      std::string& bytes = checkpoint.tensors.at(module + ".weight").bytes;
      auto* weights = reinterpret_cast<float*>(bytes.data());
      for (const float value : change.ChangeOf(module, factor)) *weights++ += value;
    }
    checkpoint.Write(folder_ / (name + "-source"));
    ConvertOptions options;
    options.source = folder_ / (name + "-source");
    options.destination = folder_ / (name + ".gguf");
    options.type = type;
    Convert(options, never_, [](const ConvertProgress&) {});
    return options.destination.string();
  }

  std::string Adapt(const std::string& name, const PeftFolder& adapter) {
    adapter.Write(folder_ / name);
    const auto destination = folder_ / (name + ".lora.gguf");
    ConvertAdapter({folder_ / name, destination}, never_);
    return destination.string();
  }

  static PeftFolder ChangeOf(const std::vector<std::string>& modules) {
    PeftFolder adapter;
    for (const std::string& module : modules) {
      adapter.Change(module, kShapes.at(module).first, kShapes.at(module).second);
    }
    return adapter;
  }

  void Load(Engine& engine, const std::string& model, std::uint32_t context = 128) {
    LoadOptions options{.path = model, .threads = 1};
    options.placement.context_length = context;
    options.store = PrefixStore::Options{folder_ / "cache", 1 << 30};
    engine.Load(options, never_, [](float) {});
  }

  GenerateResult Ask(Engine& engine, std::optional<AdapterUse> use = std::nullopt,
                     const std::string& question = "ab", std::vector<Round> rounds = {}) {
    GenerateRequest request = test::Ask(std::move(rounds), question);
    request.adapter_use = std::move(use);
    request.max_new_tokens = 12;
    request.top_logprobs = 10;
    return engine.Generate(request, {}, never_);
  }

  /// Largest difference of the logarithms of probability; infinite when the tokens differ.
  static double Distance(const GenerateResult& a, const GenerateResult& b) {
    if (a.tokens.size() != b.tokens.size()) return INFINITY;
    double most = 0;
    for (std::size_t i = 0; i < a.tokens.size(); ++i) {
      if (a.tokens[i].token.bytes != b.tokens[i].token.bytes) return INFINITY;
      most =
          std::max(most, std::abs(double{a.tokens[i].token.logprob} - b.tokens[i].token.logprob));
    }
    return most;
  }

  /// Of the likeliest tokens after the prompt.
  static double FirstDistance(const GenerateResult& a, const GenerateResult& b) {
    std::map<std::string, double> of_a;
    for (const auto& token : a.tokens.at(0).top) of_a[token.bytes] = token.logprob;
    double sum = 0;
    for (const auto& token : b.tokens.at(0).top) {
      const auto found = of_a.find(token.bytes);
      sum += found == of_a.end() ? 1 : std::abs(found->second - token.logprob);
    }
    return sum;
  }

  TemporaryFolder folder_;
  StopFlag never_;
};

TEST_F(LoraTest, WritesWhatAModelWithTheChangeInItsWeightsWrites) {
  Engine base;
  Load(base, Model("base", {}, 0));
  const auto plain = Ask(base);
  std::vector<std::vector<std::string>> sets = {{kQkv}, {kDense}, {kUp}, {kDown}, {kOutput}};
  sets.push_back({kQkv, kDense, kUp, kDown, kOutput});
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const PeftFolder adapter = ChangeOf(sets[i]);
    const std::string name = "set" + std::to_string(i);
    Engine merged;
    Load(merged, Model(name + "-merged", adapter, 2));
    const auto expected = Ask(merged);
    ASSERT_GT(expected.tokens.size(), 4u);
    const auto result = Ask(base, AdapterUse{Adapt(name, adapter)});
    EXPECT_LT(Distance(result, expected), kRounding) << name;
    EXPECT_GT(Distance(plain, expected), 5 * kRounding)
        << name << " changes too little to show anything";
  }
  EXPECT_EQ(Distance(Ask(base), plain), 0);
}

TEST_F(LoraTest, GoesBesideWeightsInTheLayoutOfOurKernels) {
  const PeftFolder adapter = ChangeOf({kQkv, kDense, kUp, kDown});
  const AdapterUse use{Adapt("lora", adapter)};
  Engine merged, halves;
  Load(merged, Model("merged", adapter, 2));
  Load(halves, Model("halves", {}, 0));
  const double change = FirstDistance(Ask(merged), Ask(halves));
  for (const OutputType type : {OutputType::kQ4_0, OutputType::kQ8_0}) {
    Engine packed;
    Load(packed, Model("packed", {}, 0, type));
    // Activations are rounded to eight bits, in both.
    EXPECT_LT(FirstDistance(Ask(packed), Ask(halves)), change / 10);
    EXPECT_LT(FirstDistance(Ask(packed, use), Ask(merged)), change / 10);
  }
}

TEST_F(LoraTest, AddsAsMuchAsItIsTold) {
  const PeftFolder adapter = ChangeOf({kQkv, kUp});
  const std::string file = Adapt("lora", adapter);
  Engine base;
  Load(base, Model("base", {}, 0));
  Engine merged;
  Load(merged, Model("half", adapter, 1));
  EXPECT_LT(Distance(Ask(base, AdapterUse{file, 0.5f}), Ask(merged)), kRounding);
  EXPECT_EQ(Distance(Ask(base, AdapterUse{file, 0}), Ask(base)), 0);
  EXPECT_GT(Distance(Ask(base, AdapterUse{file, 1}), Ask(merged)), 1);
}

TEST_F(LoraTest, HeedsTheFactorsOfPeft) {
  PeftFolder adapter = ChangeOf({kQkv, kUp});
  adapter.config["use_rslora"] = true;
  adapter.config["lora_alpha"] = 1;
  adapter.config["alpha_pattern"] = {{"mlp.dense_h_to_4h", 3}};
  adapter.config["r"] = 4;
  adapter.tensors.clear();
  adapter.Change(kQkv, 64, 32, 4);
  adapter.Change(kUp, 128, 32, 4);
  // 1 / sqrt(4) for the one, 3 / sqrt(4) for the other.
  PeftFolder tripled = adapter;
  auto& bytes = tripled.tensors.at(std::string("base_model.model.") + kUp + ".lora_B.weight").bytes;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
    *reinterpret_cast<float*>(&bytes[at]) *= 3;
  }
  Engine base, merged;
  Load(base, Model("base", {}, 0));
  Load(merged, Model("merged", tripled, 0.5f));
  EXPECT_LT(Distance(Ask(base, AdapterUse{Adapt("lora", adapter)}), Ask(merged)), kRounding);
}

TEST_F(LoraTest, KeepsConversationsOfEachAdapterAndScaleApart) {
  const std::string file = Adapt("lora", ChangeOf({kQkv}));
  const std::string other = Adapt("other", ChangeOf({kDown}));
  Engine engine;
  Load(engine, Model("base", {}, 0), 512);
  const std::vector<std::optional<AdapterUse>> uses = {std::nullopt, AdapterUse{file},
                                                       AdapterUse{file, 0.5f}, AdapterUse{other}};
  std::vector<GenerateResult> first;
  for (const auto& use : uses) {
    first.push_back(Ask(engine, use));
    EXPECT_EQ(first.back().statistics.reused_tokens, 0u);
  }
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const auto again = Ask(engine, uses[i]);
    EXPECT_EQ(Distance(again, first[i]), 0);
    EXPECT_GT(again.statistics.reused_tokens, 0u);
    const std::vector<Round> rounds = {{"ab", first[i].text}};
    EXPECT_GT(Ask(engine, uses[i], "b", rounds).statistics.reused_tokens, 8u);
  }
}

TEST_F(LoraTest, WritesWithSeveralAtOnceAsOneAfterTheOther) {
  const std::vector<std::optional<AdapterUse>> uses = {
      std::nullopt, AdapterUse{Adapt("a", ChangeOf({kQkv}))},
      AdapterUse{Adapt("b", ChangeOf({kUp, kDown}))}};
  Engine engine;
  Load(engine, Model("base", {}, 0), 512);
  std::vector<GenerateResult> alone;
  for (const auto& use : uses) alone.push_back(Ask(engine, use, "a b ab b a"));
  engine.ClearCache(false);
  std::vector<GenerateResult> together(uses.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    threads.emplace_back([&, i] { together[i] = Ask(engine, uses[i], "a b ab b a"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < uses.size(); ++i) {
    EXPECT_LT(Distance(together[i], alone[i]), 1e-5) << i;
  }
}

TEST_F(LoraTest, StaysLoadedInTurnsWhenThereAreMany) {
  Engine engine;
  Load(engine, Model("base", {}, 0), 256);
  std::vector<AdapterUse> uses;
  for (int i = 0; i < 7; ++i) {
    PeftFolder adapter = ChangeOf({kDense});
    adapter.config["lora_alpha"] = 1 + i;
    uses.push_back({Adapt("many" + std::to_string(i), adapter)});
  }
  std::vector<GenerateResult> first;
  for (const AdapterUse& use : uses) first.push_back(Ask(engine, use));
  for (std::size_t i = 0; i < uses.size(); ++i) {
    EXPECT_EQ(Distance(Ask(engine, uses[i]), first[i]), 0) << i;
  }
}

TEST_F(LoraTest, IsRefusedWhenItDoesNotFit) {
  Engine engine;
  Load(engine, Model("base", {}, 0));
  PeftFolder deeper;
  deeper.Change("transformer.encoder.layers.1.self_attention.dense", 32, 32);
  PeftFolder wider;
  wider.Change(kDense, 64, 64);
  for (const PeftFolder& adapter : {deeper, wider}) {
    const AdapterUse use{Adapt("wrong", adapter)};
    ExpectEngineError(ErrorCode::kWrongArchitecture, "another network",
                      [&] { engine.CheckAdapter(use); });
    ExpectEngineError(ErrorCode::kWrongArchitecture, "another network", [&] { Ask(engine, use); });
  }
  ExpectEngineError(ErrorCode::kUnsupportedFormat, "no adapter",
                    [&] { engine.CheckAdapter({(folder_ / "base.gguf").string()}); });
  ExpectEngineError(ErrorCode::kFileNotFound, "Check",
                    [&] { engine.CheckAdapter({(folder_ / "none.gguf").string()}); });
  EXPECT_NO_THROW(engine.CheckAdapter({Adapt("right", ChangeOf({kQkv})), 2}));
}

TEST_F(LoraTest, TellsOfAFileThatWentAwayBetweenTwoReplies) {
  Engine engine;
  Load(engine, Model("base", {}, 0));
  const AdapterUse use{Adapt("lora", ChangeOf({kQkv}))};
  const auto first = Ask(engine, use);
  std::filesystem::remove(use.path);
  ExpectEngineError(ErrorCode::kFileNotFound, "lora", [&] { Ask(engine, use); });
  EXPECT_FALSE(Ask(engine).tokens.empty());
}

}  // namespace
}  // namespace chatglm
