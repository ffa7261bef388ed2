#include "convert/parallel.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <vector>

namespace chatglm {

void ParallelFor(int thread_count, std::uint64_t count,
                 const std::function<void(std::uint64_t begin, std::uint64_t end)>& work) {
  const std::uint64_t wanted =
      thread_count > 0 ? static_cast<std::uint64_t>(thread_count)
                       : std::max<std::uint64_t>(1, std::thread::hardware_concurrency());
  const std::uint64_t parts = std::min(wanted, count);
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(parts));
  const auto run = [&](std::uint64_t part) {
    try {
      work(count * part / parts, count * (part + 1) / parts);
    } catch (...) {
      errors[static_cast<std::size_t>(part)] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t part = 1; part < parts; ++part) threads.emplace_back(run, part);
    if (parts > 0) run(0);
  }
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace chatglm
