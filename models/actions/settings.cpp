#include "models/actions/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/settings/quantity.hpp"

namespace actions {

namespace {

std::string text(const Target& target) {
  if (target.device) return fmt::format("{}/{}", target.group, *target.device);
  if (target.share >= 1) return "all " + target.group;
  return fmt::format("{} of {}", sim::settings::format_share(target.share), target.group);
}

}  // namespace

std::string describe(const Kind& kind) {
  return std::visit(
      Cases{[](const ManualFailover& k) {
              return fmt::format("manual failover of {} for {}", text(k.target),
                                 sim::settings::format_duration(k.ttl));
            },
            [](const ManualFailback& k) { return "manual failback of " + text(k.target); },
            [](const Block& k) { return "block of " + text(k.target); },
            [](const Unblock& k) { return "unblock of " + text(k.target); },
            [](const Approve& k) { return "approval of " + text(k.target); },
            [](const Migrate& k) { return fmt::format("migration to {} hubs", k.hubs); },
            [](const FailOver& k) { return std::string(k.hub ? "failover of a hub" : "failover"); },
            [](const FailBack& k) { return std::string(k.hub ? "failback of a hub" : "failback"); },
            [](const RestartExport&) { return std::string("restart of an export"); }},
      kind);
}

bool cuts_off(const Kind& kind) {
  const auto* failover = std::get_if<FailOver>(&kind);
  if (failover && !failover->hub) return false;  // its region is lost already
  return !std::holds_alternative<Unblock>(kind) && !std::holds_alternative<Approve>(kind) &&
         !std::holds_alternative<RestartExport>(kind);
}

const Target* target_of(const Kind& kind) {
  return std::visit(Cases{[](const Migrate&) -> const Target* { return nullptr; },
                          [](const FailOver&) -> const Target* { return nullptr; },
                          [](const FailBack&) -> const Target* { return nullptr; },
                          [](const RestartExport&) -> const Target* { return nullptr; },
                          [](const auto& k) -> const Target* { return &k.target; }},
                    kind);
}

bool moves_hub(const std::vector<Action>& actions) {
  return std::any_of(actions.begin(), actions.end(), [](const Action& action) {
    const auto* over = std::get_if<FailOver>(&action.kind);
    const auto* back = std::get_if<FailBack>(&action.kind);
    return (over && over->hub) || (back && back->hub);
  });
}

bool moves_application(const std::vector<Action>& actions) {
  return std::any_of(actions.begin(), actions.end(), [](const Action& action) {
    const auto* back = std::get_if<FailBack>(&action.kind);
    return std::holds_alternative<Migrate>(action.kind) || (back && !back->hub);
  });
}

std::uint32_t added_hubs(const std::vector<Action>& actions, std::uint32_t have) {
  std::uint32_t most = have;
  for (const Action& action : actions)
    if (const auto* migrate = std::get_if<Migrate>(&action.kind)) most = std::max(most, migrate->hubs);
  return most - have;
}

}  // namespace actions
