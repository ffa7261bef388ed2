#pragma once

#include <ggml.h>
#include <gguf.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace chatglm {

/// A GGUF file read back whole by ggml itself.
class GgufFile {
 public:
  explicit GgufFile(const std::filesystem::path& path) {
    ggml_context* tensors = nullptr;
    context_.reset(gguf_init_from_file(path.string().c_str(), {/*no_alloc=*/false, &tensors}));
    tensors_.reset(tensors);
    if (!context_) throw std::runtime_error("not a GGUF file: " + path.string());
  }

  bool Has(const std::string& key) const { return gguf_find_key(context_.get(), key.c_str()) >= 0; }
  std::uint32_t U32(const std::string& key) const {
    return gguf_get_val_u32(context_.get(), Key(key));
  }
  float F32(const std::string& key) const { return gguf_get_val_f32(context_.get(), Key(key)); }
  bool Bool(const std::string& key) const { return gguf_get_val_bool(context_.get(), Key(key)); }
  std::string Text(const std::string& key) const {
    return gguf_get_val_str(context_.get(), Key(key));
  }

  std::size_t ArraySize(const std::string& key) const {
    return gguf_get_arr_n(context_.get(), Key(key));
  }
  std::string TokenText(std::size_t id) const {
    return gguf_get_arr_str(context_.get(), Key("tokenizer.ggml.tokens"), id);
  }
  std::int32_t TokenType(std::size_t id) const {
    const auto* types = static_cast<const std::int32_t*>(
        gguf_get_arr_data(context_.get(), Key("tokenizer.ggml.token_type")));
    return types[id];
  }
  float TokenScore(std::size_t id) const {
    return static_cast<const float*>(
        gguf_get_arr_data(context_.get(), Key("tokenizer.ggml.scores")))[id];
  }

  std::int64_t tensor_count() const { return gguf_get_n_tensors(context_.get()); }

  const ggml_tensor& Tensor(const std::string& name) const {
    const ggml_tensor* tensor = ggml_get_tensor(tensors_.get(), name.c_str());
    if (tensor == nullptr) throw std::runtime_error("no tensor " + name);
    return *tensor;
  }

  /// All numbers of the tensor.
  std::vector<float> Values(const std::string& name) const {
    const ggml_tensor& tensor = Tensor(name);
    std::vector<float> values(static_cast<std::size_t>(ggml_nelements(&tensor)));
    if (tensor.type == GGML_TYPE_F32) {
      const auto* data = static_cast<const float*>(tensor.data);
      values.assign(data, data + values.size());
    } else {
      ggml_get_type_traits(tensor.type)
          ->to_float(tensor.data, values.data(), static_cast<std::int64_t>(values.size()));
    }
    return values;
  }

 private:
  struct FreeGguf {
    void operator()(gguf_context* context) const { gguf_free(context); }
  };
  struct FreeGgml {
    void operator()(ggml_context* context) const { ggml_free(context); }
  };

  std::int64_t Key(const std::string& key) const {
    const std::int64_t id = gguf_find_key(context_.get(), key.c_str());
    if (id < 0) throw std::runtime_error("no key " + key);
    return id;
  }

  std::unique_ptr<gguf_context, FreeGguf> context_;
  std::unique_ptr<ggml_context, FreeGgml> tensors_;
};

}  // namespace chatglm
