#include "tests/support/judged.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <optional>

#include "models/application/simulate.hpp"
#include "models/measures/report_codec.hpp"
#include "sim/child.hpp"

namespace support {

namespace {

constexpr rlim_t most_cpu_s = 20;

void limit() {
  const rlimit time{most_cpu_s, most_cpu_s + 1}, nothing{0, 0};
  setrlimit(RLIMIT_CPU, &time);
  setrlimit(RLIMIT_CORE, &nothing);
#ifndef HUBSTORM_SANITIZE  // which reserves far more than it uses
  const rlimit memory{2'000'000'000, 2'000'000'000};
  setrlimit(RLIMIT_AS, &memory);
#endif
}

// The report without what differs between equal runs.
std::string plain(measures::Report report) {
  report.device_events = 0;
  report.parked_attempts = 0;
  report.simulation_s = 0;
  return measures::encode(report);
}

sim::ChildResult simulated(const application::Scenario& scenario, const application::RunOptions& how) {
  return sim::in_child([&] {
    limit();
    return plain(application::simulate(scenario, 0, how));
  });
}

// The first metric in which two reports differ.
std::string difference(const std::string& a, const std::string& b) {
  const measures::Report one = measures::decode_report(a), other = measures::decode_report(b);
  const auto text = [](const std::optional<double>& v) { return v ? fmt::format("{}", *v) : "nothing"; };
  for (const auto& [metric, value] : one.values) {
    const auto found = other.values.find(metric);
    if (found == other.values.end()) return metric + " is there only once";
    if (!(found->second == value))
      return fmt::format("{} is {} or {}", metric, text(value.value), text(found->second.value));
  }
  return "something that is no metric";
}

// What the child said last.
std::string last_words(const sim::ChildResult& child) {
  std::string text = child.error;
  while (text.ends_with('\n')) text.pop_back();
  const std::size_t line = text.rfind('\n');
  return fmt::format("exit {}: {}", child.exit_code,
                     (line == std::string::npos ? text : text.substr(line + 1)).substr(0, 300));
}

}  // namespace

Outcome judged(const application::Scenario& scenario, bool parking) {
  application::RunOptions how;
  const sim::ChildResult fleet = simulated(scenario, how);
  how.carrier = application::CarrierKind::actor;
  how.parking = parking;
  const sim::ChildResult actor = simulated(scenario, how);
  Outcome outcome{
      {}, std::max(fleet.cpu_s, actor.cpu_s), std::max(fleet.peak_rss_bytes, actor.peak_rss_bytes)};
  if (!fleet.ok)
    outcome.fault = "carrier fleet: " + last_words(fleet);
  else if (!actor.ok)
    outcome.fault = "carrier actor: " + last_words(actor);
  else if (fleet.output != actor.output)
    outcome.fault = "the carriers differ: " + difference(fleet.output, actor.output);
  return outcome;
}

}  // namespace support
