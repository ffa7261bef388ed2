#include "llama/packed_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

#include "chat_requests.h"
#include "golden_models.h"
#include "llama/kernels.h"
#include "llama/model_identity.h"
#include "session/engine.h"

namespace chatglm {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPoll{10};

/// Our kernels and the demo model in INT4, which has a packed form.
class PackedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    test::EnsureBackends();
    if (!KernelsAreLoaded()) GTEST_SKIP() << "skipped: our kernels do not compute here";
    ConvertOptions options;
    options.source = fs::path(CHATGLM_SOURCE_FOLDER) / "resources" / "demo-model" / "int4";
    options.destination = source_;
    Convert(options, never_, [](const ConvertProgress&) {});
  }

  LoadedModel Load(Engine& engine) const {
    return engine.Load({.path = source_.string(), .threads = 2, .packed_file = packed_}, never_,
                       [](float) {});
  }
  static GenerateResult Ask(Engine& engine) {
    GenerateRequest request = test::Ask({}, "你好");
    request.sampling.temperature = 0;
    request.top_logprobs = 3;
    return engine.Generate(request, {}, StopFlag());
  }
  /// Loads once and waits until the weights are kept.
  GenerateResult Keep() const {
    Engine engine;
    EXPECT_FALSE(Load(engine).is_mapped_packed);
    GenerateResult reply = Ask(engine);
    while (!fs::exists(packed_)) std::this_thread::sleep_for(kPoll);
    return reply;
  }
  StopFlag never_;
  test::TemporaryFolder folder_;
  fs::path source_ = folder_.path() / "demo.gguf";
  fs::path packed_ = folder_.path() / "kept" / "demo.gguf";
};

void ExpectSame(const GenerateResult& a, const GenerateResult& b) {
  EXPECT_EQ(a.text, b.text);
  ASSERT_EQ(a.tokens.size(), b.tokens.size());
  for (std::size_t i = 0; i < a.tokens.size(); ++i) {
    EXPECT_EQ(a.tokens[i].token.logprob, b.tokens[i].token.logprob) << i;
  }
}

TEST_F(PackedFileTest, TheNextStartMapsItAndComputesTheSame) {
  const GenerateResult reply = Keep();
  Engine engine;
  EXPECT_TRUE(Load(engine).is_mapped_packed);
  ASSERT_FALSE(reply.tokens.empty());
  ExpectSame(Ask(engine), reply);
}

/// What damages a file that was kept, and a name for it.
struct Damage {
  const char* name;
  std::function<void(const fs::path& packed, const fs::path& source)> make;
};

void ChangeByte(const fs::path& path, std::streamoff from_end) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(-from_end, std::ios::end);
  const auto place = file.tellg();
  const int before = file.get();
  file.seekp(place);
  file.put(static_cast<char>(before ^ 1));
}

const std::vector<Damage> kDamages = {
    {"ItsEndIsMissing",
     [](const fs::path& packed, const fs::path&) {
       fs::resize_file(packed, fs::file_size(packed) - 1);
     }},
    {"ItsHeaderIsOfAnotherLayout",
     [](const fs::path& packed, const fs::path&) {
       ChangeByte(packed, static_cast<std::streamoff>(fs::file_size(packed)) - 100);
     }},
    {"ItsLastMatrixIsDamaged",
     [](const fs::path& packed, const fs::path&) { ChangeByte(packed, 17); }},
    {"ItsChecksumIsDamaged",
     [](const fs::path& packed, const fs::path&) { ChangeByte(packed, 1); }},
    {"ItIsNoModel",
     [](const fs::path& packed, const fs::path&) { std::ofstream(packed) << "no model"; }},
    {"TheModelWasChanged",
     [](const fs::path&, const fs::path& source) {
       fs::last_write_time(source, fs::last_write_time(source) + std::chrono::seconds(1));
     }},
};

class DamagedPackedFileTest : public PackedFileTest, public testing::WithParamInterface<Damage> {};

TEST_P(DamagedPackedFileTest, IsLeftAloneAndWrittenAnew) {
  const GenerateResult reply = Keep();
  GetParam().make(packed_, source_);
  const auto damaged_at = fs::last_write_time(packed_);
  {
    Engine engine;
    EXPECT_FALSE(Load(engine).is_mapped_packed);
    ExpectSame(Ask(engine), reply);
    while (fs::last_write_time(packed_) == damaged_at) std::this_thread::sleep_for(kPoll);
  }
  Engine engine;
  EXPECT_TRUE(Load(engine).is_mapped_packed);
  ExpectSame(Ask(engine), reply);
}

INSTANTIATE_TEST_SUITE_P(All, DamagedPackedFileTest, testing::ValuesIn(kDamages),
                         [](const auto& damage) { return damage.param.name; });

TEST_F(PackedFileTest, AModelIsLoadedWhereNothingCanBeKept) {
  fs::create_directories(packed_ / "in the way");
  Engine engine;
  EXPECT_FALSE(Load(engine).is_mapped_packed);
  EXPECT_FALSE(Ask(engine).text.empty());
}

TEST_F(PackedFileTest, NothingIsLeftOfOneThatWasNotFinished) {
  StopFlag stop;
  int steps = 0;
  const auto give_up = [&] {
    if (++steps == 3) stop.Set();
  };
  EXPECT_THROW(WritePackedFile(source_, IdentifyFile(source_), packed_, stop, give_up),
               EngineError);
  EXPECT_TRUE(fs::is_empty(packed_.parent_path()));
}

}  // namespace
}  // namespace chatglm
