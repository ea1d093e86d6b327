#include "tools/hubstorm/replications.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <map>
#include <numeric>

#include "sim/child.hpp"
#include "tools/hubstorm/exit_code.hpp"
#include "tools/hubstorm/report_codec.hpp"

namespace hubstorm {
namespace {

constexpr int poll_ms = 100;              // how soon an interruption is noticed
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
  return encode(replications.simulate(number, asked ? progress : std::function<void(double)>()));
}

class Pool {
 public:
  explicit Pool(const Replications& replications)
      : replications_(replications), reports_(replications.count), shares_(replications.count, 0) {}

  Outcome run() {
    while (done_ < replications_.count && !interrupted()) {
      start();
      wait();
      collect();
      tell();
    }
    return finish();
  }

 private:
  bool interrupted() {
    if (replications_.interrupted && replications_.interrupted()) outcome_.interrupted = true;
    return outcome_.interrupted;
  }

  void start() {
    for (; running_.size() < replications_.jobs && next_ < replications_.count; ++next_) {
      const std::uint32_t number = next_;
      running_.emplace(number, sim::Child([&r = replications_, number](const sim::Child::Note& note) {
                         return simulate_and_encode(r, number, note);
                       }));
    }
  }

  void wait() const {
    std::vector<pollfd> descriptors;
    for (const auto& [number, child] : running_) descriptors.push_back({child.descriptor(), POLLIN, 0});
    ::poll(descriptors.data(), descriptors.size(), poll_ms);
  }

  void collect() {
    for (auto at = running_.begin(); at != running_.end();) {
      const std::uint32_t number = at->first;
      const auto on_note = [&](const std::string& text) { read_share(number, text); };
      if (!at->second.finished(on_note)) {
        ++at;
        continue;
      }
      accept(number, at->second.result());
      at = running_.erase(at);
    }
  }

  void read_share(std::uint32_t number, const std::string& text) {
    std::from_chars(text.data(), text.data() + text.size(), shares_[number]);
  }

  void accept(std::uint32_t number, const sim::ChildResult& result) {
    // Ctrl-C reaches the children too, maybe before us.
    if (result.exit_code == 128 + SIGINT || result.exit_code == 128 + SIGTERM) {
      outcome_.interrupted = true;
      return;
    }
    // What a child says on its way goes where it would have gone, unless it broke: then it is in the message.
    if (!result.ok)
      throw Failure(exit_internal, fmt::format("internal error: replication {} ended with code {}\n{}",
                                               number + 1, result.exit_code, result.error));
    if (!result.error.empty()) fmt::print(stderr, "{}", result.error);
    reports_[number] = decode_report(result.output);
    complete_.push_back(number);
    shares_[number] = 1;
    ++done_;
    outcome_.cpu_s += result.cpu_s;
    outcome_.peak_rss_bytes = std::max<std::int64_t>(outcome_.peak_rss_bytes, result.peak_rss_bytes);
  }

  void tell() const {
    if (!replications_.on_progress) return;
    const double simulated = std::accumulate(shares_.begin(), shares_.end(), 0.0);
    replications_.on_progress({done_, replications_.count, simulated});
  }

  Outcome finish() {
    std::sort(complete_.begin(), complete_.end());
    for (const std::uint32_t number : complete_) outcome_.reports.push_back(std::move(reports_[number]));
    return std::move(outcome_);
  }

  const Replications& replications_;
  std::map<std::uint32_t, sim::Child> running_;
  std::vector<measures::Report> reports_;
  std::vector<double> shares_;
  std::vector<std::uint32_t> complete_;
  std::uint32_t next_ = 0;
  std::uint32_t done_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome run(const Replications& replications) { return Pool(replications).run(); }

std::uint32_t processors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace hubstorm
