#include "convert/parallel.h"

#include <algorithm>
#include <exception>
#include <system_error>
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
  const auto run = [&](std::uint64_t which) {
    try {
      work(count * which / parts, count * (which + 1) / parts);
    } catch (...) {
      errors[static_cast<std::size_t>(which)] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  std::uint64_t part = 1;
  try {
    for (; part < parts; ++part) threads.emplace_back(run, part);
  } catch (const std::system_error&) {
    // The system has no thread left, so the rest is done here.
    for (; part < parts; ++part) run(part);
  }
  if (parts > 0) run(0);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace chatglm
