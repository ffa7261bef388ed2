#include "support/processor.h"

#include <algorithm>

#if defined(__linux__)
#include <sched.h>

#include <fstream>
#include <set>
#include <string>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#else
#include <windows.h>

#include <vector>
#endif

namespace chatglm {

#if defined(__linux__)

int PhysicalCores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return 1;
  // Hyper-threads of one core name the same siblings.
  std::set<std::string> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                       "/topology/thread_siblings_list");
    std::string siblings;
    cores.insert(std::getline(file, siblings) ? siblings : std::to_string(cpu));
  }
  return std::max(1, static_cast<int>(cores.size()));
}

#elif defined(__APPLE__)

int PhysicalCores() {
  int count = 0;
  std::size_t size = sizeof(count);
  // The efficient cores of Apple's chips would slow the others down.
  if (sysctlbyname("hw.perflevel0.physicalcpu", &count, &size, nullptr, 0) != 0 &&
      sysctlbyname("hw.physicalcpu", &count, &size, nullptr, 0) != 0) {
    return 1;
  }
  return std::max(1, count);
}

#else

int PhysicalCores() {
  DWORD size = 0;
  GetLogicalProcessorInformation(nullptr, &size);
  std::vector<SYSTEM_LOGICAL_PROCESSOR_INFORMATION> entries(size / sizeof(entries[0]) + 1);
  size = static_cast<DWORD>(entries.size() * sizeof(entries[0]));
  if (!GetLogicalProcessorInformation(entries.data(), &size)) return 1;
  entries.resize(size / sizeof(entries[0]));
  const auto is_core = [](const auto& entry) {
    return entry.Relationship == RelationProcessorCore;
  };
  return std::max(1, static_cast<int>(std::count_if(entries.begin(), entries.end(), is_core)));
}

#endif

}  // namespace chatglm
