#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "goldens.h"
#include "rpc/messages.h"
#include "support/engine_error.h"

namespace chatglm {
namespace {

using nlohmann::json;

// The app's tests parse the same files; see tests/contract/README.md.
json Contract(const std::string& name) {
  return test::ReadJson(std::filesystem::path(CHATGLM_SOURCE_FOLDER) / "tests" / "contract" /
                        (name + ".json"));
}

const std::map<std::string, std::function<void(const json&)>> kParsers = {
    {"model.inspect", [](const json& params) { ParsePath(params, "path"); }},
    {"model.details", [](const json& params) { ParsePath(params, "path"); }},
    {"model.load", [](const json& params) { ParseLoad(params); }},
    {"model.fit", [](const json& params) { ParseFit(params); }},
    {"model.benchmark", [](const json& params) { ParseBenchmark(params); }},
    {"model.convert", [](const json& params) { ParseConvert(params); }},
    {"adapter.convert", [](const json& params) { ParseConvertAdapter(params); }},
    {"adapter.inspect", [](const json& params) { ParsePath(params, "path"); }},
    {"adapter.check", [](const json& params) { ParseCheckAdapter(params); }},
    {"text.tokenize", [](const json& params) { ParseTokenize(params); }},
    {"text.detokenize", [](const json& params) { ParseDetokenize(params); }},
    {"text.score", [](const json& params) { ParseScore(params); }},
    {"chat.generate", [](const json& params) { ParseChat(params); }},
    {"chat.count", [](const json& params) { ParseCount(params); }},
    {"chat.prepare", [](const json& params) { ParsePrepare(params); }},
    {"completion.generate", [](const json& params) { ParseCompletion(params); }},
};

class Contracts : public testing::TestWithParam<std::string> {};

TEST_P(Contracts, TakesEveryValidRequest) {
  const json contract = Contract(GetParam());
  for (const json& params : contract["params"]["valid"]) {
    EXPECT_NO_THROW(kParsers.at(GetParam())(params)) << params;
  }
}

TEST_P(Contracts, RefusesEveryInvalidRequest) {
  const json contract = Contract(GetParam());
  for (const json& params : contract["params"]["invalid"]) {
    try {
      kParsers.at(GetParam())(params);
      ADD_FAILURE() << "taken: " << params;
    } catch (const EngineError& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidParams) << params;
    }
  }
}

std::vector<std::string> Methods() {
  std::vector<std::string> names;
  for (const auto& [name, parser] : kParsers) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Contracts, testing::ValuesIn(Methods()), [](const auto& param) {
  std::string name = param.param;
  name[name.find('.')] = '_';
  return name;
});

/// The names of the fields, and of those in objects below, sorted.
json Shape(const json& value) {
  if (!value.is_object()) return value.type_name();
  json shape = json::object();
  for (const auto& [name, field] : value.items()) shape[name] = Shape(field);
  return shape;
}

TEST(Contract, WritesResultsInTheAgreedShape) {
  const std::map<std::string, json> written = {
      {"model.inspect", ToJson(ModelDescription{})},
      {"model.load", ToJson(LoadedModel{})},
      {"model.details", ToJson(GgufDetails{})},
      {"model.benchmark", ToJson(BenchmarkResult{})},
      {"text.score", ToJson(ScoreResult{})},
      {"engine.devices", ToJson(std::vector<DeviceInfo>{}, {})},
      {"engine.ping", ToJson(WorkState{})},
      {"chat.generate", ToJson(GenerateResult{})},
      {"completion.generate", ToJson(GenerateResult{})},
  };
  for (const auto& [method, result] : written) {
    const json agreed = Contract(method)["result"]["valid"][0];
    for (const auto& [name, field] : agreed.items()) {
      ASSERT_TRUE(result.contains(name)) << method << " lacks " << name;
    }
    EXPECT_EQ(Shape(result).size(), Shape(agreed).size()) << method;
  }
}

TEST(Contract, WritesTheElementsOfListsInTheAgreedShape) {
  const json device = ToJson({DeviceInfo{}}, {})["devices"][0];
  EXPECT_EQ(Shape(device), Shape(Contract("engine.devices")["result"]["valid"][1]["devices"][0]));
  const json modules = Contract("engine.devices")["result"]["valid"][1]["modules"];
  const json written = ToJson({}, {{"a.so", std::nullopt}, {"b.so", "gone"}})["modules"];
  EXPECT_EQ(Shape(written[0]), Shape(modules[0]));
  EXPECT_EQ(Shape(written[1]), Shape(modules[1]));
  const json memory = ToJson(std::vector<MemoryUse>{{"CPU", 1, 2, 3}})[0];
  EXPECT_EQ(Shape(memory), Shape(Contract("model.fit")["result"]["valid"][0]["memory"][0][0]));
  const json details = Contract("model.details")["result"]["valid"][0];
  const json read = ToJson(GgufDetails{{{"key", "u32", "1"}}, {{"name", "f16", {1, 2}}}});
  EXPECT_EQ(Shape(read["metadata"][0]), Shape(details["metadata"][0]));
  EXPECT_EQ(Shape(read["tensors"][0]), Shape(details["tensors"][0]));
}

TEST(Contract, KnowsEveryErrorCodeByTheSameName) {
  const json codes = Contract("errors")["codes"];
  ASSERT_FALSE(codes.empty());
  for (const auto& [name, code] : codes.items()) {
    EXPECT_EQ(ErrorCodeName(static_cast<ErrorCode>(code.get<int>())), name);
  }
}

}  // namespace
}  // namespace chatglm
