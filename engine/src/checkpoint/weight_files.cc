#include "checkpoint/weight_files.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <system_error>

#include "support/engine_error.h"
#include "support/file_reader.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxIndexBytes = 4 << 20;

/// One way to find the weights.
struct WeightFiles {
  std::set<std::string> names;
  std::optional<std::string> missing;
};

bool IsFile(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

void CheckPresent(const std::filesystem::path& folder, WeightFiles& files) {
  for (const std::string& name : files.names) {
    if (!files.missing && !IsFile(folder / PathFromUtf8(name))) files.missing = name;
  }
}

std::optional<WeightFiles> FromIndex(const std::filesystem::path& folder, const char* index_name) {
  const std::filesystem::path path = folder / index_name;
  if (!IsFile(path)) return std::nullopt;
  const auto file = FileReader::Open(path);
  const auto fail = [&] {
    throw EngineError(ErrorCode::kInvalidCheckpoint,
                      file->name() +
                          " is no index of weight files. Download it again, or remove "
                          "it to use all weight files of the folder.",
                      {"index_damaged", file->name(), {}});
  };
  const json index = json::parse(file->ReadAll(kMaxIndexBytes), nullptr, false);
  const auto map = index.is_object() ? index.find("weight_map") : index.end();
  if (map == index.end() || !map->is_object() || map->empty()) fail();
  WeightFiles files;
  for (const auto& [tensor, name] : map->items()) {
    if (!name.is_string()) fail();
    const std::string text = name.get<std::string>();
    if (text.empty() || text == "." || text == ".." ||
        text.find_first_of(std::string_view("/\\:\0", 4)) != std::string::npos) {
      fail();
    }
    files.names.insert(text);
  }
  CheckPresent(folder, files);
  return files;
}

std::optional<WeightFiles> FromFile(const std::filesystem::path& folder, const char* name) {
  if (!IsFile(folder / name)) return std::nullopt;
  return WeightFiles{.names = {name}, .missing = std::nullopt};
}

/// For "pytorch_model-00002-of-00007.bin" the names of all seven.
std::set<std::string> ShardNames(const std::string& name) {
  constexpr std::size_t kDigits = 5;
  const std::size_t of = name.rfind("-of-");
  const std::size_t dot = name.rfind('.');
  if (of == std::string::npos || dot == std::string::npos || of < kDigits + 1 ||
      dot != of + 4 + kDigits) {
    return {};
  }
  int count = 0;
  const char* const end = name.data() + dot;
  if (std::from_chars(end - kDigits, end, count).ptr != end || count < 1) return {};
  std::set<std::string> names;
  for (int i = 1; i <= count; ++i) {
    char number[16];
    std::snprintf(number, sizeof number, "%05d", i);
    names.insert(name.substr(0, of - kDigits) + number + name.substr(of));
  }
  return names;
}

std::optional<WeightFiles> FromExtension(const std::filesystem::path& folder,
                                         const std::string& extension) {
  // What trainers leave beside the weights.
  static const std::set<std::string> kOthers{"training_args.bin", "optimizer.bin", "scheduler.bin",
                                             "scaler.bin", "random_states_0.bin"};
  WeightFiles files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = PathToUtf8(entry.path().filename());
    if (!name.ends_with(extension) || kOthers.contains(name) || !IsFile(entry.path())) continue;
    files.names.insert(name);
    files.names.merge(ShardNames(name));
  }
  if (files.names.empty()) return std::nullopt;
  CheckPresent(folder, files);
  return files;
}

/// The names that one format's files have.
struct Layout {
  const char* index;
  const char* single;
  const char* extension;
};

constexpr std::array<Layout, 2> kLayouts{{
    {"model.safetensors.index.json", "model.safetensors", ".safetensors"},
    {"pytorch_model.bin.index.json", "pytorch_model.bin", ".bin"},
}};

/// The extension counts only without an index: a folder whose download was interrupted holds some
/// of the files that the index names.
std::optional<WeightFiles> FindLayout(const std::filesystem::path& folder, const Layout& layout) {
  if (auto files = FromIndex(folder, layout.index)) {
    if (!files->missing) return files;
    return IsFile(folder / layout.single) ? FromFile(folder, layout.single) : files;
  }
  if (auto files = FromFile(folder, layout.single)) return files;
  return FromExtension(folder, layout.extension);
}

}  // namespace

std::vector<std::filesystem::path> FindWeightFiles(const std::filesystem::path& folder) {
  std::optional<std::string> missing;
  for (const Layout& layout : kLayouts) {
    const std::optional<WeightFiles> files = FindLayout(folder, layout);
    if (!files) continue;
    if (files->missing) {
      missing = missing ? missing : files->missing;
      continue;
    }
    std::vector<std::filesystem::path> paths;
    for (const std::string& name : files->names) paths.push_back(folder / PathFromUtf8(name));
    return paths;
  }
  if (missing) {
    throw EngineError(ErrorCode::kFileNotFound,
                      PathToUtf8(folder) + " lacks the weight file " + QuoteForMessage(*missing) +
                          ". Download that file into the folder.",
                      {"weights_missing", PathToUtf8(folder), *missing});
  }
  throw EngineError(ErrorCode::kFileNotFound,
                    PathToUtf8(folder) +
                        " has no weight files (*.safetensors or *.bin). Choose "
                        "the folder that holds them.",
                    {"no_weights", PathToUtf8(folder), {}});
}

}  // namespace chatglm
