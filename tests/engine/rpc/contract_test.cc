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
    {"model.load", [](const json& params) { ParseLoad(params); }},
    {"model.convert", [](const json& params) { ParseConvert(params); }},
    {"text.tokenize", [](const json& params) { ParseTokenize(params); }},
    {"text.detokenize", [](const json& params) { ParseDetokenize(params); }},
    {"chat.generate", [](const json& params) { ParseChat(params); }},
    {"chat.count", [](const json& params) { ParseCount(params); }},
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

TEST(Contract, KnowsEveryErrorCodeByTheSameName) {
  const json codes = Contract("errors")["codes"];
  ASSERT_FALSE(codes.empty());
  for (const auto& [name, code] : codes.items()) {
    EXPECT_EQ(ErrorCodeName(static_cast<ErrorCode>(code.get<int>())), name);
  }
}

}  // namespace
}  // namespace chatglm
