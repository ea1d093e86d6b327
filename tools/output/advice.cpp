#include "tools/output/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/hub/tables.hpp"
#include "tools/output/recovery_text.hpp"
#include "tools/output/storm_text.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

constexpr double dominant = 0.5;
constexpr int calmer = 4;  // times as long a wait, against a storm

// The group of which most devices were affected: the one to change.
std::size_t worst_group(const View& view, const std::string& fault) {
  std::size_t worst = 0;
  double most = 0;
  for (std::size_t i = 0; i < view.scenario.fleet.size(); ++i) {
    const double affected =
        view.amount("recovery." + fault + ".group." + view.scenario.fleet[i].name + ".affected");
    if (affected > most) worst = i, most = affected;
  }
  return worst;
}

// A duration as scenarios are written, without blanks: 7m30s, 250ms.
std::string written(sim::Duration d) {
  const std::int64_t us = d.count();
  if (us == 0) return "0s";
  if (us % 1'000'000 != 0) return fmt::format("{}ms", std::max<std::int64_t>(1, us / 1000));
  const std::int64_t s = us / 1'000'000;
  if (s % 60 != 0) return fmt::format("{}s", s);
  return s % 3600 == 0 ? fmt::format("{}h", s / 3600) : fmt::format("{}m", s / 60);
}

bool equal_hubs(const std::vector<hub::Settings>& hubs) {
  return std::none_of(hubs.begin(), hubs.end(), [&](const hub::Settings& hub) {
    return hub.edition != hubs[0].edition || hub.units != hubs[0].units || hub.weight != hubs[0].weight;
  });
}

std::string hubs_map(const hub::Settings& hub, std::size_t count, std::uint32_t units,
                     const std::string& more = "") {
  return fmt::format("application.hubs={{count: {}, edition: {}, units: {}{}}}", count,
                     hub::edition_name(hub.edition), units, more);
}

// Equal hubs as one map; hubs that differ are given as a list, of which the fullest is changed.
std::string hubs_setting(const View& view, std::size_t count, std::uint32_t times_units) {
  const std::vector<hub::Settings>& hubs = view.scenario.hubs;
  if (equal_hubs(hubs)) return hubs_map(hubs[0], count, times_units * hubs[0].units);
  const auto queue = [&](const hub::Settings& hub) { return view.amount("hub." + hub.name + ".queue_peak"); };
  const auto fullest =
      std::max_element(hubs.begin(), hubs.end(),
                       [&](const hub::Settings& x, const hub::Settings& y) { return queue(x) < queue(y); });
  return fmt::format("application.hubs[{}].units={}", fullest - hubs.begin(), 2 * fullest->units);
}

Advice more_units(const View& view, const std::string& why) {
  const hub::Settings& hub = view.scenario.hubs.front();
  const auto edition = view.scenario.editions.find(hub.edition);
  const bool full = edition != view.scenario.editions.end() && 2 * hub.units > edition->second.units_max;
  const std::size_t count = view.scenario.hubs.size();
  if (full) return {why + " More hubs would share the load.", hubs_setting(view, 2 * count, 1)};
  return {why + " More units would bear more.", hubs_setting(view, count, 2)};
}

// A key of the group's client, whether the scenario names a client or describes one.
std::string client_setting(const device::Group& group, std::size_t index, const char* part,
                           const std::string& key, sim::Duration value) {
  if (group.client.name == "custom")
    return fmt::format("fleet[{}].client.{}.{}={}", index, part, key, written(value));
  return fmt::format("fleet[{}].client={{base: {}, {}: {{{}: {}}}}}", index, group.client.name, part, key,
                     written(value));
}

Advice against_detection(const device::Group& group, std::size_t index) {
  const std::string why = fmt::format(
      "Most of the time {} does not notice that the connection is dead; a shorter ping period would.",
      group.name);
  if (group.client.detection.ping_every.count() == 0) return {why, ""};
  return {why,
          client_setting(group, index, "detection", "ping_every", group.client.detection.ping_every / 2)};
}

Advice against_sticking(const View& view, const device::Group& group, std::size_t index) {
  const std::string why = fmt::format(
      "Most of the time {} waits for its own hub though others would take it; ask DPS again sooner.",
      group.name);
  using Kind = device::ReturnRule::Kind;
  const device::ReturnRule& rule = group.client.return_to_dps;
  if (rule.kind == Kind::after_failures && rule.failures > 1)
    return {why, fmt::format("fleet[{}].return_to_dps=after {} failures", index, rule.failures / 2)};
  if (rule.kind == Kind::after_time)
    return {why, fmt::format("fleet[{}].return_to_dps=after {}", index, written(rule.from / 2))};
  if (rule.kind == Kind::never) return {why, fmt::format("fleet[{}].return_to_dps=after 15m", index)};
  if (!view.scenario.provisioning.exclude_failed_hubs) return {why, "provisioning.exclude_failed_hubs=true"};
  return {why,
          fmt::format("provisioning.probe.every={}", written(view.scenario.provisioning.probe.every / 2))};
}

