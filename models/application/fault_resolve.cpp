// What faults refer to: their targets, and the modes that these know.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/application/resolve.hpp"
#include "models/hub/names.hpp"
#include "models/network/tables.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using faults::Target;
using sim::settings::quoted;
using sim::settings::Step;

struct TargetKey {
  const char* key;
  Target target;
  std::vector<hub::Mode> modes;  // that it can have
  bool impairable = false;
};

const std::vector<TargetKey>& target_keys() {
  using enum hub::Mode;
  static const std::vector<TargetKey> keys{
      {"hub", Target::hub, {refuse, silent, busy, upgrade, degraded}},
      {"region", Target::region, {silent, refuse}},
      {"zone", Target::zone, {silent, refuse}},
      {"dps", Target::dps, {refuse, silent, busy, degraded}},
      {"quota", Target::quota, {}},
      {"neighbour", Target::neighbour, {}},
      {"link", Target::link, {silent, refuse}, true},
      {"access", Target::access, {silent, refuse}, true},
      {"backbone", Target::backbone, {silent}},
      {"destination", Target::destination, {refuse, silent, busy, degraded}},
      {"partition", Target::partition, {}},
  };
  return keys;
}

std::string mode_name(hub::Mode mode) {
  switch (mode) {
    case hub::Mode::refuse:
      return "refuse";
    case hub::Mode::silent:
      return "silent";
    case hub::Mode::busy:
      return "busy";
    case hub::Mode::upgrade:
      return "upgrade";
    default:
      return "degraded";
  }
}

// Cloud regions that something of the application is in, or may come to be in.
std::set<std::string> regions_in_use(const Draft& draft) {
  const Scenario& scenario = draft.scenario;
  std::set<std::string> used{scenario.region};
  const bool leaves =
      actions::moves_hub(scenario.actions) || scenario.failover.stands_by() ||
      std::any_of(draft.faults.begin(), draft.faults.end(), [&](const faults::FaultGiven& given) {
        return given.region == scenario.region || given.each == faults::Target::region;
      });
  if (leaves && !scenario.recovery_region.empty()) used.insert(scenario.recovery_region);
  for (const hub::Settings& hub : scenario.hubs) used.insert(hub.region);
  for (const hub::Settings& hub : scenario.later_hubs) used.insert(hub.region);
  for (const exports::Destination& destination : scenario.destinations) {
    used.insert(destination.region);
    if (destination.failover) used.insert(destination.failover->region);
  }
  return used;
}

class FaultResolver : private Part {
 public:
  FaultResolver(Draft& draft, std::size_t index, const Origin& origin)
      : Part(origin, {"faults", index}),
        draft_(draft),
        scenario_(draft.scenario),
        all_(draft.faults),
        given_(draft.faults[index]),
        fault_(given_.fault) {}

  void run() {
    if (!origin_.good(path_)) return;
    const TargetKey* target = find_target();
    if (!target) return;
    if (!was_read(target->target)) return;  // and reported
    fault_.target = target->target;
    fault_.each = given_.each.has_value();
    resolve_mode(*target);
    if (!fault_.each) resolve_target();
  }

 private:
  static const TargetKey* key_of(Target target) {
    for (const TargetKey& key : target_keys())
      if (key.target == target) return &key;
    return nullptr;
  }

  const TargetKey* find_target() const {
    const TargetKey* found = nullptr;
    for (const TargetKey& key : target_keys()) {
      if (!origin_.given(at({key.key}))) continue;
      if (found) {
        error({key.key}, fmt::format("the fault has the target {} already", quoted(found->key)),
              "write two faults; they may overlap");
        return nullptr;
      }
      found = &key;
    }
    if (given_.each && found) {
      error({"each"}, fmt::format("the fault has the target {} already", quoted(found->key)),
            "write one of them");
      return nullptr;
    }
    if (given_.each) return key_of(*given_.each);
    if (!found)
      error({}, "nothing fails",
            "write hub: 2, or region, zone, dps, quota, neighbour, link, access, backbone, destination or "
            "partition");
    return found;
  }

