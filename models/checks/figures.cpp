#include "models/checks/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "models/measures/catalog.hpp"

namespace checks {
namespace {

using measures::Value;
using Names = std::initializer_list<const char*>;

// Sums of doubles that went different ways.
constexpr double rounding = 1e-9;

bool one_of(std::string_view word, Names words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view last_word(std::string_view metric) { return metric.substr(metric.rfind('.') + 1); }

class Figures {
 public:
  Figures(const measures::Report& report, sim::Duration run, sim::Duration counted)
      : report_(report), run_s_(sim::seconds(run)), counted_s_(sim::seconds(counted)) {}

  std::optional<std::string> impossible() {
    for (const auto& [metric, value] : report_.values) check(metric, value);
    devices();
    services();
    telemetry();
    cost();
    return broken_;
  }

 private:
  void fail(std::string what) {
    if (!broken_) broken_ = std::move(what);
  }

  std::optional<double> value(const std::string& metric) const {
    const auto found = report_.values.find(metric);
    return found == report_.values.end() ? std::nullopt : found->second.value;
  }

  void check(const std::string& metric, const Value& v) {
    for (const std::optional<double>& number : {v.value, v.at_least})
      if (number) check_number(metric, v.unit, *number);
    const std::string_view word = last_word(metric);
    const auto prefix = [&] { return metric.substr(0, metric.size() - word.size()); };
    if (word == "mean" && metric.starts_with("recovery.")) times(prefix());
    if (word == "affected") episodes(prefix());
    if (word == "max" && metric.ends_with(".delay.max")) ordered(prefix(), {"p50", "p99", "max"});
    if (word == "jain") no_more(prefix() + "min", prefix() + "max");
    if (word == "received") delivery(prefix());
    if (word == "lag_peak") no_more(prefix() + "lag", metric);
    if (word == "connects" && metric.starts_with("hub.")) hub(prefix());
    if (word == "count") no_more(metric, prefix() + "peak");
  }

  void check_number(const std::string& metric, const std::string& unit, double number) {
    if (!std::isfinite(number) || number < 0 || (number == 0 && std::signbit(number)))
      return fail(fmt::format("{} is {}", metric, number));
    const std::string_view word = last_word(metric);
    const bool ratio = metric.find("max_to_mean") != std::string::npos || word == "cv";
    if (unit == "1" && !ratio && number > 1 + rounding)
      fail(fmt::format("{} is a share of {}", metric, number));
    if (unit == "s" && number > longest(metric, word) * (1 + rounding))
      fail(fmt::format("{} is {} s, in a run of {} s", metric, number, run_s_));
    const bool whole =
        one_of(unit, {"devices", "operations", "connections", "incidents", "hubs", "units", "episodes"});
    if (whole && !metric.starts_with("allocation.") && number != std::floor(number))
      fail(fmt::format("{} is no whole number but {}", metric, number));
  }

  // What a time can be at most, seconds: a run, or anything: sums over hubs and incidents, the age of a copy,
  // the latency of exports, which is drawn when they are sent, and the delay of kept messages, which is
  // planned when a device begins to send them.
  double longest(const std::string& metric, std::string_view word) const {
    if (metric.starts_with("export.") && metric.find(".delay.") != std::string::npos) return HUGE_VAL;
    if (metric.starts_with("telemetry.delay.")) return HUGE_VAL;
    if (word == "downtime" || word == "rpo" || metric == "telemetry.quota_blocked") return HUGE_VAL;
    return run_s_;
  }

  // The first is no more than the second, where both are known.
  void no_more(const std::string& some, const std::string& all) {
    const std::optional<double> part = value(some), whole = value(all);
    if (part && whole && *part > *whole * (1 + rounding))
      fail(fmt::format("{} is {}, more than the {} of {}", some, *part, *whole, all));
  }

  // Of values that grow; one that is unknown is so for being beyond what was observed, and so are those
  // behind.
  void ordered(const std::string& prefix, Names words) {
    const char* before = nullptr;
    for (const char* word : words) {
      if (before && value(prefix + word) && !value(prefix + before))
        fail(fmt::format("{}{} is known, but {}{} is not", prefix, word, prefix, before));
      if (before) no_more(prefix + before, prefix + word);
      before = word;
    }
  }

  void equal(const std::string& what, double parts, double whole) {
    if (std::abs(parts - whole) > rounding * std::max({std::abs(parts), std::abs(whole), 1.0}))
      fail(fmt::format("{}: the parts are {}, the whole is {}", what, parts, whole));
  }

  double sum(const std::string& prefix, Names words) const {
    double all = 0;
    for (const char* word : words) all += value(prefix + word).value_or(0);
    return all;
  }

  void times(const std::string& prefix) {
    ordered(prefix, {"first", "p50", "p90", "p95", "p99", "max"});
    // Who is not back may have been away for less than who is.
    if (value(prefix + "max")) no_more(prefix + "first", prefix + "mean");
    if (value(prefix + "max")) no_more(prefix + "mean", prefix + "max");
    // recovery.<fault>.outage., of a fault that may itself be called outage.
    constexpr std::string_view outage = ".outage.";
    if (!prefix.ends_with(outage) || prefix == "recovery.outage." ||
        prefix.find(".group.") != std::string::npos)
      return;
    const std::string whole = prefix.substr(0, prefix.size() - outage.size() + 1);
    double parts = 0;
    for (const std::string& part : measures::wait_parts()) parts += value(whole + "wait." + part).value_or(0);
    equal(prefix + "mean", parts, value(prefix + "mean").value_or(0));
  }

  void episodes(const std::string& prefix) {
    no_more(prefix + "unrecovered", prefix + "affected");
    no_more(prefix + "affected", prefix + "episodes");
    no_more(prefix + "relapses", prefix + "episodes");
    no_more(prefix + "lasting.p50", prefix + "lasting.p99");
    no_more(prefix + "lasting.p99", prefix + "lasting.max");
    no_more(prefix + "outage.mean", prefix + "mean");
  }

  void delivery(const std::string& prefix) {
    equal(prefix + "received", sum(prefix, {"filtered", "exported", "dropped", "backlog"}),
          sum(prefix, {"received", "carried_in"}));
  }

  void hub(const std::string& prefix) {
    // What came in before the warm-up ended may be accepted after it.
    if (counted_s_ < run_s_) return;
    if (sum(prefix, {"accepted", "throttled", "timed_out"}) > sum(prefix, {"connects"}))
      fail(prefix + "connects: more CONNECTs were answered than came in");
  }

  void devices() {
    for (const char* metric : {"devices.connected", "devices.lost", "devices.left", "devices.blocked",
                               "devices.waiting_for_approval", "devices.stuck", "devices.edge_total"})
      no_more(metric, "devices.total");
    no_more("devices.edge_connected", "devices.edge_total");
    no_more("devices.edge_connected", "devices.connected");
    if (sum("devices.", {"connected", "lost", "left", "stuck"}) > sum("devices.", {"total"}))
      fail("devices.total: fewer than are connected, lost, left or stuck");
  }

  void services() {
    no_more("hub.half_open_closed", "hub.half_open");
    no_more("dps.polls_throttled", "dps.polls");
    if (sum("dps.", {"throttled", "unauthorized"}) > sum("dps.", {"registrations"}))
      fail("dps.registrations: more were answered than came in");
    for (const char* word : {"connects", "accepted", "throttled", "timed_out", "refused", "identity_writes",
                             "identity_throttled"})
      equal(std::string("hub.") + word, over_hubs(word), value(std::string("hub.") + word).value_or(0));
    equal("telemetry.quota_blocked", over_hubs("quota_blocked"),
          value("telemetry.quota_blocked").value_or(0));
  }

  // The sum of hub.<hub>.<word>.
  double over_hubs(std::string_view word) const {
    double all = 0;
    for (auto at = report_.values.lower_bound("hub."); at != report_.values.end(); ++at) {
      const std::string& metric = at->first;
      if (!metric.starts_with("hub.")) break;
      if (last_word(metric) == word && std::count(metric.begin(), metric.end(), '.') == 2)
        all += at->second.value.value_or(0);
    }
    return all;
  }

  void telemetry() {
    equal("telemetry.generated", sum("telemetry.", {"delivered", "lost", "buffered", "in_flight"}),
          sum("telemetry.", {"generated", "carried_in"}));
  }

  void cost() {
    equal("cost.total", sum("cost.", {"hubs", "dps", "exports"}), sum("cost.", {"total"}));
    equal("cost.month", sum("cost.month.", {"hubs", "dps", "exports"}), sum("cost.", {"month"}));
  }

  const measures::Report& report_;
  double run_s_, counted_s_;
  std::optional<std::string> broken_;
};

}  // namespace

std::optional<std::string> impossible_figure(const measures::Report& report, sim::Duration run,
                                             sim::Duration counted) {
  return Figures(report, run, counted).impossible();
}

}  // namespace checks
