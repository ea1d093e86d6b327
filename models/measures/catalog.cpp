#include "models/measures/catalog.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <set>
#include <tuple>

#include "models/exports/counters.hpp"
#include "models/hub/counters.hpp"
#include "models/provisioning/counters.hpp"

namespace measures {
namespace {

using enum Direction;

// The metrics that the table of T makes of its counters: their formulas begin with `what` and end with
// `where`.
template <class T>
void add_counted(std::vector<MetricKind>& kinds, const std::string& prefix, const std::string& what = "",
                 const std::string& where = "") {
  for (const counters::Row<T>& row : T::rows())
    if (*row.name != 0)
      kinds.push_back({prefix + row.name, row.unit, row.direction, what + row.formula + where});
}

struct NamedWait {
  const char* name;
  const char* formula;
};

constexpr NamedWait parts[] = {
    {"detection", "mean time in which the dead connection is not noticed yet"},
    {"stuck",
     "mean time in which the hub that the device asks, or that DPS goes on choosing for it, is down while "
     "DPS "
     "and another allowed hub serve"},
    {"service_down", "mean time in which the target of the next request does not serve"},
    {"network", "mean time a request or answer is on the wire"},
    {"hub_queue", "mean time a connect is held by a hub's traffic shaping"},
    {"dps_throttle",
     "mean time of waiting because DPS said 429, polls and the hub's registry throttle included"},
    {"dps_processing", "mean time from the 202 to the assignment being read, polls included"},
    {"backoff", "mean time of waits the client planned while its target serves"},
    {"no_power", "mean time without power"},
    {"boot", "mean time from power, or from a restart, until the device's program runs"},
};

std::string quantile_formula(const char* share, const char* what) {
  return std::string("nearest-rank quantile ") + share + " of the " + what +
         " of all its episodes, those never back counting as infinite";
}

// Quantiles of a time of which some devices are not seen the end.
void add_ranks(std::vector<MetricKind>& kinds, const std::string& prefix, const std::string& what,
               const std::string& aside) {
  for (const auto& [name, share] : {std::pair{"p50", "0.50"}, {"p99", "0.99"}})
    kinds.push_back({prefix + name, "s", lower,
                     std::string("nearest-rank quantile ") + share + " of the " + what + "; " + aside});
  kinds.push_back({prefix + "max", "s", lower, "longest " + what});
}

void add_times(std::vector<MetricKind>& kinds, const std::string& prefix, const char* what) {
  kinds.push_back({prefix + "first", "s", lower, std::string("shortest ") + what + " of an episode"});
  kinds.push_back({prefix + "p10", "s", lower, quantile_formula("0.10", what)});
  kinds.push_back({prefix + "p25", "s", lower, quantile_formula("0.25", what)});
  kinds.push_back({prefix + "p50", "s", lower, quantile_formula("0.50", what)});
  kinds.push_back({prefix + "p90", "s", lower, quantile_formula("0.90", what)});
  kinds.push_back({prefix + "p95", "s", lower, quantile_formula("0.95", what)});
  kinds.push_back({prefix + "p99", "s", lower, quantile_formula("0.99", what)});
  kinds.push_back({prefix + "max", "s", lower,
                   std::string("longest ") + what + " of an episode, those never back counting as infinite"});
  kinds.push_back({prefix + "mean", "s", lower,
                   std::string("mean over all its episodes of the ") + what +
                       ", cut off at the end of the run: a lower bound when any is not back"});
}

void add_episodes(std::vector<MetricKind>& kinds, const std::string& prefix) {
  kinds.push_back(
      {prefix + "affected", "devices", lower, "devices that have a recovery episode of this fault"});
  kinds.push_back(
      {prefix + "episodes", "episodes", lower,
       "recovery episodes that this fault owns: a device that loses service to it again has another"});
  kinds.push_back(
      {prefix + "unrecovered", "devices", lower, "affected devices that are not back at the end of the run"});
  kinds.push_back({prefix + "prolonged", "episodes", lower,
                   "episodes of an earlier fault in which an attempt failed on this one"});
  kinds.push_back({prefix + "relapses", "episodes", lower,
                   "episodes after which the connection was lost again within 60 s of the return"});
  kinds.push_back({prefix + "attempts", "attempts", lower,
                   "mean over the episodes that ended of the device's attempts to connect to a hub, from "
                   "the loss to the one that succeeded"});
  add_times(kinds, prefix, "time from the start of the fault to the return");
  add_times(kinds, prefix + "outage.", "time from the device's own loss to the return");
  add_ranks(kinds, prefix + "ready.",
            "time from the start of the fault until an affected device is back and has done what it does "
            "with its twin after a connect",
            "those that lost the connection again before that are left out");
  add_ranks(kinds, prefix + "lasting.",
            "time from the start of the fault to the return after which an affected device kept its "
            "connection for 60 s",
            "those without such a return count as infinite");
  kinds.push_back({prefix + "within.<time>", "1", higher,
                   "share of the episodes that ended within this time of the start of the fault"});
}

void add_recovery(std::vector<MetricKind>& kinds) {
  add_episodes(kinds, "recovery.<fault>.");
  kinds.push_back({"recovery.<fault>.collateral", "devices", lower,
                   "devices without an episode of the fault that lost service before its last return, "
                   "without its target on "
                   "their path"});
  kinds.push_back({"recovery.<fault>.incidents", "incidents", neutral,
                   "times it happened in the run: one, or by chance any number, of each target for itself"});
  kinds.push_back({"recovery.<fault>.downtime", "s", neutral,
                   "lengths of its incidents, up to the end of the run, added up"});
  kinds.push_back(
      {"recovery.<fault>.pooled_p99", "s", lower,
       "nearest-rank quantile 0.99 of the time from the start of the fault to the return, over the affected "
       "devices of all replications together, from a histogram with a relative error below 0.06 %"});
  for (const NamedWait& part : parts)
    kinds.push_back({std::string("recovery.<fault>.wait.") + part.name, "s", lower,
                     std::string(part.formula) + ", over all episodes; the parts add up to outage.mean"});
  kinds.push_back(
      {"recovery.<fault>.stuck_at_dps", "s", lower,
       "the part of wait.stuck in which DPS goes on choosing a hub that is down, over all episodes"});
  add_episodes(kinds, "recovery.<fault>.group.<group>.");
}

void add_allocation(std::vector<MetricKind>& kinds) {
  const struct {
    const char* name;
    const char* counted;
  } sets[] = {{"provisioned", "devices by DPS record"}, {"connected", "live connections"}};
  for (const auto& set : sets) {
    const std::string prefix = std::string("allocation.") + set.name + ".";
    const std::string of = std::string(" of ") + set.counted + " a hub over allocation weight, at the end";
    const std::string all = of + ", hubs that exist though allocation may not use them included";
    const std::tuple<const char*, Direction, const char*> ratios[] = {
        {"jain", higher, "Jain's fairness index, (sum x)^2 / (n sum x^2),"},
        {"max_to_mean", lower, "largest over mean"},
        {"cv", lower, "population standard deviation over mean"}};
    for (const auto& [ratio, better, what] : ratios)
      kinds.push_back({prefix + ratio, "1", better, what + of, prefix + "all_hubs." + ratio});
    for (const auto& [ratio, better, what] : ratios)
      kinds.push_back({prefix + "all_hubs." + ratio, "1", better, what + all});
    kinds.push_back({prefix + "min", "devices", higher, "smallest" + of});
    kinds.push_back({prefix + "max", "devices", lower, "largest" + of});
    kinds.push_back({std::string("allocation.hub.<hub>.") + set.name, "devices", neutral,
                     std::string(set.counted) + " on this hub at the end"});
  }
  kinds.push_back(
      {"allocation.connected.max_to_mean.peak", "1", lower,
       "largest allocation.connected.max_to_mean after the warm-up, while a tenth of the devices, "
       "and ten a hub, are connected"});
  kinds.push_back(
      {"allocation.left_out.hubs", "hubs", lower,
       "hubs that exist and that allocation may not use, at the end: balance has a figure without "
       "them and one with them (all_hubs)"});
  kinds.push_back({"allocation.left_out.devices", "devices", lower, "devices by DPS record on these hubs"});
}

void add_hub(std::vector<MetricKind>& kinds, const std::string& prefix, const std::string& where) {
  add_counted<hub::Counters>(kinds, prefix, "", where);
  kinds.push_back({prefix + "peak_connect_rate", "1/s", lower,
                   "largest number of CONNECTs that arrived in an aligned second" + where});
}

void add_services(std::vector<MetricKind>& kinds) {
  add_counted<provisioning::Counters>(kinds, "dps.");
  add_hub(kinds, "hub.", ", all hubs together");
  add_hub(kinds, "hub.<hub>.", " at this hub");
  kinds.push_back({"hub.half_open", "connections", lower,
                   "connections that a cut network carries no longer, or whose device has no power, while "
                   "their hub serves and counts them"});
  kinds.push_back({"hub.half_open_closed", "connections", neutral,
                   "those of them that the hub closed after 1.5 times the keep-alive without a packet"});
  kinds.push_back(
      {"hub.half_open_time", "s", lower, "mean time for which a hub took such a device for connected"});
  kinds.push_back(
      {"hub.<hub>.queue_peak", "operations", lower, "most CONNECTs waiting at this hub at one time"});
  add_counted<hub::MessageCounters>(kinds, "hub.<hub>.");
}

std::string delay_formula(const char* share) {
  return std::string("nearest-rank quantile ") + share +
         " of the time from generation to acceptance by a hub, travel apart, by message";
}

void add_telemetry(std::vector<MetricKind>& kinds) {
  kinds.push_back({"telemetry.generated", "messages", neutral,
                   "messages that arose, from each device's period and phase"});
  kinds.push_back({"telemetry.delivered", "messages", higher, "messages that a hub accepted"});
  kinds.push_back({"telemetry.lost", "messages", lower,
                   "messages dropped because the device's buffer was full, oldest first"});
  kinds.push_back({"telemetry.carried_in", "messages", neutral,
                   "messages stored on devices or in flight at the end of the warm-up: generated + "
                   "carried_in = delivered + "
                   "lost + buffered + in_flight"});
  kinds.push_back({"telemetry.buffered", "messages", lower,
                   "messages still stored on devices at the end, those included that are being sent after "
                   "having been kept"});
  kinds.push_back(
      {"telemetry.in_flight", "messages", lower, "messages at the end that wait in a hub's throttle"});
  kinds.push_back({"telemetry.refused", "messages", lower,
                   "messages that a hub's throttle refused; the device keeps them and is disconnected"});
  kinds.push_back({"telemetry.throttled_share", "1", lower,
                   "(delayed + refused) / offered, by the throttles of all hubs"});
  kinds.push_back({"telemetry.quota_blocked", "s", lower, "hub-seconds without daily quota"});
  kinds.push_back({"telemetry.delay.p50", "s", lower, delay_formula("0.50")});
  kinds.push_back({"telemetry.delay.p99", "s", lower, delay_formula("0.99")});
  kinds.push_back({"telemetry.delay.max", "s", lower,
                   "longest time from generation to acceptance by a hub, travel apart"});
}

void add_scaling(std::vector<MetricKind>& kinds) {
  const auto add = [&](const char* name, const char* unit, Direction direction, const char* formula) {
    kinds.push_back({name, unit, direction, formula});
  };
  add("scaling.up", "operations", neutral, "times a hub was made larger");
  add("scaling.down", "operations", neutral, "times a hub was made smaller");
  add("scaling.out", "operations", neutral, "hubs that were added");
  add("scaling.in", "operations", neutral, "hubs that were deleted");
  add("scaling.oscillations", "operations", lower,
      "changes of a hub, or of the number of hubs, that undo the one before within scaling.oscillation");
  add("hubs.availability", "1", higher,
      "time in which hubs serve new connections, by the share of their capacity that they have, over time in "
      "which they exist, all hubs together");
  add("hub.<hub>.availability", "1", higher, "the same of this hub");
  add("hubs.count", "hubs", neutral, "hubs at the end");
  add("hubs.peak", "hubs", neutral, "most hubs at one time");
  add("units.count", "units", neutral, "units of all hubs at the end");
  add("units.peak", "units", neutral, "most units of all hubs at one time");
  add("cost.hubs", "USD", lower, "units by the hour, a month being 730 hours, as if built by oneself");
  add("cost.dps", "USD", lower, "registrations that ended in an assignment, each an operation");
  add("cost.exports", "USD", lower, "all destinations");
  add("cost.total", "USD", lower, "cost.hubs + cost.dps + cost.exports");
  add("cost.plan", "USD", lower,
      "devices and messages beyond the allowance under the cheapest plan of IoT Central, for the simulated "
      "part of a month");
  add("cost.month", "USD", lower,
      "cost.month.hubs + cost.month.dps + cost.month.exports: a month of 730 hours that goes as the run did "
      "before "
      "the first fault or action");
  add("cost.month.hubs", "USD", lower, "the mean units of hubs in that time, for a month");
  add("cost.month.dps", "USD", lower,
      "the registrations in that time but those of devices that joined, as many as in a month");
  add("cost.month.exports", "USD", lower,
      "all destinations, with the units and at the rates of that time; what a month adds to an account is "
      "there for "
      "half of it");
  add("cost.month.plan", "USD", lower,
      "a month of all devices under the cheapest plan of IoT Central, with the messages that they are to "
      "send");
}

void add_requests(std::vector<MetricKind>& kinds, const std::string& prefix, const std::string& what) {
  add_counted<hub::RequestCounters>(kinds, prefix, what);
  kinds.push_back({prefix + "throttled_share", "1", lower,
                   "(delayed + refused) / sent of the " + what + ", by the throttles of all hubs"});
}

void add_region(std::vector<MetricKind>& kinds) {
  const auto add = [&](const char* name, const char* unit, const char* formula) {
    kinds.push_back({std::string("region.<fault>.") + name, unit, lower, formula});
  };
  add("detected", "s", "from the loss of the application's region to the alarm");
  add("decided", "s", "from the loss to the order to fail over");
  add("dps_back", "s", "from the loss until DPS has failed over");
  add("hubs_back", "s", "from the loss until every hub has been replaced, or has failed over");
  add("service_rto", "s",
      "from the loss to the first instant at which DPS and a hub that it may give both serve");
  add("rpo", "s", "age of the copy of registry and twins that the application goes on with");
  add("twins_lost", "devices", "devices of whose twin or registration the copy lacks the latest change");
  add("unread_lost", "messages", "messages in the lost hubs that nobody had read");
}

void add_storm(std::vector<MetricKind>& kinds) {
  const auto add = [&](const char* name, const char* unit, Direction direction, const char* formula) {
    kinds.push_back({std::string("storm.<fault>.") + name, unit, direction, formula});
  };
  add("detected", "1", lower,
      "1 if 10 min after the end of the fault less than half of the goodput is back and at least half of the "
      "attempts since then are retries, else 0");
  add("goodput", "1", higher,
      "10 min after the end of the fault, the lesser of two: the share of the devices that want service that "
      "have it, over what it was at the start of the fault; the share of those that lost it since that have "
      "it");
  add("retry_share", "1", lower,
      "attempts that are not the device's first since it lost service, of those that begin within 10 min of "
      "the end of the fault, at hubs or at DPS, whichever sees more");
  add("goodput_back_after", "s", lower,
      "from the end of the fault until half of the goodput is back, at the last time that it falls below "
      "half "
      "within 10 min; 0 if it is not below after the end");
}

void add_exports(std::vector<MetricKind>& kinds) {
  const auto add = [&](const char* name, const char* unit, Direction direction, const char* formula) {
    kinds.push_back({std::string("export.<export>.<destination>.") + name, unit, direction, formula});
  };
  add_counted<exports::DeliveryCounters>(kinds, "export.<export>.<destination>.");
  add("carried_in", "messages", neutral,
      "messages that waited for this destination at the end of the warm-up");
  add("backlog", "messages", lower, "messages that wait for the destination at the end");
  add("backlog_peak", "messages", lower, "most messages that waited at one time");
  add("failures", "operations", lower, "times the destination was failed because the window was over");
  add("failed_after", "s", higher,
      "from the start of a fault of the destination until it was failed, the shortest of several; unknown "
      "where it never was");
  add("failed_for", "s", lower, "time in which the destination was failed");
  add("behind_for", "s", lower, "time in which messages waited though attempts were made");
  add("caught_up_after", "s", lower,
      "from the end of a fault of the destination until nothing waits any more, the longest of several");
  add("delay.p50", "s", lower,
      "nearest-rank quantile 0.50 of the time from a hub to the destination, by message");
  add("delay.p99", "s", lower,
      "nearest-rank quantile 0.99 of the time from a hub to the destination, by message");
  add("delay.max", "s", lower, "longest time from a hub to the destination");
}

void add_destinations(std::vector<MetricKind>& kinds) {
  const auto add = [&](const char* name, const char* unit, Direction direction, const char* formula) {
    kinds.push_back({std::string("destination.<destination>.") + name, unit, direction, formula});
  };
  add_counted<exports::SinkCounters>(kinds, "destination.<destination>.");
  add("units.count", "units", neutral, "units at the end; 0 where it has none");
  add("units.peak", "units", neutral, "most units at one time");
  add("cost", "USD", lower,
      "units by the hour, messages, files and storage, at list prices; its part of what is billed together");
  add("arrival.mean", "1/s", neutral,
      "messages of all exports for it that passed their filters, over the time");
  add("arrival.peak", "1/s", neutral,
      "most messages that came in for it a second, over a batch of each export, backlog apart");
  add("takes", "1/s", neutral,
      "messages of the size it gets that its limits let in, with the units at the end");
  add("consumer.lag", "messages", lower, "messages that the consumer has not read at the end");
  add("consumer.lag_peak", "messages", lower, "most messages that it had not read at one time");
}

std::vector<MetricKind> build_catalog() {
  std::vector<MetricKind> kinds{
      {"devices.total", "devices", neutral,
       "devices of all groups, whether they have joined yet, are there or have left"},
      {"devices.connected", "devices", higher, "devices with a live connection at the end"},
      {"devices.lost", "devices", lower, "devices that gave up for good by their own rules"},
      {"devices.left", "devices", neutral, "devices that have left the application by the end"},
      {"devices.blocked", "devices", lower, "devices that an operator has blocked, at the end"},
      {"devices.waiting_for_approval", "devices", lower,
       "devices that have asked DPS and that no operator has approved by the end"},
      {"devices.edge_total", "devices", neutral, "IoT Edge devices, which never move to another hub"},
      {"devices.edge_connected", "devices", higher, "IoT Edge devices with a live connection at the end"},
      {"devices.stuck", "devices", lower,
       "devices at the end that ask a hub which is down, or gone, or has disabled their identity, while DPS "
       "and "
       "another allowed hub serve"},
      {"devices.stuck_moved", "devices", lower,
       "those of them whose hub serves, and has disabled their identity: they were moved away from it"},
      {"devices.stuck_gone", "devices", lower, "those of them whose hub exists no longer"},
      {"availability", "1", higher, "time-weighted share of devices connected, of those that want to be"},
  };
  add_recovery(kinds);
  add_storm(kinds);
  add_region(kinds);
  add_allocation(kinds);
  add_services(kinds);
  add_telemetry(kinds);
  add_requests(kinds, "properties.", "property updates");
  add_requests(kinds, "commands.", "commands");
  add_requests(kinds, "twin_reads.", "twin reads");
  add_exports(kinds);
  add_destinations(kinds);
  add_scaling(kinds);
  return kinds;
}

}  // namespace

const std::vector<MetricKind>& metric_catalog() {
  static const std::vector<MetricKind> catalog = build_catalog();
  return catalog;
}

const std::vector<std::string>& wait_parts() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const NamedWait& part : parts) all.emplace_back(part.name);
    return all;
  }();
  return names;
}

}  // namespace measures
