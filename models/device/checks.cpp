// What contradicts itself in a group of the fleet, or the times of the run.
#include <fmt/format.h>

#include "models/device/resolve.hpp"
#include "sim/settings/text.hpp"

namespace device {
namespace {

using sim::settings::format_duration;
using sim::settings::Origin;
using sim::settings::Step;

// Of the run; and what is worth a warning.
struct Times {
  Duration warmup, duration;
  std::vector<std::string>& warnings;
};

void check_joins(const std::vector<Group>& fleet, std::size_t index, const Times& times,
                 const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "joins"};
  const Group& group = fleet[index];
  if (!group.joins || !origin.good(path)) return;
  if (origin.good({"warmup"}) && group.joins->start < times.warmup)
    origin.error(path, "devices join before the end of the warm-up",
                 fmt::format("write at {} over {}", format_duration(times.warmup),
                             format_duration(group.joins->over)));
  if (!origin.good({"duration"})) return;
  if (group.joins->start >= times.duration)
    origin.error(path, "nobody joins before the end of the run",
                 fmt::format("the duration is {}", format_duration(times.duration)));
  else if (group.joins->over > times.duration - group.joins->start)
    times.warnings.push_back(
        fmt::format("group {}: some devices join only after the end of the run", group.name));
}

void check_leaves(const std::vector<Group>& fleet, std::size_t index, const Times& times,
                  const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "leaves"};
  const Group& group = fleet[index];
  if (!group.leaves || !origin.good(path)) return;
  if (origin.good({"warmup"}) && group.leaves->start < times.warmup)
    origin.error(path, "devices leave before the end of the warm-up",
                 fmt::format("write at {} over {}", format_duration(times.warmup),
                             format_duration(group.leaves->over)));
  if (origin.good({"duration"}) && group.leaves->start >= times.duration)
    origin.error(path, "nobody leaves before the end of the run",
                 fmt::format("the duration is {}", format_duration(times.duration)));
  if (!group.joins || !origin.good({"fleet", index, "joins"})) return;
  // Both go evenly from the first device to the last.
  for (const std::uint32_t i : {0u, group.devices - 1})
    if (group.leaves->of(i, group.devices) <= group.joins->of(i, group.devices))
      return origin.error(path, fmt::format("device {} would leave before it joins", i),
                          fmt::format("it joins at {}", format_duration(group.joins->of(i, group.devices))));
}

void check_load(const std::vector<Group>& fleet, std::size_t index, const Times& times,
                const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "telemetry"};
  if (!origin.good(path)) return;
  const auto at = [&](const std::vector<Step>& rest) {
    std::vector<Step> full = path;
    full.insert(full.end(), rest.begin(), rest.end());
    return full;
  };
  const Telemetry& load = fleet[index].telemetry;
  if (!load.synchronised && load.jitter > Duration{0})
    origin.error(at({"jitter"}), "the messages are spread over the whole period anyway",
                 "remove it, or write phase: synchronised");
  if (load.jitter > load.every)
    origin.error(at({"jitter"}), fmt::format("{} is longer than the period", format_duration(load.jitter)),
                 fmt::format("at most {}", format_duration(load.every)));
  if (!origin.good({"duration"})) return;
  for (std::size_t i = 0; i < load.surges.size(); ++i)
    if (load.surges[i].at >= times.duration)
      origin.error(at({"surges", i, "at"}),
                   fmt::format("{} is not before the end of the run", format_duration(load.surges[i].at)),
                   fmt::format("the duration is {}", format_duration(times.duration)));
}

// A certificate is not renewed; a renewal that is given nevertheless is a mistake.
void check_credentials(const std::vector<Group>& fleet, std::size_t index, const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "client", "renewal"};
  if (fleet[index].credentials != provisioning::Attestation::x509 || !origin.good(path)) return;
  const sim::settings::Node* renewal = sim::settings::value_at(origin.root, path);
  if (renewal && std::get<Duration>(sim::settings::parse_duration(renewal->text)) > Duration{0})
    origin.error(path, "certificates are not renewed", "remove it, or write credentials: sas");
}

// Else a client that neither DPS nor its hub answers would ask them in turn without any time passing.
void check_dps_failure(const std::vector<Group>& fleet, std::size_t index, const Origin& origin) {
  const Behaviour& client = fleet[index].client;
  if (client.on_dps_failure != OnDpsFailure::retry_hub || client.dps.retry) return;
  if (!origin.good({"fleet", index, "client"}) || !origin.good({"fleet", index, "on_dps_failure"})) return;
  std::vector<Step> path{"fleet", index, "on_dps_failure"};
  if (!origin.given(path)) path = {"fleet", index, "client", "on_dps_failure"};
  origin.error(path, "nothing says how long it waits before it tries the hub again",
               "add client: {dps: {retry: {kind: linear, min: 5m, max: 30m}}}");
}

// A hub that hears nothing closes the connection, however long the keep-alive that the client announced.
void check_keep_alive(const Group& group, const Times& times) {
  const Behaviour& client = group.client;
  const Duration patience = hub_patience(client), every = group.telemetry.every;
  const bool seldom =
      longest_between_pings(client.detection) > patience && (every == Duration{0} || every > patience);
  if (seldom)
    times.warnings.push_back(fmt::format(
        "group {}: its clients are disconnected again and again, since the hub closes a connection on "
        "which it hears nothing for {}; let them ping or send more often",
        group.name, format_duration(patience)));
  else if (!speaks_amqp(client) && client.keep_alive > longest_useful_keep_alive)
    times.warnings.push_back(
        fmt::format("group {}: a hub waits {} for a packet, not 1.5 times the keep_alive of {}", group.name,
                    format_duration(longest_silence), format_duration(client.keep_alive)));
}

}  // namespace

void check(const std::vector<Group>& fleet, Duration warmup, Duration duration,
           std::vector<std::string>& warnings, const Origin& origin) {
  const Times times{warmup, duration, warnings};
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    check_joins(fleet, i, times, origin);
    check_leaves(fleet, i, times, origin);
    check_credentials(fleet, i, origin);
    check_dps_failure(fleet, i, origin);
    check_load(fleet, i, times, origin);
    if (origin.good({"fleet", i})) check_keep_alive(fleet[i], times);
  }
}

}  // namespace device
