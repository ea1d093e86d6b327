#include "models/device/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace device {
namespace {

using sim::settings::Origin;
using sim::settings::Step;

// Devices join or leave at start + i over / n; at a rate, `over` follows from n.
Joins joins_of(const JoinsGiven& given, std::uint32_t devices) {
  if (!given.rate) return given.joins;
  const double over =
      static_cast<double>(devices) / given.rate->count * static_cast<double>(given.rate->per.count());
  const auto longest = static_cast<double>(longest_joining.count() + 1);
  return {Duration{0}, Duration{static_cast<std::int64_t>(std::min(over, longest))}};
}

Joins resolve_joins(std::optional<JoinsGiven>& given, const Group& group, const std::vector<Step>& path,
                    const char* what, const Origin& origin) {
  const Joins joins = joins_of(*given, group.devices);
  given = JoinsGiven{joins, std::nullopt};
  if (joins.over > longest_joining)
    origin.error(path, fmt::format("the last device would not {} for ten years", what),
                 "write a higher rate");
  return joins;
}

}  // namespace

void resolve(GroupGiven& given, std::size_t index, const std::string& region, const Origin& origin) {
  Group& group = given.group;
  if (group.name.empty()) group.name = fmt::format("group-{}", index + 1);
  if (group.region.empty()) group.region = region;
  if (given.return_to_dps) group.client.return_to_dps = *given.return_to_dps;
  if (given.on_dps_failure) group.client.on_dps_failure = *given.on_dps_failure;
  if (given.on_connect) group.client.on_connect = *given.on_connect;
  if (group.credentials == provisioning::Attestation::x509) group.client.renewal = Duration{0};
  if (given.joins) group.joins = resolve_joins(given.joins, group, {"fleet", index, "joins"}, "join", origin);
  if (given.leaves)
    group.leaves = resolve_joins(given.leaves, group, {"fleet", index, "leaves"}, "leave", origin);
  resolve_profile(group.telemetry.profile, index, origin);
  given.return_to_dps.reset();  // written with the client
  given.on_dps_failure.reset();
  given.on_connect.reset();
}

}  // namespace device