  void resolve_mode(const TargetKey& target) {
    if (!given_.mode) {
      if (target.modes.empty()) return;
      fault_.mode = target.modes.front();
      if (fault_.target != Target::zone || !zone_is_spanned())
        given_.mode = faults::ModeGiven{fault_.mode, 1, std::nullopt};
      return;
    }
    std::vector<std::string> known;
    for (const hub::Mode mode : target.modes) known.push_back(mode_name(mode));
    if (target.impairable) known.emplace_back("impaired");
    const bool impaired = given_.mode->impairment.has_value();
    if (impaired
            ? !target.impairable
            : std::find(target.modes.begin(), target.modes.end(), given_.mode->mode) == target.modes.end())
      return error(
          {"mode"},
          fmt::format("{} is not a mode of {}", quoted(impaired ? "impaired" : mode_name(given_.mode->mode)),
                      quoted(target.key)),
          known.empty() ? "remove it" : "write " + sim::settings::listed(known));
    if (impaired && *given_.mode->impairment == faults::Impairment{})
      return error({"mode"}, "nothing is impaired", "write {impaired: {latency: 300ms}}");
    if (fault_.target == Target::zone && zone_is_spanned())
      return error({"mode"}, "services in this region span its zones and go on",
                   "remove it: a third of the connections and of the capacity is lost");
    fault_.mode = given_.mode->mode;
    fault_.capacity = given_.mode->capacity;
    fault_.impairment = given_.mode->impairment;
  }

  // "westeurope/1"; the name alone where the number is none. Of each zone: whether all are so.
  bool zone_is_spanned() const {
    const auto spans = [&](const std::string& name) {
      const auto region = scenario_.regions.find(name);
      return region != scenario_.regions.end() && region->second.cloud && region->second.spans_zones();
    };
    if (!fault_.each) return spans(given_.zone->substr(0, given_.zone->find('/')));
    const std::set<std::string> used = regions_in_use(draft_);
    return std::all_of(used.begin(), used.end(), spans);
  }

  bool was_read(Target target) const {
    switch (target) {
      case Target::hub:
        return given_.each || given_.hub;
      case Target::region:
        return given_.each || given_.region;
      case Target::zone:
        return given_.each || given_.zone;
      case Target::dps:
        return given_.dps.has_value();
      case Target::quota:
        return given_.quota.has_value();
      case Target::neighbour:
        return given_.neighbour.has_value();
      case Target::link:
        return given_.link.has_value();
      case Target::access:
        return given_.access.has_value();
      case Target::backbone:
        return given_.backbone.has_value();
      case Target::destination:
        return given_.destination.has_value();
      case Target::partition:
        return given_.partition.has_value();
    }
    return false;
  }

  void resolve_target() {
    switch (fault_.target) {
      case Target::hub:
        return resolve_hub();
      case Target::region:
        fault_.region = *given_.region;
        return check_region({"region"}, fault_.region);
      case Target::zone:
        return resolve_zone();
      case Target::quota:
        return resolve_quota();
      case Target::neighbour:
        fault_.neighbour_registrations = given_.neighbour->registrations;
        fault_.neighbour_polls = given_.neighbour->polls;
        if (fault_.neighbour_registrations + fault_.neighbour_polls <= 0)
          error({"neighbour"}, "the neighbour asks for nothing", "write {registrations_per_minute: 150}");
        return;
      case Target::link:
        return resolve_link();
      case Target::access:
        return resolve_access();
      case Target::backbone:
        return resolve_backbone();
      case Target::destination:
        return resolve_destination("destination", *given_.destination);
      case Target::partition:
        return resolve_partition();
      case Target::dps:
        return;
    }
  }

