#include "tools/hubstorm/replications.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <numeric>

#include "models/measures/report_codec.hpp"
#include "sim/pool.hpp"
#include "tools/hubstorm/exit_code.hpp"
#include "tools/output/streams.hpp"

namespace hubstorm {
namespace {

constexpr double least_step = 1.0 / 400;  // of progress worth a note

// The body of a child: simulates, and tells about its progress now and then.
std::string simulate_and_encode(const Replications& replications, std::uint32_t number,
                                const sim::Child::Note& note) {
  double told = 0;
  const auto progress = [&](double share) {
    if (share < told + least_step) return;
    told = share;
    note(fmt::format("{:.4f}", share));
  };
  const bool asked = static_cast<bool>(replications.on_progress);
  return measures::encode(replications.simulate(number, asked ? progress : std::function<void(double)>()));
}

class Gatherer {
 public:
  explicit Gatherer(const Replications& replications)
      : replications_(replications), reports_(replications.count), shares_(replications.count, 0) {}

  Outcome run() {
    std::uint32_t next = 0;
    sim::Tasks tasks;
    tasks.jobs = replications_.jobs;
    tasks.next = [&](std::uint64_t& task) {
      task = next;
      return next++ < replications_.count;
    };
    tasks.body = [this](std::uint64_t task, const sim::Child::Note& note) {
      return simulate_and_encode(replications_, static_cast<std::uint32_t>(task), note);
    };
    tasks.on_end = [this](std::uint64_t task, const sim::ChildResult& result) { accept(task, result); };
    tasks.on_note = [this](std::uint64_t task, const std::string& text) {
      std::from_chars(text.data(), text.data() + text.size(), shares_[task]);
    };
    tasks.on_tick = [this] { tell(); };
    tasks.interrupted = [this] {
      return outcome_.interrupted || (replications_.interrupted && replications_.interrupted());
    };
    if (!sim::run_tasks(tasks)) outcome_.interrupted = true;
    return finish();
  }

 private:
  void accept(std::uint64_t number, const sim::ChildResult& result) {
    // Ctrl-C reaches the children too, maybe before us.
    if (result.exit_code == 128 + SIGINT || result.exit_code == 128 + SIGTERM) {
      outcome_.interrupted = true;
      return;
    }
    if (result.exit_code == sim::exit_shortage)
      throw Failure(exit_file, fmt::format("replication {} ran {}", number + 1, result.error));
    if (result.exit_code == 128 + SIGKILL)
      throw Failure(exit_file,
                    fmt::format("replication {} was killed (signal 9), as happens when memory runs "
                                "out; fewer --jobs need less",
                                number + 1));
    // What a child says on its way goes where it would have gone, unless it broke: then it is in the message.
    if (!result.ok)
      throw Failure(exit_internal, fmt::format("internal error: replication {} ended with code {}\n{}",
                                               number + 1, result.exit_code, result.error));
    if (!result.error.empty()) output::say(result.error);
    reports_[number] = measures::decode_report(result.output);
    complete_.push_back(number);
    shares_[number] = 1;
    outcome_.cpu_s += result.cpu_s;
    outcome_.peak_rss_bytes = std::max<std::int64_t>(outcome_.peak_rss_bytes, result.peak_rss_bytes);
  }

  void tell() const {
    if (!replications_.on_progress) return;
    const double simulated = std::accumulate(shares_.begin(), shares_.end(), 0.0);
    replications_.on_progress({static_cast<std::uint32_t>(complete_.size()), replications_.count, simulated});
  }

  Outcome finish() {
    std::sort(complete_.begin(), complete_.end());
    for (const std::uint64_t number : complete_) outcome_.reports.push_back(std::move(reports_[number]));
    return std::move(outcome_);
  }

  const Replications& replications_;
  std::vector<measures::Report> reports_;
  std::vector<double> shares_;
  std::vector<std::uint64_t> complete_;
  Outcome outcome_;
};

}  // namespace

Outcome run(const Replications& replications) { return Gatherer(replications).run(); }

}  // namespace hubstorm
