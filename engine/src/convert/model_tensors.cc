#include "convert/model_tensors.h"

#include <algorithm>

#include "convert/foreign_tensors.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

/// Looks up the tensors one by one and checks them against the configuration.
class Resolver {
 public:
  explicit Resolver(const Checkpoint& checkpoint)
      : checkpoint_(checkpoint), config_(checkpoint.config()) {}

  std::vector<ModelTensor> Resolve() const {
    CheckForeignTensors(checkpoint_);
    std::vector<ModelTensor> tensors = LayOutModelTensors(config_);
    for (ModelTensor& tensor : tensors) Find(tensor);
    return tensors;
  }

 private:
  void Find(ModelTensor& tensor) const {
    tensor.weight = &Require(tensor.source_name);
    const DataType type = tensor.weight->type;
    if (tensor.role == TensorRole::kVector) {
      RequireShape(*tensor.weight, {tensor.columns});
      tensor.encoding = FloatEncoding(*tensor.weight);
    } else if (type == DataType::kI8 || type == DataType::kU8) {
      SetQuantized(tensor);
    } else {
      RequireShape(*tensor.weight, {tensor.rows, tensor.columns});
      tensor.encoding = FloatEncoding(*tensor.weight);
    }
  }

  void SetQuantized(ModelTensor& tensor) const {
    const auto& shape = tensor.weight->shape;
    const bool is_packed =
        config_.quantization_bits == 4 ||
        (config_.quantization_bits == 0 && shape.size() == 2 && shape[1] * 2 == tensor.columns);
    if (is_packed && tensor.columns % 2 != 0) {
      ThrowInvalid(*tensor.weight, "has an odd width, which INT4 cannot have");
    }
    RequireShape(*tensor.weight, {tensor.rows, is_packed ? tensor.columns / 2 : tensor.columns});
    tensor.encoding = is_packed ? SourceEncoding::kInt4 : SourceEncoding::kInt8;
    tensor.scale = &Require(tensor.source_name + "_scale");
    RequireShape(*tensor.scale, {tensor.rows});
    FloatEncoding(*tensor.scale);
  }

  const TensorRecord& Require(const std::string& name) const {
    const TensorRecord* tensor = checkpoint_.Find(name);
    if (tensor != nullptr) return *tensor;
    throw EngineError(ErrorCode::kMissingTensor,
                      PathToUtf8(checkpoint_.folder()) + " lacks the tensor " + name +
                          ". Download all weight files of the checkpoint, and the config.json that "
                          "belongs to them.",
                      {"tensor_missing", PathToUtf8(checkpoint_.folder()), name});
  }

  SourceEncoding FloatEncoding(const TensorRecord& tensor) const {
    if (const auto encoding = FloatEncodingOf(tensor.type)) return *encoding;
    ThrowInvalid(tensor,
                 "holds " + DataTypeName(tensor.type) + " values instead of fp16, bf16 or fp32");
  }

  void RequireShape(const TensorRecord& tensor, const std::vector<std::uint64_t>& shape) const {
    if (tensor.shape == shape) return;
    ThrowInvalid(tensor,
                 "has the shape " + ShapeText(tensor.shape) + " instead of " + ShapeText(shape));
  }

  [[noreturn]] void ThrowInvalid(const TensorRecord& tensor, const std::string& what) const {
    throw EngineError(ErrorCode::kInvalidCheckpoint,
                      tensor.file->name() + ": tensor " + QuoteForMessage(tensor.name) + " " +
                          what + ". Use the config.json that belongs to the weights.",
                      {"config_of_other", tensor.file->name(), tensor.name});
  }

  const Checkpoint& checkpoint_;
  const CheckpointConfig& config_;
};

}  // namespace

std::optional<SourceEncoding> FloatEncodingOf(DataType type) {
  switch (type) {
    case DataType::kF16:
      return SourceEncoding::kF16;
    case DataType::kBf16:
      return SourceEncoding::kBf16;
    case DataType::kF32:
      return SourceEncoding::kF32;
    default:
      return std::nullopt;
  }
}

std::string SourceEncodingName(SourceEncoding encoding) {
  switch (encoding) {
    case SourceEncoding::kF16:
      return "f16";
    case SourceEncoding::kBf16:
      return "bf16";
    case SourceEncoding::kF32:
      return "f32";
    case SourceEncoding::kInt8:
      return "int8";
    case SourceEncoding::kInt4:
      return "int4";
  }
  return "";
}

std::uint64_t ModelTensor::SourceRowBytes() const {
  switch (encoding) {
    case SourceEncoding::kF16:
    case SourceEncoding::kBf16:
      return columns * 2;
    case SourceEncoding::kF32:
      return columns * 4;
    case SourceEncoding::kInt8:
      return columns;
    case SourceEncoding::kInt4:
      return columns / 2;
  }
  return 0;
}

std::vector<ModelTensor> ResolveModelTensors(const Checkpoint& checkpoint) {
  return Resolver(checkpoint).Resolve();
}

}  // namespace chatglm
