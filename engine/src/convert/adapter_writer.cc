#include "convert/adapter_writer.h"

#include <gguf.h>

#include <cstring>

#include "support/file_writer.h"

namespace chatglm {

void AdapterWriter::FreeGguf::operator()(gguf_context* context) const { gguf_free(context); }

AdapterWriter::AdapterWriter(const std::string& adapter_type) : file_(gguf_init_empty()) {
  gguf_set_val_str(file_.get(), "general.architecture", "chatglm");
  gguf_set_val_str(file_.get(), "general.type", "adapter");
  gguf_set_val_str(file_.get(), "adapter.type", adapter_type.c_str());
}

void AdapterWriter::Set(const std::string& key, float value) {
  gguf_set_val_f32(file_.get(), key.c_str(), value);
}

void AdapterWriter::Set(const std::string& key, std::uint32_t value) {
  gguf_set_val_u32(file_.get(), key.c_str(), value);
}

void AdapterWriter::Add(const std::string& name, ggml_type type, std::uint64_t rows,
                        std::uint64_t columns, std::span<const float> values) {
  ggml_tensor tensor{};
  tensor.type = type;
  tensor.ne[0] = static_cast<std::int64_t>(columns);
  tensor.ne[1] = static_cast<std::int64_t>(rows);
  tensor.ne[2] = tensor.ne[3] = 1;
  tensor.nb[0] = ggml_type_size(type);
  for (int i = 1; i < GGML_MAX_DIMS; ++i) {
    tensor.nb[i] = tensor.nb[i - 1] * static_cast<std::size_t>(tensor.ne[i - 1]);
  }
  ggml_set_name(&tensor, name.c_str());
  gguf_add_tensor(file_.get(), &tensor);

  std::vector<std::byte>& bytes = data_.emplace_back(values.size() * ggml_type_size(type));
  if (type == GGML_TYPE_F16) {
    ggml_fp32_to_fp16_row(values.data(), reinterpret_cast<ggml_fp16_t*>(bytes.data()),
                          static_cast<std::int64_t>(values.size()));
  } else {
    std::memcpy(bytes.data(), values.data(), bytes.size());
  }
  bytes.resize(GGML_PAD(bytes.size(), GGUF_DEFAULT_ALIGNMENT));
}

std::uint64_t AdapterWriter::Write(const std::filesystem::path& destination) const {
  std::vector<std::byte> header(gguf_get_meta_size(file_.get()));
  gguf_get_meta_data(file_.get(), header.data());
  std::uint64_t size = header.size();
  for (const auto& bytes : data_) size += bytes.size();
  const auto writer = FileWriter::Create(destination, size);
  writer->Write(header);
  for (const auto& bytes : data_) writer->Write(bytes);
  writer->Commit();
  return size;
}

}  // namespace chatglm
