#include "convert/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace chatglm {
namespace {

TEST(ParallelFor, VisitsEachIndexOnce) {
  for (const int threads : {0, 1, 3, 50}) {
    for (const std::uint64_t count : {0u, 1u, 2u, 7u, 100u}) {
      std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
      ParallelFor(threads, count, [&](std::uint64_t begin, std::uint64_t end) {
        for (std::uint64_t i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
      });
      for (const auto& visit : visits) EXPECT_EQ(visit, 1);
    }
  }
}

TEST(ParallelFor, ThrowsWhatAThreadThrowsOnceAllHaveEnded) {
  std::atomic<int> ended = 0;
  EXPECT_THROW(ParallelFor(4, 4,
                           [&](std::uint64_t begin, std::uint64_t) {
                             ++ended;
                             if (begin == 2) throw std::runtime_error("two");
                           }),
               std::runtime_error);
  EXPECT_EQ(ended, 4);
}

}  // namespace
}  // namespace chatglm
