#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "cache/prefix_store.h"
#include "llama/context.h"
#include "session/job.h"
#include "session/known_conversation.h"

namespace chatglm {

/// A sequence of the cache. It keeps its tokens when its job ends, for the next job that begins
/// alike.
struct CacheSlot {
  SequenceId sequence = 0;
  /// What its keys and values depend on besides the tokens: that of a job's adapter.
  Digest adapter = kNoAdapter;
  std::vector<TokenId> cached;  ///< tokens that the cache holds, from position 0
  /// Prompt and reply of the last job. The cache lacks the reply's last token.
  std::vector<TokenId> written;
  KnownConversation conversation;
  Job* job = nullptr;
  std::uint64_t last_used = 0;

  /// Keys of the whole blocks of `cached` that the store has, from the first on.
  std::vector<Digest> stored_blocks;
  std::size_t stored_tokens = 0;  ///< of `cached`, that the store has
  /// What the store still has to give before the job can go on behind it.
  std::deque<BlockMatch> to_restore;
};

}  // namespace chatglm