  void resolve_hub() {
    if (!origin_.good({"application", "hubs"})) return;
    const std::optional<std::uint32_t> index = hub::index_of(*given_.hub, scenario_.hubs);
    if (!index)
      return error({"hub"}, fmt::format("no hub {}", quoted(*given_.hub)), hub::listed(scenario_.hubs));
    fault_.hub = *index;
    given_.hub = scenario_.hubs[*index].name;
  }

  void check_region(std::initializer_list<Step> steps, const std::string& region) const {
    const std::set<std::string> used = regions_in_use(draft_);
    if (!origin_.good({"application"}) || used.contains(region)) return;
    error(steps, fmt::format("nothing of the application is in {}", quoted(region)),
          "write " + sim::settings::listed({used.begin(), used.end()}));
  }

  void resolve_zone() {
    const std::string& text = *given_.zone;
    const std::size_t slash = std::min(text.find('/'), text.size());
    fault_.region = text.substr(0, slash);
    const std::string number = slash < text.size() ? text.substr(slash + 1) : "";
    const auto region = scenario_.regions.find(fault_.region);
    if (region == scenario_.regions.end() || !region->second.cloud)
      return error({"zone"}, fmt::format("no cloud region {}", quoted(fault_.region)), "write westeurope/1");
    if (number != "1" && number != "2" && number != "3")
      return error({"zone"},
                   number.empty() ? "the zone has no number" : fmt::format("no zone {}", quoted(number)),
                   fmt::format("write {0}/1, {0}/2 or {0}/3", fault_.region));
    fault_.zone = static_cast<std::uint32_t>(number[0] - '0');
    check_region({"zone"}, fault_.region);
    check_zone();
  }

  // Where services do not span zones, a hub is in one; the provisioning service in the first.
  void check_zone() const {
    if (!origin_.good({"application"}) || zone_is_spanned()) return;
    std::set<std::string> used;
    const auto use = [&](const std::string& region, std::uint32_t zone) {
      if (region == fault_.region) used.insert(fmt::format("{}/{}", region, zone));
    };
    use(scenario_.region, 1);
    for (const auto* hubs : {&scenario_.hubs, &scenario_.later_hubs})
      for (const hub::Settings& hub : *hubs) use(hub.region, hub.zone);
    if (regions_in_use(draft_).contains(scenario_.recovery_region))
      for (std::uint32_t i = 0; i < std::min<std::size_t>(3, scenario_.hubs.size()); ++i)
        use(scenario_.recovery_region, i + 1);
    for (const exports::Destination& destination : scenario_.destinations)
      if (!destination.spans_zones()) use(destination.region, destination.zone);
    if (used.empty() || used.contains(*given_.zone)) return;
    error({"zone"}, fmt::format("nothing of the application is in {}", quoted(*given_.zone)),
          "write " + sim::settings::listed({used.begin(), used.end()}));
  }

  // A limit of whole requests takes no fraction of one.
  void check_limit(const char* key, const std::optional<double>& rate) const {
    if (!rate || scenario_.provisioning.limiter != provisioning::LimiterKind::fixed_window) return;
    if (std::floor(*rate) != *rate)
      error({"quota", key},
            fmt::format("a fixed window counts whole requests, not {}", sim::settings::format_decimal(*rate)),
            "");
  }

  void resolve_quota() {
    fault_.registrations = given_.quota->registrations;
    fault_.polls = given_.quota->polls;
    check_limit("registrations_per_minute", fault_.registrations);
    check_limit("polls_per_minute", fault_.polls);
    const provisioning::Settings& settings = scenario_.provisioning;
    const auto changes = [](const std::optional<double>& to, double from) { return to && *to != from; };
    if (changes(fault_.registrations, settings.registrations_per_minute) ||
        changes(fault_.polls, settings.polls_per_minute))
      return;
    const bool takes_back = std::count_if(all_.begin(), all_.end(),
                                          [](const auto& other) { return other.quota.has_value(); }) > 1;
    const bool says = fault_.registrations || fault_.polls;
    if ((!says || !takes_back) && origin_.good({"provisioning"}))
      error({"quota"}, "no limit changes",
            fmt::format("they are {} registrations and {} polls a minute",
                        sim::settings::format_decimal(settings.registrations_per_minute),
                        sim::settings::format_decimal(settings.polls_per_minute)));
  }

