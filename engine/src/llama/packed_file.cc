#include "llama/packed_file.h"

#include <ggml.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "llama/gguf_file.h"
#include "llama/kernels.h"
#include "support/file_reader.h"
#include "support/file_writer.h"

namespace chatglm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLayoutKey = "chatglm_desktop.packed.layout";
constexpr const char* kSourceKey = "chatglm_desktop.packed.source";
/// Of tensors in the file, so that no vector of the kernels crosses a line of a cache.
constexpr std::uint32_t kAlignment = 128;
constexpr std::uint64_t kChunkBytes = std::uint64_t{4} << 20;
constexpr std::uint64_t kSampleBytes = 4096;

struct TensorPlace {
  std::string name;
  ggml_type type;
  std::int64_t columns, rows;
  std::uint64_t offset, bytes;  ///< in the file
};

/// Of a file whose tensors begin at `data_offset`.
std::vector<TensorPlace> PlacesOf(const gguf_context* gguf, std::uint64_t data_offset) {
  std::vector<TensorPlace> places;
  for (std::int64_t i = 0; i < gguf_get_n_tensors(gguf); ++i) {
    const std::int64_t* shape = gguf_get_tensor_ne(gguf, i);
    places.push_back({.name = gguf_get_tensor_name(gguf, i),
                      .type = gguf_get_tensor_type(gguf, i),
                      .columns = shape[0],
                      .rows = shape[1] * shape[2] * shape[3],
                      .offset = data_offset + gguf_get_tensor_offset(gguf, i),
                      .bytes = gguf_get_tensor_size(gguf, i)});
  }
  return places;
}

std::vector<TensorPlace> PlacesOf(const gguf_context* file) {
  return PlacesOf(file, gguf_get_data_offset(file));
}

bool IsPackable(const TensorPlace& tensor) {
  return tensor.type == GGML_TYPE_Q4_0 || tensor.type == GGML_TYPE_Q8_0;
}

/// Matrices behind everything else: libllama makes a buffer from the first to the last tensor of a
/// kind.
std::vector<TensorPlace> InPackedOrder(std::vector<TensorPlace> places) {
  std::ranges::stable_partition(places, [](const auto& tensor) { return !IsPackable(tensor); });
  return places;
}

std::vector<std::byte> Serialize(const gguf_context* gguf) {
  std::vector<std::byte> bytes(gguf_get_meta_size(gguf));
  gguf_get_meta_data(gguf, bytes.data());
  return bytes;
}

/// The keys of the source and ours. Reading the keys is what makes ggml align the tensors that are
/// added then.
GgufPointer MakeHeader(const gguf_context* source, const Digest& source_identity) {
  const GgufPointer keys(gguf_init_empty());
  gguf_set_kv(keys.get(), source);
  gguf_set_val_u32(keys.get(), "general.alignment", kAlignment);
  gguf_set_val_str(keys.get(), kLayoutKey, KernelLayout().c_str());
  gguf_set_val_str(keys.get(), kSourceKey, ToHex(source_identity).c_str());
  const auto bytes = Serialize(keys.get());
  GgufPointer header(
      gguf_init_from_buffer(bytes.data(), bytes.size(), {.no_alloc = true, .ctx = nullptr}));
  for (const TensorPlace& place : InPackedOrder(PlacesOf(source))) {
    ggml_tensor tensor{};
    tensor.type = place.type;
    const std::int64_t* shape =
        gguf_get_tensor_ne(source, gguf_find_tensor(source, place.name.c_str()));
    std::copy_n(shape, GGML_MAX_DIMS, tensor.ne);
    tensor.nb[0] = ggml_type_size(place.type);
    tensor.nb[1] = ggml_row_size(place.type, tensor.ne[0]);
    tensor.nb[2] = tensor.nb[1] * static_cast<std::size_t>(tensor.ne[1]);
    tensor.nb[3] = tensor.nb[2] * static_cast<std::size_t>(tensor.ne[2]);
    ggml_set_name(&tensor, place.name.c_str());
    gguf_add_tensor(header.get(), &tensor);
  }
  return header;
}

/// Of what stands at the beginning and end of each tensor; it ends a packed file.
class Samples {
 public:
  void Add(std::span<const std::byte> tensor) {
    const std::size_t size = std::min<std::size_t>(kSampleBytes, tensor.size());
    builder_.Add(tensor.first(size));
    builder_.Add(tensor.last(size));
  }
  void Add(const FileReader& file, const TensorPlace& tensor) {
    std::vector<std::byte> sample(std::min(kSampleBytes, tensor.bytes));
    for (const std::uint64_t at : {tensor.offset, tensor.offset + tensor.bytes - sample.size()}) {
      file.Read(at, sample);
      builder_.Add(sample);
    }
  }
  Checksum Finish() { return builder_.Finish(); }

