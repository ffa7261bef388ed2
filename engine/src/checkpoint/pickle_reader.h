#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chatglm {

/// Index of a node in Pickle::nodes. Nodes may refer to each other in circles.
using PickleRef = std::uint32_t;

enum class PickleKind {
  kNone,
  kBool,
  kInteger,
  kFloat,
  kText,
  kBytes,
  kList,
  kTuple,
  kDict,        ///< items: key, value, key, value, …; a collections.OrderedDict too
  kGlobal,      ///< text: "torch.HalfStorage"
  kCall,        ///< items: the global, the tuple of arguments. Nothing is ever called.
  kPersistent,  ///< items: the id, for torch a tuple that names a storage
};

struct PickleNode {
  PickleKind kind = PickleKind::kNone;
  std::int64_t integer = 0;  ///< of kBool and kInteger
  double number = 0;         ///< of kFloat
  std::string text;          ///< of kText, kBytes and kGlobal
  std::vector<PickleRef> items;
};

/// A pickle as inert records.
struct Pickle {
  std::vector<PickleNode> nodes;
  PickleRef root = 0;

  const PickleNode& operator[](PickleRef ref) const { return nodes[ref]; }
};

/// Largest pickle that is read; those of 6B checkpoints have 100 KB.
constexpr std::uint64_t kMaxPickleBytes = std::uint64_t{32} << 20;

/// Reads protocols 2 to 5 without running anything: memory is bounded by the size of `bytes` and by
/// a limit on nodes. `file_name` stands in messages. Throws EngineError(kUnsafePickle) for a global
/// or an instruction that saved weights never have, (kInvalidCheckpoint) for a malformed pickle.
Pickle ReadPickle(std::string_view bytes, const std::string& file_name);

}  // namespace chatglm
