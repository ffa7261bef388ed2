#include "llama/gguf_details.h"

#include <ggml.h>
#include <gguf.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>

#include "golden_models.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

class GgufDetailsTest : public testing::Test {
 protected:
  GgufDetailsTest() : gguf_(gguf_init_empty(), gguf_free) {}

  GgufDetails WriteAndRead() {
    const auto path = folder_.path() / "a.gguf";
    EXPECT_TRUE(gguf_write_to_file(gguf_.get(), path.string().c_str(), /*only_meta=*/true));
    return ReadGgufDetails(path);
  }

  /// The entries by their keys, as "type value".
  std::map<std::string, std::string> Entries() {
    std::map<std::string, std::string> entries;
    for (const auto& [key, type, value] : WriteAndRead().metadata)
      entries[key] = type + " " + value;
    return entries;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<gguf_context, decltype(&gguf_free)> gguf_;
};

TEST_F(GgufDetailsTest, TellsValuesOfEveryType) {
  gguf_set_val_str(gguf_.get(), "text", "你好");
  gguf_set_val_bool(gguf_.get(), "flag", true);
  gguf_set_val_u8(gguf_.get(), "u8", 200);
  gguf_set_val_i8(gguf_.get(), "i8", -7);
  gguf_set_val_u64(gguf_.get(), "u64", 18'000'000'000'000'000'000u);
  gguf_set_val_i64(gguf_.get(), "i64", -9);
  gguf_set_val_f32(gguf_.get(), "f32", 1e-5f);
  gguf_set_val_f64(gguf_.get(), "f64", 0.5);
  const std::int32_t numbers[] = {1, -2, 3};
  gguf_set_arr_data(gguf_.get(), "numbers", GGUF_TYPE_INT32, numbers, 3);
  const char* texts[] = {"a", "b"};
  gguf_set_arr_str(gguf_.get(), "texts", texts, 2);
  const std::map<std::string, std::string> expected{
      {"text", "str 你好"},
      {"flag", "bool true"},
      {"u8", "u8 200"},
      {"i8", "i8 -7"},
      {"u64", "u64 18000000000000000000"},
      {"i64", "i64 -9"},
      {"f32", "f32 1e-05"},
      {"f64", "f64 0.5"},
      {"numbers", "arr[i32,3] [1, -2, 3]"},
      {"texts", "arr[str,2] [a, b]"},
  };
  EXPECT_EQ(Entries(), expected);
}

TEST_F(GgufDetailsTest, CutsLongValuesBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "龙";
  gguf_set_val_str(gguf_.get(), "text", text.c_str());
  const std::vector<std::uint8_t> numbers(65024, 3);
  gguf_set_arr_data(gguf_.get(), "numbers", GGUF_TYPE_UINT8, numbers.data(), numbers.size());
  const char* texts[] = {text.c_str()};
  gguf_set_arr_str(gguf_.get(), "texts", texts, 1);
  for (const auto& [key, entry] : Entries()) {
    EXPECT_LT(entry.size(), 1100u) << key;
    EXPECT_TRUE(IsValidUtf8(entry)) << key;
    EXPECT_NE(entry.find("…"), std::string::npos) << key;
  }
  EXPECT_EQ(Entries()["numbers"], "arr[u8,65024] [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, …]");
}

TEST_F(GgufDetailsTest, MakesValidTextOfBrokenBytes) {
  gguf_set_val_str(gguf_.get(), "text",
                   "a\xFF"
                   "b");
  EXPECT_EQ(Entries()["text"],
            "str a\xEF\xBF\xBD"
            "b");
}

TEST_F(GgufDetailsTest, ListsTensorsColumnsFirst) {
  const std::unique_ptr<ggml_context, decltype(&ggml_free)> context(
      ggml_init({.mem_size = 1 << 16, .mem_buffer = nullptr, .no_alloc = true}), ggml_free);
  ggml_tensor* matrix = ggml_new_tensor_2d(context.get(), GGML_TYPE_Q4_0, 64, 3);
  ggml_set_name(matrix, "blk.0.ffn_up.weight");
  gguf_add_tensor(gguf_.get(), matrix);
  ggml_tensor* vector = ggml_new_tensor_1d(context.get(), GGML_TYPE_F32, 5);
  ggml_set_name(vector, "output_norm.weight");
  gguf_add_tensor(gguf_.get(), vector);
  const auto tensors = WriteAndRead().tensors;
  ASSERT_EQ(tensors.size(), 2u);
  EXPECT_EQ(tensors[0].name, "blk.0.ffn_up.weight");
  EXPECT_EQ(tensors[0].type, "q4_0");
  EXPECT_EQ(tensors[0].shape, (std::vector<std::int64_t>{64, 3}));
  EXPECT_EQ(tensors[1].shape, (std::vector<std::int64_t>{5}));
}

TEST_F(GgufDetailsTest, RefusesWhatIsNoGguf) {
  const auto path = folder_.path() / "a.bin";
  std::ofstream(path) << "version https://git-lfs.github.com/spec/v1\n";
  try {
    ReadGgufDetails(path);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::kLfsPointer);
  }
}

}  // namespace
}  // namespace chatglm