 private:
  ChecksumBuilder builder_;
};

std::uint64_t EndOf(const std::vector<TensorPlace>& places) {
  return places.empty() ? 0 : places.back().offset + places.back().bytes;
}

/// Throws EngineError with what is wrong.
void Check(const fs::path& packed, const fs::path& source, const Digest& source_identity) {
  const auto refuse = [&packed](const char* reason) {
    throw EngineError(ErrorCode::kInvalidGguf, packed.filename().string() + " " + reason);
  };
  const GgufFile original = OpenGguf(source);
  const GgufPointer expected = MakeHeader(original.gguf.get(), source_identity);
  const auto header = Serialize(expected.get());
  const auto places = PlacesOf(expected.get(), header.size());
  const auto file = FileReader::Open(packed);
  if (file->size() != EndOf(places) + sizeof(Checksum)) refuse("has another size than expected.");
  std::vector<std::byte> found(header.size());
  file->Read(0, found);
  if (found != header) refuse("is of another file or layout.");
  Samples samples;
  for (const TensorPlace& place : places) samples.Add(*file, place);
  Checksum checksum;
  file->Read(EndOf(places), checksum);
  if (checksum != samples.Finish()) refuse("is damaged.");
}

/// Writes tensor after tensor.
class PackedWriter {
 public:
  PackedWriter(const FileReader& source, FileWriter& writer, const StopFlag& stop,
               const std::function<void()>& wait)
      : source_(source), writer_(writer), stop_(stop), wait_(wait) {}

  void Write(std::span<const std::byte> bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += kChunkBytes) {
      stop_.ThrowIfSet();
      wait_();
      const auto chunk = bytes.subspan(at, std::min<std::size_t>(kChunkBytes, bytes.size() - at));
      writer_.Write(chunk);
      written_ += chunk.size();
    }
  }
  void PadTo(std::uint64_t offset) { Write(std::vector<std::byte>(offset - written_)); }
  /// False when the kernels have no layout for the matrix.
  bool WriteMatrix(const TensorPlace& from) {
    std::vector<std::byte> blocks(from.bytes), packed(from.bytes);
    source_.Read(from.offset, blocks);
    if (!PackForKernels(from.type, from.rows, from.columns, blocks, packed)) return false;
    samples_.Add(packed);
    Write(packed);
    return true;
  }
  void CopyTensor(const TensorPlace& from) {
    samples_.Add(source_, from);
    for (std::uint64_t done = 0; done < from.bytes; done += kChunkBytes) {
      std::vector<std::byte> chunk(std::min(kChunkBytes, from.bytes - done));
      source_.Read(from.offset + done, chunk);
      Write(chunk);
    }
  }
  void WriteChecksum() { Write(samples_.Finish()); }

 private:
  const FileReader& source_;
  FileWriter& writer_;
  const StopFlag& stop_;
  const std::function<void()>& wait_;
  Samples samples_;
  std::uint64_t written_ = 0;
};

}  // namespace

bool IsPackedFileOf(const fs::path& packed, const fs::path& source, const Digest& source_identity) {
  if (!KernelsAreLoaded() || !fs::exists(packed)) return false;
  try {
    Check(packed, source, source_identity);
    return true;
  } catch (const EngineError& error) {
    std::fprintf(stderr, "engine: the weights that were kept are not used: %s\n", error.what());
    return false;
  }
}

bool WritePackedFile(const fs::path& source, const Digest& source_identity, const fs::path& packed,
                     const StopFlag& stop, const std::function<void()>& wait) {
  const GgufFile original = OpenGguf(source);
  const GgufPointer header = MakeHeader(original.gguf.get(), source_identity);
  const auto from = InPackedOrder(PlacesOf(original.gguf.get()));
  const auto header_bytes = Serialize(header.get());
  const auto to = PlacesOf(header.get(), header_bytes.size());
  if (from.empty() || !IsPackable(from.back())) return false;
  const auto file = FileReader::Open(source);
  fs::create_directories(packed.parent_path());
  const auto writer = FileWriter::Create(packed, EndOf(to) + sizeof(Checksum));
  PackedWriter tensors(*file, *writer, stop, wait);
  tensors.Write(header_bytes);
  for (std::size_t i = 0; i < from.size(); ++i) {
    tensors.PadTo(to[i].offset);
    if (!IsPackable(from[i])) {
      tensors.CopyTensor(from[i]);
    } else if (!tensors.WriteMatrix(from[i])) {
      return false;
    }
  }
  tensors.WriteChecksum();
  writer->Commit();
  return true;
}

}  // namespace chatglm
