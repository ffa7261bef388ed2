#include "cache/prefix_store.h"

#include <algorithm>

namespace chatglm {
namespace {

/// Bytes that may wait to be written.
constexpr std::uint64_t kMostUnwritten = std::uint64_t{64} << 20;
/// Fewer tokens are not worth reading a block for.
constexpr std::size_t kLeastMatch = 8;
constexpr std::size_t kNameBytes = 16;
/// Beginnings of blocks that may be held in memory, be the blocks there or gone.
constexpr std::size_t kLeastHeads = 64;

std::string FamilyOf(const Digest& parent) {
  return ToHex(std::span(parent).first(kNameBytes)) + "-";
}

std::string NameOf(const BlockKey& key) {
  return FamilyOf(key.parent) + ToHex(std::span(key.key).first(kNameBytes)) + ".block";
}

std::string NameOf(const Digest& conversation) {
  return ToHex(std::span(conversation).first(kNameBytes)) + ".talk";
}

std::size_t CommonPrefix(std::span<const CachedToken> a, std::span<const CachedToken> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

PrefixStore::PrefixStore(const Options& options, const Digest& model)
    : folder_(options.folder, options.limit_bytes), model_(model), thread_([this] { Run(); }) {}

PrefixStore::~PrefixStore() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

template <typename Value, typename Predicate>
std::shared_ptr<const Value> PrefixStore::FindUnwritten(const Predicate& is_wanted) const {
  const std::lock_guard lock(mutex_);
  for (const Unwritten& one : unwritten_) {
    const auto* value = std::get_if<Value>(one.get());
    if (value && is_wanted(*value)) return {one, value};
  }
  return nullptr;
}

/// What follows `parent`, written or not.
std::vector<BlockHead> PrefixStore::Children(const Digest& parent) {
  std::vector<BlockHead> children;
  for (const std::string& name : folder_.Find(FamilyOf(parent))) {
    std::unique_lock lock(mutex_);
    if (const auto known = heads_.find(name); known != heads_.end()) {
      children.push_back(known->second);
      continue;
    }
    lock.unlock();
    const auto beginning = folder_.Read(name, kBlockHeadBytes);
    auto head = beginning ? DecodeBlockHead(*beginning, parent) : std::nullopt;
    if (!head) {
      folder_.Remove(name);
      continue;
    }
    lock.lock();
    children.push_back(Remember(name, *std::move(head)));
  }
  const std::lock_guard lock(mutex_);
  for (const Unwritten& one : unwritten_) {
    const auto* block = std::get_if<Block>(one.get());
    if (block && block->parent == parent) {
      children.push_back({{block->parent, block->key}, block->tokens});
    }
  }
  return children;
}

/// `mutex_` is held. Once as many are known again as were there the last time, those of blocks that
/// are gone are forgotten.
const BlockHead& PrefixStore::Remember(const std::string& name, BlockHead head) {
  if (heads_.size() >= most_heads_) {
    std::erase_if(heads_, [this](const auto& known) { return !folder_.Has(known.first); });
    most_heads_ = std::max(kLeastHeads, 2 * heads_.size());
  }
  return heads_.emplace(name, std::move(head)).first->second;
}

std::size_t PrefixStore::known_blocks() const {
  const std::lock_guard lock(mutex_);
  return heads_.size();
}

std::vector<BlockMatch> PrefixStore::Find(std::span<const CachedToken> tokens, const Digest& root) {
  std::vector<BlockMatch> blocks;
  Digest parent = root;
  for (std::size_t begin = 0; begin < tokens.size();) {
    const auto rest = tokens.subspan(begin);
    BlockMatch best;
    for (const BlockHead& child : Children(parent)) {
      const std::size_t match = CommonPrefix(child.tokens, rest);
      if (match > best.match_count) best = {child.key, begin, child.tokens.size(), match};
    }
    if (best.match_count < kLeastMatch) break;
    blocks.push_back(best);
    if (best.match_count < kBlockTokens) break;
    begin += best.match_count;
    parent = best.key.key;
  }
  return blocks;
}

void PrefixStore::Touch(std::span<const BlockMatch> blocks) {
  std::vector<std::string> names;
  for (const BlockMatch& block : blocks) names.push_back(NameOf(block.key));
  folder_.Touch(names);
}

std::optional<std::vector<std::byte>> PrefixStore::Load(const BlockKey& key) {
  const auto is_wanted = [&key](const Block& block) { return block.key == key.key; };
  if (const auto block = FindUnwritten<Block>(is_wanted)) return block->state;
  auto file = folder_.Read(NameOf(key));
  const auto state = file ? DecodeBlock(*file, key) : std::nullopt;
  if (!state) {
    folder_.Remove(NameOf(key));
    return std::nullopt;
  }
  file->erase(file->begin(), file->end() - static_cast<std::ptrdiff_t>(state->size()));
  return file;
}

bool PrefixStore::Has(const Digest& parent, std::span<const CachedToken> tokens) {
  if (folder_.Has(NameOf(MakeBlockKey(parent, tokens)))) return true;
  const auto begins_so = [tokens](const BlockHead& child) {
    return CommonPrefix(child.tokens, tokens) == tokens.size();
  };
  return std::ranges::any_of(Children(parent), begins_so);
}

bool PrefixStore::CanSave() const {
  const std::lock_guard lock(mutex_);
  return unwritten_bytes_ < kMostUnwritten;
}

void PrefixStore::Save(Block block) { Put(std::move(block)); }

void PrefixStore::SaveConversation(const Digest& rounds, ConversationTokens value) {
  Put(Conversation{ConversationKey(rounds), std::move(value)});
}

void PrefixStore::Put(std::variant<Block, Conversation> value) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto* block = std::get_if<Block>(&value)) unwritten_bytes_ += block->state.size();
    unwritten_.push_back(
        std::make_shared<const std::variant<Block, Conversation>>(std::move(value)));
  }
  wake_.notify_all();
}

