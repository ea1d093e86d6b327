#include "sim/pool.hpp"

#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <map>
#include <vector>

namespace sim {
namespace {

constexpr int poll_ms = 100;  // how soon an interruption is noticed

class Pool {
 public:
  explicit Pool(const Tasks& tasks) : tasks_(tasks) {}

  bool run() {
    for (;;) {
      if (tasks_.interrupted && tasks_.interrupted()) return false;
      start();
      if (running_.empty()) return true;
      wait();
      collect();
      if (tasks_.on_tick) tasks_.on_tick();
    }
  }

 private:
  void start() {
    std::uint64_t task = 0;
    while (running_.size() < tasks_.jobs && tasks_.next(task))
      running_.emplace(task,
                       Child([this, task](const Child::Note& note) { return tasks_.body(task, note); }));
  }

  void wait() const {
    std::vector<pollfd> descriptors;
    for (const auto& [task, child] : running_) descriptors.push_back({child.descriptor(), POLLIN, 0});
    ::poll(descriptors.data(), descriptors.size(), poll_ms);
  }

  void collect() {
    for (auto at = running_.begin(); at != running_.end();) {
      const std::uint64_t task = at->first;
      const auto on_note = [&](const std::string& text) {
        if (tasks_.on_note) tasks_.on_note(task, text);
      };
      if (!at->second.finished(on_note)) {
        ++at;
        continue;
      }
      const ChildResult result = at->second.result();
      at = running_.erase(at);
      tasks_.on_end(task, result);
    }
  }

  const Tasks& tasks_;
  std::map<std::uint64_t, Child> running_;
};

}  // namespace

bool run_tasks(const Tasks& tasks) { return Pool(tasks).run(); }

std::uint32_t processors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace sim