// DPS itself sends devices to the hub that is down.
Advice against_being_assigned_in_vain(const View& view) {
  const provisioning::Settings& dps = view.scenario.provisioning;
  const std::string why =
      "Most of the time DPS goes on choosing a hub that is down, which it does until the prober has taken "
      "that "
      "out of allocation";
  if (!dps.exclude_failed_hubs) return {why + ".", "provisioning.exclude_failed_hubs=true"};
  constexpr int sooner = 5;
  const sim::Duration every = std::max(dps.probe.every / sooner, dps.probe.timeout + std::chrono::seconds{1});
  if (every >= dps.probe.every) return {why + "; fewer failed probes would do it sooner.", ""};
  return {why + "; probing more often would do it sooner.",
          fmt::format("provisioning.probe.every={}", written(every))};
}

bool on_the_way(const faults::Fault& fault) {
  return fault.target == faults::Target::link || fault.target == faults::Target::access;
}

// DPS knows nothing of the network of a device: it assigns the hub that cannot be reached.
Advice against_being_sent_back(const device::Group& group) {
  return {
      fmt::format("Most of the time {} waits for a hub that it cannot reach though it reaches others; DPS "
                  "does not know that, and would send it back there.",
                  group.name),
      ""};
}

// Devices that gave up wait for nothing any more.
Advice against_giving_up(const device::Group& group, std::size_t index) {
  const std::string why =
      fmt::format("Most of the time is that of devices of {} that gave up for good", group.name);
  if (group.never_recovers > 0) return {why + ": they need a power cycle (never_recovers).", ""};
  if (group.client.retry.limit.count() > 0)
    return {why + " when their operation limit was over; an application would start them again.",
            client_setting(group, index, "retry", "limit", sim::Duration{0})};
  return {why + ", by the rules of their client.", ""};
}

Advice against_a_lost_region(const View& view, const faults::Fault& fault) {
  const std::string& elsewhere = view.scenario.recovery_region;
  if (!view.metric("region." + fault.name + ".rpo").value)
    return {
        "Most of the time what the devices ask is in the region that is lost; hubs in another region, or a "
        "failover to it, would take them.",
        ""};
  if (view.scenario.failover.stands_by())
    return {
        "Most of the time the devices wait for the failover; it can only be noticed and decided sooner "
        "(failover.detection, failover.decision).",
        ""};
  return {
      fmt::format("Most of the time the devices wait for the failover; hubs that stand by in {} would be "
                  "there sooner (failover.standby: warm or active), and cost what they cost all the time.",
                  elsewhere),
      ""};
}

// Nothing of the application brings a network, a zone or a region back, or makes DPS serve.
Advice against_dead_service_elsewhere(const View& view, const faults::Fault& fault,
                                      const device::Group& group, std::size_t index) {
  if (on_the_way(fault))
    return {
        "Most of the time the devices are cut off from what they ask; nothing of the application shortens "
        "that, buffers bridge it.",
        ""};
  if (fault.target == faults::Target::zone)
    return {
        "Most of the time what the devices ask is in the zone that is lost; a region whose services span "
        "zones would keep it.",
        ""};
  if (fault.target == faults::Target::region) return against_a_lost_region(view, fault);
  const std::string why = "Most of the time DPS does not serve those who ask it";
  const device::OnDpsFailure then = group.client.on_dps_failure;
  if (then == device::OnDpsFailure::cached_hub || then == device::OnDpsFailure::retry_hub)
    return {why + "; who needs no new hub should not ask.", ""};
  return {why + "; who tries the hub that it knows in between does not depend on it.",
          fmt::format("fleet[{}].on_dps_failure=cached hub", index)};
}

Advice against_dead_service(const View& view, const faults::Fault& fault, const device::Group& group,
                            std::size_t index) {
  if (fault.target != faults::Target::hub) return against_dead_service_elsewhere(view, fault, group, index);
  const std::string why = "Most of the time what the devices ask does not serve";
  if (!view.scenario.provisioning.exclude_failed_hubs)
    return {why + ": DPS keeps sending them to the failed hub.", "provisioning.exclude_failed_hubs=true"};
  return {why + "; more hubs would leave fewer devices on each.",
          hubs_setting(view, 2 * view.scenario.hubs.size(), 1)};
}