std::optional<ConversationTokens> PrefixStore::FindConversation(const Digest& rounds) {
  const Digest key = ConversationKey(rounds);
  const auto is_wanted = [&key](const Conversation& one) { return one.key == key; };
  if (const auto unwritten = FindUnwritten<Conversation>(is_wanted)) return unwritten->value;
  const auto file = folder_.Read(NameOf(key));
  if (!file) return std::nullopt;
  auto value = DecodeConversation(*file, key);
  const std::string name = NameOf(key);
  if (value) {
    folder_.Touch(std::span(&name, 1));
  } else {
    folder_.Remove(name);
  }
  return value;
}

Digest PrefixStore::ConversationKey(const Digest& rounds) const {
  DigestBuilder builder;
  builder.Add(model_);
  builder.Add(rounds);
  return builder.Finish();
}

void PrefixStore::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return is_closing_ || !unwritten_.empty(); });
    if (unwritten_.empty()) return;
    const Unwritten next = unwritten_.front();
    is_writing_ = true;
    lock.unlock();
    std::visit([this](const auto& value) { Write(value); }, *next);
    lock.lock();
    is_writing_ = false;
    if (const auto* block = std::get_if<Block>(next.get())) {
      unwritten_bytes_ -= block->state.size();
    }
    unwritten_.pop_front();
    wake_.notify_all();
  }
}

void PrefixStore::Write(const Block& block) {
  const BlockKey key{block.parent, block.key};
  if (!folder_.Write(NameOf(key), EncodeBlockHead(block), block.state)) return;
  for (const BlockHead& child : Children(block.parent)) {
    if (child.tokens.size() < block.tokens.size() &&
        CommonPrefix(child.tokens, block.tokens) == child.tokens.size()) {
      folder_.Remove(NameOf(child.key));
    }
  }
}

void PrefixStore::Write(const Conversation& conversation) {
  folder_.Write(NameOf(conversation.key), EncodeConversation(conversation.key, conversation.value),
                {});
}

void PrefixStore::Clear() {
  std::unique_lock lock(mutex_);
  const auto kept = unwritten_.begin() + (is_writing_ ? 1 : 0);
  for (auto one = kept; one != unwritten_.end(); ++one) {
    if (const auto* block = std::get_if<Block>(one->get())) unwritten_bytes_ -= block->state.size();
  }
  unwritten_.erase(kept, unwritten_.end());
  wake_.wait(lock, [this] { return !is_writing_; });
  heads_.clear();
  folder_.Clear();
}

void PrefixStore::Flush() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return unwritten_.empty(); });
}

}  // namespace chatglm
