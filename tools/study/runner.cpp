#include "tools/study/runner.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <deque>
#include <set>
#include <thread>

#include "models/application/simulate.hpp"
#include "sim/pool.hpp"
#include "tools/analysis/settling.hpp"
#include "tools/output/file.hpp"

namespace study {
namespace {

constexpr const char* written = "written";
constexpr std::size_t most_said = 2000;  // bytes of what a broken unit wrote

// In the child: what it returns is `written`, or why the result could not be.
std::string simulate_and_store(const Unit& unit, const Plan& plan, const Store& store) {
  const std::shared_ptr<const application::Scenario> held = scenario_of(plan, *unit.point);
  const application::Scenario& scenario = *held;
  Kept kept{application::simulate(scenario, unit.replication, {}), {}};
  const analysis::SettlingFacts facts = analysis::settling_facts(scenario, unit.replication);
  for (const analysis::SettledSeries& one : analysis::settling(kept.report, facts))
    if (one.settled == analysis::Settled::no) kept.unsettled.push_back(one.series);
  try {
    store.write(unit_id(*unit.point, unit.replication), kept);
    return written;
  } catch (const output::FileError& error) {
    return error.what();
  }
}

class Runner {
 public:
  Runner(const std::vector<Unit>& units, const Plan& plan, const Store& store, const Running& how)
      : units_(units), plan_(plan), store_(store), how_(how) {}

  Ran run() {
    sim::Tasks tasks;
    tasks.jobs = how_.jobs;
    tasks.next = [this](std::uint64_t& task) { return next(task); };
    tasks.body = [this](std::uint64_t task, const sim::Child::Note&) {
      return simulate_and_store(units_[task], plan_, store_);
    };
    tasks.on_end = [this](std::uint64_t task, const sim::ChildResult& result) { end(task, result); };
    tasks.on_tick = [this] {
      if (how_.on_progress) how_.on_progress(ran_.done);
    };
    tasks.interrupted = [this] { return ran_.interrupted || (how_.interrupted && how_.interrupted()); };
    if (!run_all(tasks)) ran_.interrupted = true;
    return std::move(ran_);
  }

 private:
  // Units that are stopped half way, or killed, leave behind what they were writing.
  bool run_all(const sim::Tasks& tasks) const {
    try {
      const bool whole = sim::run_tasks(tasks);
      store_.sweep();
      return whole;
    } catch (const output::FileError&) {
      store_.sweep();
      throw;
    }
  }

  struct Again {
    std::uint64_t task;
    bool alone;
  };

  bool next(std::uint64_t& task) {
    if (alone_) return false;
    if (begun_ < units_.size()) {
      task = begun_++;
    } else {
      if (again_.empty() || (again_.front().alone && running_ > 0)) return false;
      task = again_.front().task;
      alone_ = again_.front().alone;
      again_.pop_front();
    }
    ++running_;
    return true;
  }

  void end(std::uint64_t task, const sim::ChildResult& result) {
    --running_;
    alone_ = false;
    ran_.cpu_s += result.cpu_s;
    // Ctrl-C reaches the units too, maybe before us; a signal to the unit alone is for the unit alone.
    if ((result.exit_code == 128 + SIGINT || result.exit_code == 128 + SIGTERM) && told_to_stop()) {
      ran_.interrupted = true;
      return;
    }
    if (result.ok && result.output != written) throw output::FileError(result.output);
    if (result.ok) {
      ++ran_.done;
      return;
    }
    if (tried_.insert(task).second)
      again_.push_back({task, result.exit_code == 128 + SIGKILL});
    else
      ran_.failed.push_back({units_[task], result.exit_code, said(result)});
  }

  bool told_to_stop() const {
    constexpr int looks = 20;
    for (int i = 0; how_.interrupted && i < looks; ++i) {
      if (how_.interrupted()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  static std::string said(const sim::ChildResult& result) {
    const std::string& text = result.error;
    return text.size() <= most_said ? text : "..." + text.substr(text.size() - most_said);
  }

  const std::vector<Unit>& units_;
  const Plan& plan_;
  const Store& store_;
  const Running& how_;
  std::size_t begun_ = 0;
  std::uint32_t running_ = 0;
  bool alone_ = false;  // what runs must run alone
  std::deque<Again> again_;
  std::set<std::uint64_t> tried_;
  Ran ran_;
};

}  // namespace

Ran run_units(const std::vector<Unit>& units, const Plan& plan, const Store& store, const Running& how) {
  Ran ran = Runner(units, plan, store, how).run();
  std::sort(ran.failed.begin(), ran.failed.end(), [](const Failed& a, const Failed& b) {
    return std::pair(a.unit.point->number, a.unit.replication) <
           std::pair(b.unit.point->number, b.unit.replication);
  });
  return ran;
}

}  // namespace study