  void resolve_link() {
    fault_.devices = given_.link->devices.value_or("");
    fault_.region = given_.link->cloud.value_or("");
    if (!fault_.region.empty()) check_region({"link", "cloud"}, fault_.region);
    std::set<std::string> used;
    for (const device::Group& group : scenario_.fleet) used.insert(group.region);
    if (fault_.devices.empty() || used.contains(fault_.devices) || !origin_.good({"fleet"})) return;
    error({"link", "devices"}, fmt::format("no devices are in {}", quoted(fault_.devices)),
          "write " + sim::settings::listed({used.begin(), used.end()}));
  }

  void resolve_access() {
    fault_.access = *given_.access;
    std::set<std::string> used;
    for (const device::Group& group : scenario_.fleet) used.insert(group.access.name);
    if (used.contains(fault_.access) || !origin_.good({"fleet"})) return;
    error({"access"}, fmt::format("no devices use the access network {}", quoted(fault_.access)),
          "write " + sim::settings::listed({used.begin(), used.end()}));
  }

  void resolve_backbone() {
    fault_.region = given_.backbone->from;
    fault_.other = given_.backbone->to;
    check_region({"backbone", "from"}, fault_.region);
    check_region({"backbone", "to"}, fault_.other);
    if (fault_.region == fault_.other)
      error({"backbone", "to"}, "is the same region", "write another region");
  }

  void resolve_destination(const char* key, const std::string& name) {
    if (!origin_.good({"destinations"})) return;
    const auto& all = scenario_.destinations;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& d) { return d.name == name; });
    std::vector<std::string> names;
    for (const exports::Destination& destination : all) names.push_back(destination.name);
    if (found == all.end())
      return error({key}, fmt::format("no destination {}", quoted(name)),
                   names.empty() ? "list it under destinations" : "write " + sim::settings::listed(names));
    fault_.destination = static_cast<std::uint32_t>(found - all.begin());
  }

  // "hot/2"
  void resolve_partition() {
    const std::string& text = *given_.partition;
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string name = text.substr(0, slash);
    resolve_destination("partition", name);
    if (!origin_.good(at({"partition"})) || scenario_.destinations.empty()) return;
    const exports::Destination& destination = scenario_.destinations[fault_.destination];
    if (destination.name != name) return;  // and reported
    if (destination.kind != exports::Kind::event_hubs)
      return error({"partition"}, fmt::format("{} is no event hub", quoted(name)),
                   "write destination: " + name);
    const auto number = sim::settings::parse_whole(slash < text.size() ? text.substr(slash + 1) : "");
    const auto* n = std::get_if<std::uint64_t>(&number);
    if (!n || *n < 1 || *n > destination.partitions)
      return error({"partition"},
                   slash + 1 >= text.size() ? "the partition has no number"
                                            : fmt::format("no partition {}", quoted(text)),
                   destination.partitions == 1
                       ? fmt::format("{0} has only {0}/1", name)
                       : fmt::format("{0} has {0}/1 to {0}/{1}", name, destination.partitions));
    fault_.partition = static_cast<std::uint32_t>(*n - 1);
  }

  const Draft& draft_;
  const Scenario& scenario_;
  const std::vector<faults::FaultGiven>& all_;
  faults::FaultGiven& given_;
  faults::Fault& fault_;
};

}  // namespace

void resolve_faults(Draft& draft, const Origin& origin) {
  for (std::size_t i = 0; i < draft.faults.size(); ++i) FaultResolver(draft, i, origin).run();
}

}  // namespace application
