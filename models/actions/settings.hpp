// What an operator does in a scenario: actions, each of one kind. A further kind is a struct here, a field in
// tables.cpp, a line in resolve.cpp and a function of the operator.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/ids.hpp"
#include "sim/time.hpp"

namespace actions {

using sim::Duration;

// A device, or a share of a group.
struct Target {
  std::string group;
  std::optional<std::uint32_t> device;  // its number in the group, from 0
  double share = 1;
};

struct ManualFailover {
  Target target;
  Duration ttl{0};  // then it is moved back
};
struct ManualFailback {
  Target target;
};
struct Block {
  Target target;
};
struct Unblock {
  Target target;
};
struct Approve {
  Target target;
};
// A single-hub application gets further hubs, and its devices are spread over them.
struct Migrate {
  std::uint32_t hubs = 0;  // in all
};

// The application, whose region is lost, is to go to its recovery region; or a hub fails over to it.
struct FailOver {
  std::optional<ids::HubId> hub;  // the application unless given
};
// The application returns to its region; or a hub does.
struct FailBack {
  std::optional<ids::HubId> hub;
};

// An export is disabled and enabled again, which starts it anew at once.
struct RestartExport {
  std::size_t source = 0;  // index of the export
  Duration off{0};         // in between
};

using Kind = std::variant<ManualFailover, ManualFailback, Block, Unblock, Approve, Migrate, FailOver,
                          FailBack, RestartExport>;

struct Action {
  std::string name;
  sim::Time at;
  Kind kind;
};

// "manual failover of thermostats/17 for 5m".
std::string describe(const Kind& kind);
// Whether it takes devices' connections, so that they have episodes of it.
bool cuts_off(const Kind& kind);
// Whom it is about; null for the application as a whole.
const Target* target_of(const Kind& kind);
// Whether some action is about a hub that fails over or back.
bool moves_hub(const std::vector<Action>& actions);
// Whether some action takes the application to other hubs, or home.
bool moves_application(const std::vector<Action>& actions);
// How many hubs migrations add to those that there are.
std::uint32_t added_hubs(const std::vector<Action>& actions, std::uint32_t have);

// One of a few function objects, by the type it takes.
template <class... F>
struct Cases : F... {
  using F::operator()...;
};
template <class... F>
Cases(F...) -> Cases<F...>;

}  // namespace actions
