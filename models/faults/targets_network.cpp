// The rows of the ways between devices and services.
#include <fmt/format.h>

#include <set>

#include "models/faults/targets.hpp"
#include "models/network/tables.hpp"
#include "sim/settings/text.hpp"

namespace faults {
namespace {

using namespace sim::settings;
using enum hub::Mode;

using Keys = Table<FaultGiven>;

std::vector<Fault> nothing(const Fault&, const Topology&) { return {}; }

Table<LinkGiven> link_table() {
  Table<LinkGiven> table("the two ends such as {devices: germany, cloud: westeurope}",
                         "{devices: germany, cloud: westeurope}");
  table.field("devices", &LinkGiven::devices, optional(network::place()),
              "Region of the devices; all of them unless given.");
  table.field("cloud", &LinkGiven::cloud, optional(network::cloud_region()),
              "Cloud region; all of them unless given.");
  return table;
}

void name_link(Naming& n) {
  n.fault.devices = n.given.link->devices.value_or("");
  n.fault.region = n.given.link->cloud.value_or("");
  if (!n.fault.region.empty()) n.check_region({"link", "cloud"}, n.fault.region);
  const std::set<std::string>& used = n.topology.device_regions;
  if (n.fault.devices.empty() || used.contains(n.fault.devices) || !n.origin.good({"fleet"})) return;
  n.error({"link", "devices"}, fmt::format("no devices are in {}", quoted(n.fault.devices)),
          "write " + listed({used.begin(), used.end()}));
}

const TargetKind link_kind{"link",
                           "{devices: germany}",
                           {silent, refuse},
                           true,
                           [](Keys& table) {
                             table.field("link", &FaultGiven::link, optional(nested(link_table())),
                                         "The network between regions of devices and cloud regions.");
                           },
                           [](const FaultGiven& given) { return given.link.has_value(); },
                           name_link,
                           nothing,
                           [](const Fault&, const Topology&) { return std::string("link"); }};

void name_access(Naming& n) {
  n.fault.access = *n.given.access;
  const std::set<std::string>& used = n.topology.access_networks;
  if (used.contains(n.fault.access) || !n.origin.good({"fleet"})) return;
  n.error({"access"}, fmt::format("no devices use the access network {}", quoted(n.fault.access)),
          "write " + listed({used.begin(), used.end()}));
}

const TargetKind access_kind{
    "access",
    "lte",
    {silent, refuse},
    true,
    [](Keys& table) {
      table.field("access", &FaultGiven::access, optional(text("the name of an access network", "lte")),
                  "An access network, by its name in the catalog; custom for those described.");
    },
    [](const FaultGiven& given) { return given.access.has_value(); },
    name_access,
    nothing,
    [](const Fault& fault, const Topology&) { return fault.access; }};

Table<BackboneGiven> backbone_table() {
  const std::string example = "{from: westeurope, to: northeurope}";
  Table<BackboneGiven> table("two cloud regions such as " + example, example);
  table.field("from", &BackboneGiven::from, network::cloud_region(), "One of them.").required();
  table.field("to", &BackboneGiven::to, network::cloud_region(), "The other.").required();
  return table;
}

void name_backbone(Naming& n) {
  n.fault.region = n.given.backbone->from;
  n.fault.other = n.given.backbone->to;
  n.check_region({"backbone", "from"}, n.fault.region);
  n.check_region({"backbone", "to"}, n.fault.other);
  if (n.fault.region == n.fault.other)
    n.error({"backbone", "to"}, "is the same region", "write another region");
}

const TargetKind backbone_kind{
    "backbone",
    "{from: westeurope, to: northeurope}",
    {silent},
    false,
    [](Keys& table) {
      table.field("backbone", &FaultGiven::backbone, optional(nested(backbone_table())),
                  "The network between two cloud regions: exports, probes and orders do not get through.");
    },
    [](const FaultGiven& given) { return given.backbone.has_value(); },
    name_backbone,
    nothing,
    [](const Fault& fault, const Topology&) { return fault.region + "-" + fault.other; }};

}  // namespace

const TargetKind& link_target() { return link_kind; }
const TargetKind& access_target() { return access_kind; }
const TargetKind& backbone_target() { return backbone_kind; }

}  // namespace faults
