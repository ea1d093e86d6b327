// The rows of the table: how each kind of target is written, found and called.
#include "models/faults/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "models/faults/states.hpp"
#include "models/hub/names.hpp"
#include "models/network/tables.hpp"
#include "sim/settings/text.hpp"

namespace faults {
namespace {

using namespace sim::settings;
using enum hub::Mode;

using Keys = Table<FaultGiven>;

std::vector<Fault> nothing(const Fault&, const Topology&) { return {}; }

// A fault of one of many targets.
Fault one_of(const Fault& fault, const std::string& region, std::uint32_t zone, HubId hub) {
  Fault one = fault;
  one.each = false;
  one.region = region;
  one.zone = zone;
  one.hub = hub;
  return one;
}

// Hubs.

void name_hub(Naming& n) {
  if (!n.origin.good({"application", "hubs"})) return;
  std::vector<std::string> names;
  for (const Topology::Hub& hub : n.topology.hubs) names.push_back(hub.name);
  const std::optional<std::uint32_t> index = hub::index_of(*n.given.hub, names);
  if (!index) return n.error({"hub"}, fmt::format("no hub {}", quoted(*n.given.hub)), hub::listed(names));
  n.fault.hub = HubId(*index);
  n.given.hub = names[*index];
}

std::vector<Fault> each_hub(const Fault& fault, const Topology& topology) {
  std::vector<Fault> all;
  for (const HubId h : ids::Ids<HubId>(topology.hubs.size())) all.push_back(one_of(fault, "", 0, h));
  return all;
}

const TargetKind hub_kind{
    "hub",
    "2",
    {refuse, silent, frozen, busy, upgrade, degraded},
    false,
    [](Keys& table) {
      table.field("hub", &FaultGiven::hub, optional(text("a hub by number from 1 or by name", "2")),
                  "The hub, by number from 1 or by name.");
    },
    [](const FaultGiven& given) { return given.each || given.hub; },
    name_hub,
    each_hub,
    [](const Fault& fault, const Topology& topology) { return topology.hubs[fault.hub.index()].name; }};

// Regions and zones.

void name_region(Naming& n) {
  n.fault.region = *n.given.region;
  n.check_region({"region"}, n.fault.region);
}

std::vector<Fault> each_region(const Fault& fault, const Topology& topology) {
  std::vector<Fault> all;
  for (const std::string& region : topology.regions) all.push_back(one_of(fault, region, 0, HubId::none));
  return all;
}

const TargetKind region_kind{
    "region",
    "westeurope",
    {silent, refuse, frozen},
    false,
    [](Keys& table) {
      table.field("region", &FaultGiven::region, optional(network::cloud_region()),
                  "A cloud region: its hubs, and the application's services if they are there.");
    },
    [](const FaultGiven& given) { return given.each || given.region; },
    name_region,
    each_region,
    [](const Fault& fault, const Topology&) { return fault.region; }};

// Where services do not span zones, a hub is in one; the provisioning service in the first.
void check_zone(const Naming& n) {
  if (!n.origin.good({"application"}) || n.zone_is_spanned()) return;
  const Topology& topology = n.topology;
  std::set<std::string> used;
  const auto use = [&](const std::string& region, std::uint32_t zone) {
    if (region == n.fault.region) used.insert(fmt::format("{}/{}", region, zone));
  };
  use(topology.home, 1);
  for (const auto* hubs : {&topology.hubs, &topology.later_hubs})
    for (const Topology::Hub& hub : *hubs) use(hub.region, hub.zone);
  if (n.regions_in_use().contains(topology.recovery))
    for (std::uint32_t i = 0; i < std::min<std::size_t>(zones, topology.hubs.size()); ++i)
      use(topology.recovery, i + 1);
  for (const Topology::Destination& destination : topology.destinations)
    if (!destination.spans_zones) use(destination.region, destination.zone);
  if (used.empty() || used.contains(*n.given.zone)) return;
  n.error({"zone"}, fmt::format("nothing of the application is in {}", quoted(*n.given.zone)),
          "write " + listed({used.begin(), used.end()}));
}

void name_zone(Naming& n) {
  const std::string& text = *n.given.zone;
  const std::size_t slash = std::min(text.find('/'), text.size());
  n.fault.region = text.substr(0, slash);
  const std::string number = slash < text.size() ? text.substr(slash + 1) : "";
  const auto region = n.topology.places->find(n.fault.region);
  if (region == n.topology.places->end() || !region->second.cloud)
    return n.error({"zone"}, fmt::format("no cloud region {}", quoted(n.fault.region)), "write westeurope/1");
  if (number != "1" && number != "2" && number != "3")
    return n.error({"zone"},
                   number.empty() ? "the zone has no number" : fmt::format("no zone {}", quoted(number)),
                   fmt::format("write {0}/1, {0}/2 or {0}/3", n.fault.region));
  n.fault.zone = static_cast<std::uint32_t>(number[0] - '0');
  n.check_region({"zone"}, n.fault.region);
  check_zone(n);
}

std::vector<Fault> each_zone(const Fault& fault, const Topology& topology) {
  std::vector<Fault> all;
  for (const Topology::Zone& zone : topology.zones)
    all.push_back(one_of(fault, zone.region, zone.zone, HubId::none));
  return all;
}

const TargetKind zone_kind{
    "zone",
    "westeurope/1",
    {silent, refuse},
    false,
    [](Keys& table) {
      table.field("zone", &FaultGiven::zone, optional(text("a zone such as westeurope/1", "westeurope/1")),
                  "An availability zone, 1 to 3, of a cloud region.");
    },
    [](const FaultGiven& given) { return given.each || given.zone; },
    name_zone,
    each_zone,
    [](const Fault& fault, const Topology&) { return fault.region + "/" + std::to_string(fault.zone); }};

// The provisioning service.

const TargetKind dps_kind{"dps",
                          "outage",
                          {refuse, silent, frozen, busy, degraded},
                          false,
                          [](Keys& table) {
                            table.field("dps", &FaultGiven::dps, optional(choice<bool>({{"outage", true}})),
                                        "The provisioning service.");
                          },
                          [](const FaultGiven& given) { return given.dps.has_value(); },
                          [](Naming&) {},
                          nothing,
                          [](const Fault&, const Topology&) { return std::string("dps"); }};

constexpr double most_registrations = 1e8, most_polls = 1e9;  // a minute, as of the service itself

Table<QuotaGiven> quota_table() {
  Table<QuotaGiven> table("other limits such as {registrations_per_minute: 1000}",
                          "{registrations_per_minute: 1000}");
  table.field("registrations_per_minute", &QuotaGiven::registrations,
              optional(decimal(0.001, most_registrations, "1000")),
              "Registrations that DPS admits; as before unless given.");
  table.field("polls_per_minute", &QuotaGiven::polls, optional(decimal(0.001, most_polls, "2000")),
              "Status polls that DPS admits; as before unless given.");
  return table;
}

// A limit of whole requests takes no fraction of one.
void check_limit(const Naming& n, const char* key, const std::optional<double>& rate) {
  if (!rate || !n.topology.whole_requests || std::floor(*rate) == *rate) return;
  n.error({"quota", key}, fmt::format("a fixed window counts whole requests, not {}", format_decimal(*rate)),
          "");
}

void resolve_quota(Naming& n) {
  n.fault.registrations = n.given.quota->registrations;
  n.fault.polls = n.given.quota->polls;
  check_limit(n, "registrations_per_minute", n.fault.registrations);
  check_limit(n, "polls_per_minute", n.fault.polls);
  const auto changes = [](const std::optional<double>& to, double from) { return to && *to != from; };
  if (changes(n.fault.registrations, n.topology.registrations) || changes(n.fault.polls, n.topology.polls))
    return;
  const bool takes_back = std::count_if(n.all.begin(), n.all.end(),
                                        [](const auto& other) { return other.quota.has_value(); }) > 1;
  const bool says = n.fault.registrations || n.fault.polls;
  if ((!says || !takes_back) && n.origin.good({"provisioning"}))
    n.error({"quota"}, "no limit changes",
            fmt::format("they are {} registrations and {} polls a minute",
                        format_decimal(n.topology.registrations), format_decimal(n.topology.polls)));
}

const TargetKind quota_kind{"quota",
                            "{registrations_per_minute: 1000}",
                            {},
                            false,
                            [](Keys& table) {
                              table.field("quota", &FaultGiven::quota, optional(nested(quota_table())),
                                          "Other limits of the provisioning service for this time.");
                            },
                            [](const FaultGiven& given) { return given.quota.has_value(); },
                            resolve_quota,
                            nothing,
                            [](const Fault&, const Topology&) { return std::string("quota"); }};

Table<NeighbourGiven> neighbour_table() {
  Table<NeighbourGiven> table("a load such as {registrations_per_minute: 150}",
                              "{registrations_per_minute: 150}");
  constexpr double most = 100'000;  // hundreds of times what the service admits
  table.field("registrations_per_minute", &NeighbourGiven::registrations, decimal(0, most, "150"),
              "Registrations of other tenants, evenly spaced.");
  table.field("polls_per_minute", &NeighbourGiven::polls, decimal(0, most, "1500"),
              "Status polls of other tenants, evenly spaced.");
  return table;
}

void resolve_neighbour(Naming& n) {
  n.fault.neighbour_registrations = n.given.neighbour->registrations;
  n.fault.neighbour_polls = n.given.neighbour->polls;
  if (n.fault.neighbour_registrations + n.fault.neighbour_polls <= 0)
    n.error({"neighbour"}, "the neighbour asks for nothing", "write {registrations_per_minute: 150}");
}

const TargetKind neighbour_kind{
    "neighbour",
    "{registrations_per_minute: 150}",
    {},
    false,
    [](Keys& table) {
      table.field("neighbour", &FaultGiven::neighbour, optional(nested(neighbour_table())),
                  "Other tenants' requests at the provisioning service, which share its limits.");
    },
    [](const FaultGiven& given) { return given.neighbour.has_value(); },
    resolve_neighbour,
    nothing,
    [](const Fault&, const Topology&) { return std::string("neighbour"); }};

// Destinations of exports.

const TargetKind destination_kind{"destination",
                                  "hot",
                                  {refuse, silent, frozen, busy, degraded},
                                  false,
                                  [](Keys& table) {
                                    table.field("destination", &FaultGiven::destination,
                                                optional(name("hot")), "A destination of exports.");
                                  },
                                  [](const FaultGiven& given) { return given.destination.has_value(); },
                                  [](Naming& n) { n.find_destination("destination", *n.given.destination); },
                                  nothing,
                                  [](const Fault& fault, const Topology& topology) {
                                    return topology.destinations[fault.destination].name;
                                  }};

// "hot/2"
void name_partition(Naming& n) {
  const std::string& text = *n.given.partition;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string name = text.substr(0, slash);
  const Topology::Destination* destination = n.find_destination("partition", name);
  if (!destination) return;  // and reported
  if (destination->partitions == 0)
    return n.error({"partition"}, fmt::format("{} is no event hub", quoted(name)),
                   "write destination: " + name);
  const auto number = parse_whole(slash < text.size() ? text.substr(slash + 1) : "");
  const auto* index = std::get_if<std::uint64_t>(&number);
  if (!index || *index < 1 || *index > destination->partitions)
    return n.error({"partition"},
                   slash + 1 >= text.size() ? "the partition has no number"
                                            : fmt::format("no partition {}", quoted(text)),
                   destination->partitions == 1
                       ? fmt::format("{0} has only {0}/1", name)
                       : fmt::format("{0} has {0}/1 to {0}/{1}", name, destination->partitions));
  n.fault.partition = static_cast<std::uint32_t>(*index - 1);
}

const TargetKind partition_kind{
    "partition",
    "hot/2",
    {},
    false,
    [](Keys& table) {
      table.field("partition", &FaultGiven::partition, optional(text("a partition such as hot/2", "hot/2")),
                  "A partition of an event hub, by the name of the destination and its number from 1.");
    },
    [](const FaultGiven& given) { return given.partition.has_value(); },
    name_partition,
    nothing,
    [](const Fault& fault, const Topology& topology) {
      return topology.destinations[fault.destination].name + "/" + std::to_string(fault.partition + 1);
    }};

}  // namespace

// No default: the compiler misses the row of a target that is new.
const TargetKind& kind_of(Target target) {
  switch (target) {
    case Target::hub:
      return hub_kind;
    case Target::region:
      return region_kind;
    case Target::zone:
      return zone_kind;
    case Target::dps:
      return dps_kind;
    case Target::quota:
      return quota_kind;
    case Target::neighbour:
      return neighbour_kind;
    case Target::link:
      return link_target();
    case Target::access:
      return access_target();
    case Target::backbone:
      return backbone_target();
    case Target::destination:
      return destination_kind;
    case Target::partition:
      return partition_kind;
    case Target::power:
      return power_target();
  }
  throw std::logic_error("a target of faults that there is not");
}

const std::vector<Target>& all_targets() {
  static const std::vector<Target> all = [] {
    std::vector<Target> targets;
    for (int i = 0; i <= static_cast<int>(last_target); ++i) targets.push_back(static_cast<Target>(i));
    return targets;
  }();
  return all;
}

std::string target_name(const Fault& fault, const Topology& topology) {
  return kind_of(fault.target).name(fault, topology);
}

}  // namespace faults
