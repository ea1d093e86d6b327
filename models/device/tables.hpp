// How the settings of fleet groups are read, and the client catalog.
#pragma once
#include "models/device/settings.hpp"
#include "sim/settings/table.hpp"

namespace device {

// The rows of clients.yaml.
const std::vector<Behaviour>& clients();
const Behaviour& client_named(const std::string& name);  // of the catalog

// A client: the name of a row of the catalog, or a map that overrides one.
sim::settings::Value<Behaviour> client();
sim::settings::Value<ReturnRule> return_rule();      // "after 10 failures"
sim::settings::Table<OnConnect> on_connect_table();  // {twin_reads: 1, size: 1 KiB}
sim::settings::Value<OnDpsFailure> on_dps_failure();

// "diurnal", or a map that says more.
sim::settings::Value<Profile> profile();
const Profile& profile_of(Profile::Kind kind);  // of the catalog
sim::settings::Table<Surge> surge_table();

// The longest time over which devices may join or leave.
inline constexpr Duration longest_joining = std::chrono::hours{24} * 3660;

// When devices join or leave: as in Joins, or at a rate, of which the time follows from the number of
// devices.
struct JoinsGiven {
  Joins joins;
  std::optional<sim::settings::Rate> rate;
};
sim::settings::Value<JoinsGiven> joins();   // "at 2h over 1h", "1000/h"
sim::settings::Value<JoinsGiven> leaves();  // the same, but not "at once"

// A group as it is written: what overrides its client, and what follows from other keys.
struct GroupGiven {
  Group group;
  std::optional<ReturnRule> return_to_dps;
  std::optional<OnDpsFailure> on_dps_failure;
  std::optional<OnConnect> on_connect;
  std::optional<JoinsGiven> joins;
  std::optional<JoinsGiven> leaves;
};
sim::settings::Table<GroupGiven> group_table();

}  // namespace device
