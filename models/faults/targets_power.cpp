// The row of the power of devices: of a group, or of all in a region.
#include <fmt/format.h>

#include <set>

#include "models/faults/targets.hpp"
#include "models/network/tables.hpp"
#include "sim/settings/text.hpp"

namespace faults {
namespace {

using namespace sim::settings;

Table<PowerGiven> power_table() {
  Table<PowerGiven> table("devices such as {group: meters}", "{group: meters}");
  table.field("group", &PowerGiven::group, optional(name("meters")), "A group of the fleet.");
  table.field("region", &PowerGiven::region, optional(network::place()), "All devices in this region.");
  return table;
}

void name_power(Naming& n) {
  const PowerGiven& given = *n.given.power;
  if (!given.group && !given.region)
    return n.error({"power_cut"}, "nothing says whose power is cut",
                   "write {group: meters} or {region: germany}");
  if (given.group && given.region)
    return n.error({"power_cut", "region"}, "the group is in one region already", "write one of them");
  n.fault.group = given.group.value_or("");
  n.fault.devices = given.region.value_or("");
  if (!n.origin.good({"fleet"})) return;
  const std::set<std::string>& used = given.group ? n.topology.groups : n.topology.device_regions;
  if (used.contains(given.group ? *given.group : *given.region)) return;
  if (given.group)
    n.error({"power_cut", "group"}, fmt::format("no group {}", quoted(*given.group)),
            "write " + listed({used.begin(), used.end()}));
  else
    n.error({"power_cut", "region"}, fmt::format("no devices are in {}", quoted(*given.region)),
            "write " + listed({used.begin(), used.end()}));
}

}  // namespace

const TargetKind& power_target() {
  static const TargetKind kind{
      "power_cut",
      "{group: meters}",
      {},
      false,
      [](Table<FaultGiven>& table) {
        table.field(
            "power_cut", &FaultGiven::power, optional(nested(power_table())),
            "The power of a group, or of all devices in a region: they are off, and boot together when "
            "it is back.");
      },
      [](const FaultGiven& given) { return given.power.has_value(); },
      name_power,
      [](const Fault&, const Topology&) { return std::vector<Fault>{}; },
      [](const Fault& fault, const Topology&) { return fault.group.empty() ? fault.devices : fault.group; }};
  return kind;
}

}  // namespace faults