Advice against_throttled_dps(const View& view) {
  const double registry = view.amount("hub.identity_throttled");
  const double registrations = view.amount("dps.throttled");
  const double polls = view.amount("dps.polls_throttled");
  const std::string why = "Most of the time devices wait because ";
  const provisioning::Settings& dps = view.scenario.provisioning;
  if (registry > registrations && registry > polls)
    return more_units(view, why + "the hubs' identity registries are throttled.");
  if (polls > registrations)
    return {why + "DPS throttles their status polls.",
            fmt::format("provisioning.polls_per_minute={:g}", 2 * dps.polls_per_minute)};
  return {why + "DPS throttles their registrations.",
          fmt::format("provisioning.registrations_per_minute={:g}", 2 * dps.registrations_per_minute)};
}

Advice against_slow_dps(const View& view) {
  const std::string why =
      "Most of the time devices wait for DPS to assign a hub, or to ask it again whether it has.";
  return {why, fmt::format("provisioning.poll_after={}", written(view.scenario.provisioning.poll_after / 2))};
}

Advice against_backoff(const device::Group& group, std::size_t index) {
  const std::string why = fmt::format(
      "Most of the time {} waits by its own plan while the service is there; a shorter longest wait would "
      "help, if hubs "
      "and DPS bear it.",
      group.name);
  const device::Retry& retry = group.client.retry;
  const bool capped = retry.max.count() > 0;
  return {why, client_setting(group, index, "retry", capped ? "max" : "min",
                              (capped ? retry.max : retry.min) / 2)};
}

// What keeps a storm going is work for clients that have given up, or more retries than can be served.
Advice against_storm(const View& view, const device::Group& group, std::size_t index) {
  const std::vector<hub::Settings>& hubs = view.scenario.hubs;
  const auto serves = [](const hub::Settings& hub) { return hub.connects.serve_abandoned; };
  if (const auto hub = std::find_if(hubs.begin(), hubs.end(), serves); hub != hubs.end()) {
    const hub::Shaping& shaping = hub->connects;
    const std::string skipping =
        fmt::format("connects: {{burst: {}, queue: {}, expiry: {}, abandoned: skipped}}",
                    written(shaping.burst), written(shaping.queue), written(shaping.expiry));
    std::string setting =
        equal_hubs(hubs) ? hubs_map(*hub, hubs.size(), hub->units, ", " + skipping)
                         : fmt::format("application.hubs[{}].connects.abandoned=skipped", hub - hubs.begin());
    return {
        "A hub that serves requests of clients that have given up keeps the storm going; it would end if "
        "they "
        "left the queue.",
        std::move(setting)};
  }
  const device::Retry& retry = group.client.retry;
  const std::string why = fmt::format(
      "Retries of {} keep the storm going; longer waits between them would let it end.", group.name);
  if (retry.kind == device::RetryKind::none) return {why, ""};
  const bool capped = retry.kind != device::RetryKind::fixed && retry.max.count() > 0;
  return {why, client_setting(group, index, "retry", capped ? "max" : "min",
                              calmer * (capped ? retry.max : retry.min))};
}

}  // namespace

std::optional<Advice> advice(const View& view, const faults::Fault& fault) {
  const std::vector<WaitShare> shares = wait_shares(view, fault.name);
  const bool throttled = !shares.empty() && shares.front().part == "dps_throttle";
  if (stormed(view, fault.name) && !throttled) {
    const std::size_t group = worst_group(view, fault.name);
    return against_storm(view, view.scenario.fleet.at(group), group);
  }
  if (shares.empty() || shares.front().share < dominant) return std::nullopt;
  const std::size_t index = worst_group(view, fault.name);
  const device::Group& group = view.scenario.fleet.at(index);
  const std::string& part = shares.front().part;
  if (part == "detection") return against_detection(group, index);
  const std::string unrecovered = "recovery." + fault.name + ".unrecovered";
  if (part == "stuck" && 2 * std::min(view.amount("devices.lost"), view.amount(unrecovered)) >
                             view.amount("recovery." + fault.name + ".affected"))
    return against_giving_up(group, index);
  if (part == "stuck" && on_the_way(fault)) return against_being_sent_back(group);
  const double at_dps = view.amount("recovery." + fault.name + ".stuck_at_dps");
  if (part == "stuck" && 2 * at_dps > shares.front().seconds) return against_being_assigned_in_vain(view);
  if (part == "stuck") return against_sticking(view, group, index);
  if (part == "service_down") return against_dead_service(view, fault, group, index);
  if (part == "hub_queue")
    return more_units(view, "Most of the time devices wait in the hubs' connect queues.");
  if (part == "dps_throttle") return against_throttled_dps(view);
  if (part == "dps_processing") return against_slow_dps(view);
  if (part == "backoff") return against_backoff(group, index);
  if (part == "no_power")
    return Advice{"Most of the time the devices have no power; a battery would bridge it.", ""};
  if (part == "boot") return Advice{"Most of the time the devices boot.", ""};
  return Advice{
      "Most of the time goes to the network between devices and services: their region and access decide.",
      ""};
}

}  // namespace output
