#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "cache/cache_file.h"
#include "cache/cache_folder.h"

namespace chatglm {

/// A block that begins as the tokens asked for do.
struct BlockMatch {
  BlockKey key;
  std::size_t begin = 0;        ///< position of its first token
  std::size_t token_count = 0;  ///< in the block
  std::size_t match_count = 0;  ///< of them, that are as asked for
};

/// The blocks of one model, chained by what their tokens are: each names all tokens before it. One
/// thread finds, loads and saves; a thread of the store's own writes the files. Any thread may
/// clear it.
class PrefixStore {
 public:
  struct Options {
    std::filesystem::path folder;
    std::uint64_t limit_bytes;
  };

  /// `model` names everything that keys and values depend on besides the tokens.
  PrefixStore(const Options& options, const Digest& model);
  /// Writes what is still to be written.
  ~PrefixStore();
  PrefixStore(const PrefixStore&) = delete;
  PrefixStore& operator=(const PrefixStore&) = delete;

  /// The blocks that hold the longest beginning of `tokens`, without gaps. `root` is what the first
  /// of them follows, such as root().
  std::vector<BlockMatch> Find(std::span<const CachedToken> tokens, const Digest& root);
  /// They were used.
  void Touch(std::span<const BlockMatch> blocks);
  /// The state of a block; nothing when it is gone or damaged, and then it is forgotten.
  std::optional<std::vector<std::byte>> Load(const BlockKey& key);

  /// What the first block follows.
  const Digest& root() const { return model_; }
  /// Whether there is a block after `parent` that begins with `tokens`.
  bool Has(const Digest& parent, std::span<const CachedToken> tokens);
  /// False while so much waits to be written that more would take too much memory.
  bool CanSave() const;
  /// Takes a block, to be written later. Shorter ones that it begins with are then forgotten.
  void Save(Block block);

  /// `rounds` is of their texts.
  std::optional<ConversationTokens> FindConversation(const Digest& rounds);
  void SaveConversation(const Digest& rounds, ConversationTokens value);

  /// Forgets everything, of all models.
  void Clear();
  /// Waits until everything is written.
  void Flush();
  /// Blocks whose beginnings are held in memory.
  std::size_t known_blocks() const;

 private:
  struct Conversation {
    Digest key;
    ConversationTokens value;
  };
  using Unwritten = std::shared_ptr<const std::variant<Block, Conversation>>;

  void Run();
  void Put(std::variant<Block, Conversation> value);
  void Write(const Block& block);
  void Write(const Conversation& conversation);
  std::vector<BlockHead> Children(const Digest& parent);
  const BlockHead& Remember(const std::string& name, BlockHead head);
  /// Of those that are not written yet.
  template <typename Value, typename Predicate>
  std::shared_ptr<const Value> FindUnwritten(const Predicate& is_wanted) const;
  Digest ConversationKey(const Digest& rounds) const;

  CacheFolder folder_;
  Digest model_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Unwritten> unwritten_;         // guarded by mutex_; the first is being written
  std::uint64_t unwritten_bytes_ = 0;       // guarded by mutex_
  std::map<std::string, BlockHead> heads_;  // guarded by mutex_; by name, as far as they were read
  std::size_t most_heads_ = 0;              // guarded by mutex_
  bool is_writing_ = false;                 // guarded by mutex_
  bool is_closing_ = false;                 // guarded by mutex_
  std::thread thread_;
};

}  // namespace chatglm
