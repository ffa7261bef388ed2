#include "session/text_score.h"

#include <algorithm>
#include <cmath>

#include "session/distribution_file.h"
#include "session/log_sum_exp.h"
#include "support/engine_error.h"
#include "support/utf8.h"

namespace chatglm {
namespace {

constexpr std::size_t kMicroBatch = 512;

void CheckTokens(const ScoreRequest& request, const ModelDescription& model) {
  const auto is_known = [&model](TokenId id) {
    return id >= 0 && static_cast<std::uint32_t>(id) < model.vocabulary_size;
  };
  if (!std::ranges::all_of(request.tokens, is_known)) {
    throw EngineError(ErrorCode::kInvalidParams, "The model does not have all of these tokens.");
  }
  if (request.tokens.size() > model.context_length) {
    throw EngineError(ErrorCode::kInvalidParams, "The model was made for " +
                                                     std::to_string(model.context_length) +
                                                     " tokens. Read fewer at once.");
  }
}

std::vector<double> LogProbabilities(std::span<const float> logits) {
  const double total = LogSumExp(logits);
  std::vector<double> result(logits.begin(), logits.end());
  for (double& value : result) value -= total;
  return result;
}

Divergence Compare(const std::vector<double>& measured, const std::vector<double>& reference,
                   std::size_t token) {
  double nats = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    nats += std::exp(reference[i]) * (reference[i] - measured[i]);
  }
  const auto choice = [](const std::vector<double>& values) {
    return std::ranges::max_element(values) - values.begin();
  };
  return {nats, reference[token], choice(measured) == choice(reference)};
}

/// Judges tokens in their order.
class Judge {
 public:
  Judge(const ScoreRequest& request, std::uint32_t vocabulary) {
    const auto rows = static_cast<std::uint32_t>(request.tokens.size() - request.scored_from);
    if (request.reference) {
      reference_.emplace(PathFromUtf8(*request.reference), vocabulary, rows);
    }
    if (request.write_distributions) {
      writer_.emplace(PathFromUtf8(*request.write_distributions), vocabulary, rows);
    }
  }

  void Take(std::span<const float> logits, TokenId token) {
    const std::vector<double> foretold = LogProbabilities(logits);
    const auto index = static_cast<std::size_t>(token);
    result_.logprobs.push_back(foretold[index]);
    if (writer_) writer_->Write(foretold);
    if (reference_) {
      result_.divergences.push_back(Compare(foretold, reference_->Read(), index));
    }
  }

  ScoreResult Finish() {
    if (writer_) writer_->Commit();
    return std::move(result_);
  }

 private:
  std::optional<DistributionReader> reference_;
  std::optional<DistributionWriter> writer_;
  ScoreResult result_;
};

}  // namespace

ScoreResult ScoreTokens(std::shared_ptr<const Model> model, const ScoreRequest& request,
                        int threads, CacheType cache_type, const StopFlag& stop) {
  CheckTokens(request, model->description());
  const std::vector<TokenId>& tokens = request.tokens;
  Judge judge(request, model->description().vocabulary_size);
  Context context(model, {.cache_tokens = static_cast<std::uint32_t>(tokens.size()),
                          .sequence_count = 1,
                          .batch_tokens = kMicroBatch,
                          .threads = threads,
                          .cache_type = cache_type});
  // The last token foretells one that is not there.
  for (std::size_t begin = 0; begin + 1 < tokens.size(); begin += kMicroBatch) {
    const std::size_t end = std::min(begin + kMicroBatch, tokens.size() - 1);
    std::vector<BatchEntry> batch;
    for (std::size_t i = begin; i < end; ++i) {
      batch.push_back({tokens[i], static_cast<std::int32_t>(i), 0, i + 1 >= request.scored_from});
    }
    if (context.Evaluate(batch, [&stop] { return stop.IsSet(); }) != EvaluateStatus::kDone) {
      throw EngineError(ErrorCode::kCancelled, "The measurement was cancelled.");
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch[i].wants_logits) judge.Take(context.Logits(i), tokens[begin + i + 1]);
    }
  }
  return judge.Finish();
}

}  // namespace chatglm
