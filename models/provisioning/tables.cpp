#include "models/provisioning/tables.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "models/catalog.hpp"

namespace provisioning {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;
using sim::Duration;

constexpr auto longest = 24h;
// Polls follow the registrations at ten to one where a scenario does not give them.
constexpr double most_registrations = 1e8, most_polls = 1e9;  // a minute

Value<Allocation> allocation() {
  return choice<Allocation>({{"evenly-weighted", Allocation::evenly_weighted},
                             {"lowest-latency", Allocation::lowest_latency},
                             {"static", Allocation::static_hub},
                             {"least-devices", Allocation::least_devices},
                             {"two-choices", Allocation::two_choices},
                             {"round-robin", Allocation::round_robin}});
}

Value<Reprovisioning> reprovisioning() {
  return choice<Reprovisioning>({{"migrate", Reprovisioning::migrate},
                                 {"reset", Reprovisioning::reset},
                                 {"never", Reprovisioning::never}});
}

// The keys that an enrollment group and the service's default have in common.
Table<Enrollment> policy_table() {
  Table<Enrollment> table("an enrollment group");
  table.field("allocation", &Enrollment::allocation, allocation(), "Which hub a device is given.");
  table.field("reprovisioning", &Enrollment::reprovisioning, reprovisioning(),
              "What happens to a device that registers again: it may move with its data, move and be reset, "
              "or stay.");
  // Left out where it does not apply, so that the resolved scenario reads back.
  Value<std::string> hub_name = name("hub-1");
  hub_name.write = [](const std::string& hub) { return hub.empty() ? Node{} : Node::scalar(hub); };
  table.field("static_hub", &Enrollment::static_hub, hub_name,
              "The hub of allocation: static; the first one unless given.");
  return table;
}

Table<LinkedHub> linked_table() {
  Table<LinkedHub> table("a linked hub such as {hub: hub-1, weight: 2}", "{hub: hub-1, weight: 2}");
  table.field("hub", &LinkedHub::hub, name("hub-1"), "Name of the hub.").required();
  table.field("weight", &LinkedHub::weight, optional(decimal(1, 1000, "1")),
              "Allocation weight; the hub's own unless given.");
  table.field("enabled", &LinkedHub::enabled, boolean(), "Whether the allocation policy uses the hub.");
  return table;
}

Table<Enrollment> enrollment_table() {
  Table<Enrollment> table("an enrollment group such as {name: line-1, allocation: static}", "{name: line-1}");
  table
      .field("name", &Enrollment::name, name("line-1"),
             "Name of the group, for `enrollment` of a fleet group.")
      .required();
  table.include(policy_table(), std::identity{});
  Value<std::vector<LinkedHub>> hubs = list(nested(linked_table()), "a list of linked hubs");
  hubs.write = [write = hubs.write](const std::vector<LinkedHub>& all) {
    return all.empty() ? Node{} : write(all);
  };
  table.field("hubs", &Enrollment::hubs, hubs, "The group's hubs; all hubs of the application unless given.");
  return table;
}

// The default group is written by the keys around the list.
Value<std::vector<Enrollment>> further_enrollments() {
  Value<std::vector<Enrollment>> value = list(nested(enrollment_table()), "a list of enrollment groups");
  return {[read = value.read](Reader& reader, const Node& node, std::vector<Enrollment>& all) {
            std::vector<Enrollment> further;
            const bool good = read(reader, node, further);
            all.resize(1);
            all.insert(all.end(), further.begin(), further.end());
            return good;
          },
          [write = value.write](const std::vector<Enrollment>& all) {
            return all.size() < 2 ? Node{} : write({all.begin() + 1, all.end()});
          },
          value.shape};
}

Table<Probe> probe_table() {
  Table<Probe> table("a probe such as {every: 30s, timeout: 5s, failures: 3}",
                     "{every: 30s, timeout: 5s, failures: 3}");
  table.field("every", &Probe::every, duration(100ms, longest, "30s"), "Time between two probes of a hub.");
  table.field("timeout", &Probe::timeout, duration(1ms, longest, "5s"),
              "A probe without an answer for this long has failed.");
  table.field("failures", &Probe::failures, whole<std::uint32_t>(1, 1000),
              "Failed probes in a row that make a hub a failed one.");
  return table;
}

struct Spread {
  Duration median{0}, p95{0};
};

// A log-normal time: a constant, or {median, p95}.
Value<sim::LogNormal> log_normal() {
  Table<Spread> table("a time such as {median: 300ms, p95: 1500ms}", "{median: 300ms, p95: 1500ms}");
  table.field("median", &Spread::median, duration(0s, longest, "300ms"), "Half of all take less.").required();
  table.field("p95", &Spread::p95, duration(0s, longest, "1500ms"), "19 of 20 take less.").required();
  const Value<Spread> map = nested(table);
  const Value<Duration> constant = duration(0s, longest, "300ms");
  const Value<sim::LogNormal> as_map{[map](Reader& reader, const Node& node, sim::LogNormal& out) {
                                       Spread spread;
                                       if (!map.read(reader, node, spread)) return false;
                                       const Reader::Into into(reader, "p95");
                                       if (spread.p95 < spread.median)
                                         return reader.fail(
                                             *node.find("p95"), "is below the median",
                                             fmt::format("at least {}", format_duration(spread.median)));
                                       if (spread.median == Duration{0} && spread.p95 > Duration{0})
                                         return reader.fail(*node.find("p95"), "is above a median of 0",
                                                            "write 0s, or a median such as 1ms");
                                       out = sim::LogNormal(spread.median, spread.p95);
                                       return true;
                                     },
                                     [map](const sim::LogNormal& time) {
                                       return map.write({time.median(), time.p95()});
                                     },
                                     map.shape};
  const Value<sim::LogNormal> as_text{
      [constant](Reader& reader, const Node& node, sim::LogNormal& out) {
        Duration time{0};
        if (!constant.read(reader, node, time)) return false;
        out = sim::LogNormal(time, time);
        return true;
      },
      [constant](const sim::LogNormal& time) { return constant.write(time.median()); }, constant.shape};
  return either<sim::LogNormal>(as_text, as_map,
                                [](const sim::LogNormal& time) { return time.median() == time.p95(); });
}

Table<Settings> write_retry_table() {
  Table<Settings> table("a map such as {every: 10s, for: 60s}", "{every: 10s, for: 60s}");
  table.field("every", &Settings::write_retry_every, duration(1ms, longest, "10s"),
              "Time between two tries.");
  table.field("for", &Settings::write_retry_for, duration(0s, longest, "60s"),
              "After this the registration fails.");
  table.field("hub", &Settings::write_retry_hub,
              choice<WriteRetryHub>({{"same", WriteRetryHub::same}, {"another", WriteRetryHub::another}}),
              "Where a write that the hub did not answer is tried again: at the same hub, unless it has been "
              "taken out of allocation, or at another that allocation may use.");
  return table;
}

// The keys that the catalog gives as well.
Table<Settings> figures_table() {
  Table<Settings> table("the provisioning service");
  const Value<double> a_minute = decimal(0.001, most_registrations, "200");
  table.field("registrations_per_minute", &Settings::registrations_per_minute, a_minute,
              "Registrations admitted a minute.");
  table.field("polls_per_minute", &Settings::polls_per_minute, decimal(0.001, most_polls, "2000"),
              "Status polls admitted a minute, of all devices together.");
  table.field("burst", &Settings::burst, duration(0s, longest, "1m"),
              "Depth of both limits, as time at their rate.");
  table.field("limiter", &Settings::limiter,
              choice<LimiterKind>(
                  {{"token-bucket", LimiterKind::token_bucket}, {"fixed-window", LimiterKind::fixed_window}}),
              "How both limits count.");
  table.field("retry_after", &Settings::retry_after, duration(1ms, longest, "30s"),
              "Retry-After of an answer 429.");
  table.field("poll_after", &Settings::poll_after, duration(1ms, longest, "3s"),
              "Retry-After of an answer 202.");
  table.field("processing", &Settings::processing, log_normal(),
              "From the registration to the identity write.");
  table.field("write_retry", std::identity{}, nested(write_retry_table()),
              "When the hub throttles the identity write, or does not answer it.");
  table.field("exclude_failed_hubs", &Settings::exclude_failed_hubs, boolean(),
              "Whether a hub that fails its probes is taken out of allocation.");
  table.field("probe", &Settings::probe, nested(probe_table()), "How failed hubs are found.");
  return table;
}

struct Row {
  std::uint32_t year = 0;
  ServiceFigures service;
};

std::vector<Row> read_rows() {
  Table<Row> table("the provisioning service");
  table.field("name", &Row::year, whole<std::uint32_t>(2000, 2100), "Year of the quotas.").required();
  table
      .field(
          "polls_per_registration", [](auto& row) -> auto& { return row.service.polls_per_registration; },
          decimal(0.001, 1000, "10"), "Polls admitted for each registration.")
      .required();
  table.include(
      figures_table(), [](auto& row) -> auto& { return row.service.settings; });
  Row fresh;
  fresh.service.settings.enrollments.push_back({"default", {}, {}, {}, {}});
  return catalog::read("models/provisioning/service.yaml", table, fresh);
}

const std::vector<Row>& all_rows() {
  static const std::vector<Row> all = read_rows();
  return all;
}

}  // namespace

const ServiceFigures& service(std::uint32_t quotas) {
  for (const Row& row : all_rows())
    if (row.year == quotas) return row.service;
  throw std::logic_error("no provisioning service of that year");
}

std::vector<std::uint32_t> years() {
  std::vector<std::uint32_t> all;
  for (const Row& row : all_rows()) all.push_back(row.year);
  return all;
}

Table<Settings> settings_table() {
  Table<Settings> table("a service such as {registrations_per_minute: 200}",
                        "{registrations_per_minute: 200}");
  table.include(figures_table(), std::identity{});
  table.include(
      policy_table(), [](auto& settings) -> auto& { return settings.enrollments.at(0); });
  table.field("enrollments", &Settings::enrollments, further_enrollments(), "Further enrollment groups.");
  return table;
}

}  // namespace provisioning
