#include "llama/gguf_tensors.h"

#include <ggml.h>

#include <map>
#include <string>

#include "support/engine_error.h"

namespace chatglm {
namespace {

class TensorChecker {
 public:
  TensorChecker(const gguf_context* gguf, std::uint64_t file_size)
      : gguf_(gguf), data_size_(file_size - gguf_get_data_offset(gguf)) {}

  std::int64_t Require(const std::string& name) const {
    const std::int64_t id = gguf_find_tensor(gguf_, name.c_str());
    if (id < 0) {
      throw EngineError(ErrorCode::kMissingTensor, "The model file lacks the tensor \"" + name +
                                                       "\". Convert or download it again.");
    }
    return id;
  }

  void Check(const std::string& name, std::int64_t columns, std::int64_t rows = 1) {
    const std::int64_t id = Require(name);
    const std::int64_t* shape = gguf_get_tensor_ne(gguf_, id);
    if (shape[0] != columns || shape[1] != rows || shape[2] != 1 || shape[3] != 1) {
      throw EngineError(ErrorCode::kInvalidGguf,
                        "The tensor \"" + name + "\" is " + std::to_string(shape[1]) + " × " +
                            std::to_string(shape[0]) + " and should be " + std::to_string(rows) +
                            " × " + std::to_string(columns) +
                            ". Convert or download the model again.");
    }
    if (rows > 1 && name.starts_with("blk.")) {
      bytes_of_type_[gguf_get_tensor_type(gguf_, id)] += gguf_get_tensor_size(gguf_, id);
    }
    parameters_ += static_cast<std::uint64_t>(columns * rows);
  }

  /// Every tensor of the file, needed or not, must lie in it.
  void CheckOffsets() const {
    for (std::int64_t id = 0; id < gguf_get_n_tensors(gguf_); ++id) {
      const std::uint64_t offset = gguf_get_tensor_offset(gguf_, id);
      const std::uint64_t size = gguf_get_tensor_size(gguf_, id);
      if (offset > data_size_ || size > data_size_ - offset) {
        throw EngineError(ErrorCode::kFileTruncated,
                          std::string("The model file ends before its tensor \"") +
                              gguf_get_tensor_name(gguf_, id) +
                              "\" does: it was not copied or downloaded to its end. Get it again.");
      }
    }
  }

  std::string MainType() const {
    ggml_type main = GGML_TYPE_F32;
    std::uint64_t most = 0;
    for (const auto& [type, bytes] : bytes_of_type_) {
      if (bytes > most) {
        main = type;
        most = bytes;
      }
    }
    return ggml_type_name(main);
  }

  std::uint64_t parameters() const { return parameters_; }

 private:
  const gguf_context* gguf_;
  std::uint64_t data_size_;
  std::uint64_t parameters_ = 0;
  std::map<ggml_type, std::uint64_t> bytes_of_type_;
};

}  // namespace

void CheckTensors(const gguf_context* gguf, std::uint64_t file_size,
                  ModelDescription& description) {
  if (gguf_get_data_offset(gguf) > file_size) {
    throw EngineError(ErrorCode::kFileTruncated,
                      "The model file ends in its header: it was not copied or downloaded to its "
                      "end. Get it again.");
  }
  TensorChecker checker(gguf, file_size);
  const std::int64_t hidden = description.hidden_size;
  const std::int64_t vocabulary = gguf_get_tensor_ne(gguf, checker.Require("token_embd.weight"))[1];
  if (vocabulary < 1 || vocabulary > 1'000'000) {
    throw EngineError(ErrorCode::kInvalidGguf,
                      "The model file has " + std::to_string(vocabulary) +
                          " vocabulary rows, which cannot be. Convert or download it again.");
  }
  const std::int64_t head_size = hidden / description.head_count;
  const std::int64_t qkv = hidden + 2 * head_size * description.kv_head_count;
  const std::int64_t feed_forward = description.feed_forward_size;

  checker.CheckOffsets();
  checker.Check("token_embd.weight", hidden, vocabulary);
  for (std::uint32_t layer = 0; layer < description.layer_count; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    checker.Check(block + "attn_norm.weight", hidden);
    checker.Check(block + "attn_qkv.weight", hidden, qkv);
    checker.Check(block + "attn_qkv.bias", qkv);
    checker.Check(block + "attn_output.weight", hidden, hidden);
    checker.Check(block + "ffn_norm.weight", hidden);
    checker.Check(block + "ffn_up.weight", hidden, 2 * feed_forward);
    checker.Check(block + "ffn_down.weight", feed_forward, hidden);
  }
  checker.Check("output_norm.weight", hidden);
  checker.Check("output.weight", hidden, vocabulary);

  description.vocabulary_size = static_cast<std::uint32_t>(vocabulary);
  description.parameter_count = checker.parameters();
  description.weight_type = checker.MainType();
}

}  // namespace chatglm
