#include "session/distribution_file.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "session/log_sum_exp.h"
#include "support/engine_error.h"

namespace chatglm {
namespace {

constexpr double kReach = 32;  // nats
constexpr double kLastStep = 65535;

/// Little-endian, as it lies in memory.
struct Head {
  std::array<char, 8> magic{'C', 'G', 'L', 'M', 'D', 'I', 'S', '1'};
  std::uint32_t vocabulary;
  std::uint32_t rows;
  bool operator==(const Head&) const = default;
};

/// Each step of a row is `range` / 65535 further below the likeliest one.
struct RowHead {
  float likeliest;
  float range;
};

std::uint64_t RowBytes(std::uint32_t vocabulary) {
  return sizeof(RowHead) + std::uint64_t{vocabulary} * sizeof(std::uint16_t);
}

}  // namespace

DistributionWriter::DistributionWriter(const std::filesystem::path& path, std::uint32_t vocabulary,
                                       std::uint32_t rows)
    : file_(FileWriter::Create(path, sizeof(Head) + rows * RowBytes(vocabulary))) {
  const Head head{.vocabulary = vocabulary, .rows = rows};
  file_->StartAt(0);
  file_->Write(std::as_bytes(std::span(&head, 1)));
}

void DistributionWriter::Write(std::span<const double> log_probabilities) {
  const auto [least, most] = std::ranges::minmax(log_probabilities);
  const RowHead head{static_cast<float>(most), static_cast<float>(std::min(most - least, kReach))};
  std::vector<std::uint16_t> steps(log_probabilities.size());
  if (head.range > 0) {
    std::ranges::transform(log_probabilities, steps.begin(), [&head](double value) {
      const double below = (head.likeliest - value) / head.range;
      return static_cast<std::uint16_t>(std::lround(std::clamp(below, 0.0, 1.0) * kLastStep));
    });
  }
  file_->Write(std::as_bytes(std::span(&head, 1)));
  file_->Write(std::as_bytes(std::span(steps)));
}

DistributionReader::DistributionReader(const std::filesystem::path& path, std::uint32_t vocabulary,
                                       std::uint32_t rows)
    : file_(FileReader::Open(path)), vocabulary_(vocabulary), offset_(sizeof(Head)) {
  const Head expected{.vocabulary = vocabulary, .rows = rows};
  Head head{.vocabulary = 0, .rows = 0};
  if (file_->size() >= sizeof(head)) {
    file_->Read(0, std::as_writable_bytes(std::span(&head, 1)));
  }
  if (head != expected || file_->size() != sizeof(head) + rows * RowBytes(vocabulary)) {
    throw EngineError(ErrorCode::kInvalidParams,
                      file_->name() + " does not hold what a model with this vocabulary foretold " +
                          "of this text. Make it again.");
  }
}

std::vector<double> DistributionReader::Read() {
  RowHead head{};
  std::vector<std::uint16_t> steps(vocabulary_);
  file_->Read(offset_, std::as_writable_bytes(std::span(&head, 1)));
  file_->Read(offset_ + sizeof(head), std::as_writable_bytes(std::span(steps)));
  offset_ += RowBytes(vocabulary_);
  std::vector<double> result(steps.begin(), steps.end());
  for (double& value : result) value = head.likeliest - value / kLastStep * head.range;
  const double total = LogSumExp(std::span<const double>(result));
  for (double& value : result) value -= total;
  return result;
}

}  // namespace chatglm
