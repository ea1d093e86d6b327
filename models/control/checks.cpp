#include "models/control/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/control/tables.hpp"
#include "sim/settings/text.hpp"

namespace control {
namespace {

using sim::settings::Origin;

class Check : private sim::settings::Part {
 public:
  Check(const Settings& scaling, const Context& context, const Origin& origin)
      : Part(origin, {"scaling"}), context_(context), scaling_(scaling) {}

  void run() {
    if (!origin_.good({"scaling"})) return;
    check_keys();
    check_schedule();
    check_bounds();
    if (origin_.good({"application", "hubs"})) check_hubs();
    check_rest();
  }

 private:
  void check_keys() const {
    for (const Condition& c : conditions()) {
      std::vector<Step> path{"scaling"};
      path.insert(path.end(), c.path.begin(), c.path.end());
      if (origin_.given(path) && !c.applies(scaling_))
        origin_.error(path, "nothing would come of it", fmt::format("it belongs to {}", c.to));
    }
    if (scaling_.rebalance.scale_out && !scaling_.adds_hubs())
      origin_.error(at({"rebalance", "when"}), "no hub is ever added",
                    "write a policy such as policy: threshold, or replace_failed_after");
  }

  void check_schedule() const {
    if (scaling_.policy != PolicyKind::schedule) return;
    if (scaling_.schedule.empty())
      return origin_.error(at({"policy"}), "there is no schedule",
                           "write schedule: [{at: '06:00', units: 4}]");
    for (std::size_t i = 0; i < scaling_.schedule.size(); ++i) {
      const Shift& shift = scaling_.schedule[i];
      if (!shift.units && !shift.hubs)
        origin_.error(at({"schedule", i}), "it changes nothing", "write units or hubs");
      for (std::size_t j = 0; j < i; ++j)
        if (scaling_.schedule[j].at == shift.at)
          origin_.error(at({"schedule", i, "at"}), "a second shift at this time",
                        fmt::format("the first is scaling.schedule[{}]", j));
    }
  }

  void check_bounds() {
    if (scaling_.units.most && *scaling_.units.most < scaling_.units.least)
      origin_.error(at({"units", "most"}), "is less than the least",
                    fmt::format("at least {}", scaling_.units.least));
    const Limits& limits = context_.limits;
    if (limits.hubs_most < limits.hubs_least && origin_.given(at({"hubs"})))
      origin_.error(at({"hubs"}), "the most is less than the least",
                    fmt::format("at least {}", limits.hubs_least));
    if (scaling_.hubs_least && *scaling_.hubs_least < context_.era_least)
      origin_.error(at({"hubs", "least"}),
                    fmt::format("an application of this era has at least {} hubs", context_.era_least),
                    fmt::format("at least {}", context_.era_least));
    if (scaling_.hubs_most && *scaling_.hubs_most > context_.linkable && context_.documented)
      origin_.error(at({"hubs", "most"}),
                    fmt::format("{} hubs are more than the {} that a provisioning service can link",
                                *scaling_.hubs_most, context_.linkable),
                    "limits: off would let it pass");
  }

  void check_hubs() const {
    for (const hub::Settings& hub : context_.hubs)
      if (scaling_.adds_hubs() && hub.units > context_.editions.at(hub.edition).units_max)
        return origin_.error(
            scaling_.policy == PolicyKind::none ? at({"replace_failed_after"}) : at({"policy"}),
            fmt::format("{} has more units than its edition admits: no hub is made like it", hub.name),
            "write fewer units, or leave the hubs alone");
    if (scaling_.policy == PolicyKind::none) return;
    const auto have = static_cast<std::uint32_t>(context_.hubs.size());
    if (have > context_.limits.hubs_most)
      origin_.error(at({"hubs", "most"}), fmt::format("the application has {} hubs", have),
                    fmt::format("at least {}", have));
    for (const hub::Settings& hub : context_.hubs) {
      if (hub.edition == hub::Edition::F1)
        return origin_.error(at({"policy"}), fmt::format("{} is free, and so cannot be scaled", hub.name),
                             "write another edition, or policy: none");
      const std::uint32_t most = std::max(scaling_.units.most.value_or(UINT32_MAX), scaling_.units.least);
      if (hub.units < scaling_.units.least || hub.units > most)
        return origin_.error(at({"units"}), fmt::format("{} has {} units", hub.name, hub.units),
                             "write bounds that hold at the start");
    }
  }

  void check_rest() const {
    if (scaling_.rebalance.batch <= scaling_.command_timeout)
      origin_.error(at({"rebalance", "batch"}), "is not longer than a command may take",
                    fmt::format("more than {}", sim::settings::format_duration(scaling_.command_timeout)));
    if (scaling_.every <= 2 * scaling_.command_timeout)
      origin_.error(
          at({"every"}), "is not longer than two commands may take",
          fmt::format("more than {}", sim::settings::format_duration(2 * scaling_.command_timeout)));
    if (scaling_.replace_failed_after && !context_.finds_failed)
      origin_.error(at({"replace_failed_after"}), "nobody finds failed hubs",
                    "write provisioning.exclude_failed_hubs: true, or never");
  }

  const Context& context_;
  const Settings& scaling_;
};

}  // namespace

void check(const Settings& scaling, const Context& context, const Origin& origin) {
  Check(scaling, context, origin).run();
}

}  // namespace control
