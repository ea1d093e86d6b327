#include "tools/output/fault_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "models/application/topology.hpp"
#include "tools/output/chance_text.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

// "took 300 ms longer for a round trip and lost 5 % more of them".
std::string what_was_impaired(const faults::Impairment& impairment) {
  std::vector<std::string> parts;
  if (impairment.latency.count() > 0)
    parts.push_back(
        fmt::format("took {} longer for a round trip", words::duration(sim::seconds(impairment.latency))));
  if (impairment.loss > 0)
    parts.push_back(fmt::format("lost {} more of {}", words::share(impairment.loss),
                                parts.empty() ? "the round trips" : "them"));
  return fmt::format("{}", fmt::join(parts, " and "));
}

std::string what_a_network_did(const faults::Fault& fault) {
  if (fault.impairment) return what_was_impaired(*fault.impairment);
  return fault.mode == hub::Mode::refuse ? "reset every connection" : "let no packet through";
}

std::string what_it_did(const faults::Fault& fault) {
  switch (fault.mode) {
    case hub::Mode::up:
      break;
    case hub::Mode::refuse:
      return "refused every connection";
    case hub::Mode::silent:
      return "went silent (packets vanished)";
    case hub::Mode::frozen:
      return "froze (connections opened, and nothing was answered)";
    case hub::Mode::busy:
      return "answered new connections with busy";
    case hub::Mode::upgrade:
      return "was upgraded: connections were closed and new ones answered with busy";
    case hub::Mode::degraded:
      return "had " + words::share(fault.capacity) + " of its capacity left";
  }
  return "";
}

std::optional<double> if_any(double rate) { return rate > 0 ? std::optional(rate) : std::nullopt; }

std::string limits_sentence(const char* what, std::optional<double> registrations,
                            std::optional<double> polls) {
  std::vector<std::string> parts;
  if (registrations) parts.push_back(words::count(*registrations) + " registrations");
  if (polls) parts.push_back(words::count(*polls) + " polls");
  return fmt::format("{} {} a minute", what, fmt::join(parts, " and "));
}

const char* kind_of(faults::Target target) {
  if (target == faults::Target::hub) return "hub";
  return target == faults::Target::zone ? "zone" : "region";
}

std::string each_of(const View& view, const faults::Fault& fault) {
  const faults::Topology topology = application::topology_of(view.scenario);
  const bool spanned =
      fault.target == faults::Target::zone &&
      std::all_of(topology.regions.begin(), topology.regions.end(),
                  [&](const std::string& name) { return view.scenario.regions.at(name).spans_zones(); });
  if (spanned) return "each zone was lost, a third of the connections and of the capacity,";
  return fmt::format("each {} {}", kind_of(fault.target), what_it_did(fault));
}

// The subject and what it did.
std::string event_of(const View& view, const faults::Fault& fault) {
  if (fault.each) return each_of(view, fault);
  switch (fault.target) {
    case faults::Target::hub:
      return view.scenario.hubs.at(fault.hub.index()).name + " " + what_it_did(fault);
    case faults::Target::region:
      return fmt::format("region {} {}", fault.region, what_it_did(fault));
    case faults::Target::zone:
      return view.scenario.regions.at(fault.region).spans_zones()
                 ? fmt::format("{} lost zone {}, a third of its connections and capacity", fault.region,
                               fault.zone)
                 : fmt::format("zone {} of {} {}", fault.zone, fault.region, what_it_did(fault));
    case faults::Target::dps:
      return "DPS " + what_it_did(fault);
    case faults::Target::quota:
      return limits_sentence("DPS admitted", fault.registrations, fault.polls);
    case faults::Target::neighbour:
      return limits_sentence("other tenants asked DPS for", if_any(fault.neighbour_registrations),
                             if_any(fault.neighbour_polls));
    case faults::Target::link:
      return fmt::format("the network between {} and {} {}",
                         fault.devices.empty() ? "all devices" : "the devices in " + fault.devices,
                         fault.region.empty() ? "the cloud" : fault.region, what_a_network_did(fault));
    case faults::Target::access:
      return fmt::format("the access network {} {}", fault.access, what_a_network_did(fault));
    case faults::Target::backbone:
      return fmt::format("the network between {} and {} let no packet through", fault.region, fault.other);
    case faults::Target::destination:
      return fmt::format("destination {} {}", view.scenario.destinations.at(fault.destination).name,
                         what_it_did(fault));
    case faults::Target::partition:
      return fmt::format("partition {} of {} was not there", fault.partition + 1,
                         view.scenario.destinations.at(fault.destination).name);
    case faults::Target::power:
      return fault.group.empty() ? fmt::format("all devices in {} had no power", fault.devices)
                                 : fmt::format("{} had no power", fault.group);
  }
  return "";
}

}  // namespace

std::string what_happened(const View& view, const faults::Fault& fault) {
  if (fault.chance) return event_of(view, fault) + " " + how_often(view, fault);
  if (fault.instants > 0) return event_of(view, fault) + " " + where_it_struck(view, fault);
  const std::string from = words::duration(sim::seconds(fault.at));
  const std::string how_long = fault.duration.count() == 0
                                   ? "to the end of the run"
                                   : "for " + words::duration(sim::seconds(fault.duration));
  return fmt::format("{} from {} on, {}.", event_of(view, fault), from, how_long);
}

}  // namespace output
