// What an operator does: filled in from what a scenario says, and what contradicts itself.
#include <fmt/format.h>

#include <algorithm>

#include "models/application/checks.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using actions::ActionGiven;
using actions::TargetGiven;
using sim::settings::quoted;
using sim::settings::Step;

std::vector<std::string> group_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const device::Group& group : scenario.fleet) names.push_back(group.name);
  return names;
}

const device::Group* find_group(const Scenario& scenario, const std::string& name) {
  for (const device::Group& group : scenario.fleet)
    if (group.name == name) return &group;
  return nullptr;
}

// One action while it is resolved.
class Resolver : private Part {
 public:
  Resolver(ActionGiven& given, std::size_t index, const Scenario& scenario, const Origin& origin)
      : Part(origin, {"actions", index}), given_(given), scenario_(scenario) {}

  void run() {
    std::string first;
    for (const std::string& key : actions::kind_keys()) {
      if (!origin_.given(at({key}))) continue;
      if (!first.empty())
        return origin_.error(at({key}), fmt::format("the action has {} already", first),
                             "one kind an action");
      first = key;
    }
    if (first.empty()) {
      if (!says_more())
        origin_.error(path_, "does nothing",
                      "write manual_failover, block, approve, migrate or restart_export");
      return;
    }
    if (origin_.good(at({first}))) resolve_kind();
  }

 private:
  // A key that is no kind has been reported.
  bool says_more() const {
    const sim::settings::Node* node = sim::settings::value_at(origin_.root, path_);
    return !node || std::any_of(node->entries.begin(), node->entries.end(),
                                [](const auto& entry) { return entry.key != "name" && entry.key != "at"; });
  }

  void resolve_kind() {
    actions::Kind& kind = given_.action.kind;
    if (given_.manual_failover) {
      if (!given_.manual_failover->ttl) given_.manual_failover->ttl = actions::default_ttl();
      kind = actions::ManualFailover{target("manual_failover", *given_.manual_failover),
                                     *given_.manual_failover->ttl};
    }
    if (given_.manual_failback)
      kind = actions::ManualFailback{target("manual_failback", *given_.manual_failback)};
    if (given_.block) kind = actions::Block{target("block", *given_.block)};
    if (given_.unblock) kind = actions::Unblock{target("unblock", *given_.unblock)};
    if (given_.approve) kind = actions::Approve{target("approve", *given_.approve)};
    if (given_.migrate) kind = *given_.migrate;
    if (given_.fail_over) kind = actions::FailOver{hub_of("fail_over", *given_.fail_over)};
    if (given_.fail_back) kind = actions::FailBack{hub_of("fail_back", *given_.fail_back)};
    if (given_.restart_export) kind = restart(*given_.restart_export);
  }

  actions::RestartExport restart(const actions::RestartGiven& given) {
    const auto& all = scenario_.exports;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& e) { return e.name == given.name; });
    std::vector<std::string> names;
    for (const exports::Export& one : all) names.push_back(one.name);
    if (found == all.end() && origin_.good({"exports"}))
      origin_.error(at({"restart_export"}), fmt::format("no export {}", quoted(given.name)),
                    names.empty() ? "list it under exports" : "write " + sim::settings::listed(names));
    else if (found != all.end() && found->created && given_.action.at <= *found->created)
      origin_.error(at({"restart_export"}), fmt::format("export {} is created later", given.name),
                    "at a later time");
    return {static_cast<std::size_t>(found - all.begin()), given.off};
  }

  // Nothing if it is the application; contradictions are reported.
  std::optional<int> hub_of(const char* key, std::string& what) {
    if (!origin_.good({"application"})) return std::nullopt;
    if (scenario_.recovery_region.empty())
      origin_.error(at({key}), fmt::format("region {} has no pair to go to", quoted(scenario_.region)),
                    "write application.recovery_region");
    if (what == scenario_.region) return std::nullopt;
    const std::optional<std::uint32_t> index = hub_index(what, scenario_.hubs);
    if (!index) {
      origin_.error(
          at({key}), fmt::format("{} is neither the region of the application nor a hub", quoted(what)),
          fmt::format("write {}, or a hub such as {}", scenario_.region, scenario_.hubs.front().name));
      return std::nullopt;
    }
    what = scenario_.hubs[*index].name;
    if (scenario_.hubs[*index].region != scenario_.region)
      origin_.error(at({key}), fmt::format("{} is in another region than the application", what),
                    "write a hub of " + scenario_.region);
    return static_cast<int>(*index);
  }

  actions::Target target(const char* key, TargetGiven& given) {
    if (given.device && given.group)
      origin_.error(at({key, "group"}), "the action is about a device already", "write device or group");
    else if (given.device && given.share)
      origin_.error(at({key, "share"}), "a device has no shares", "write group: thermostats, or remove it");
    else if (given.device)
      return device_target(key, *given.device);
    else if (given.group)
      return group_target(key, given);
    else
      origin_.error(at({key}), "does not say whom", "write device: thermostats/17, or group: thermostats");
    return {};
  }

  actions::Target group_target(const char* key, TargetGiven& given) {
    if (!given.share) given.share = 1;
    if (origin_.good({"fleet"}) && !find_group(scenario_, *given.group))
      origin_.error(at({key, "group"}), fmt::format("no group {}", quoted(*given.group)), groups_listed());
    return {*given.group, std::nullopt, *given.share};
  }

  actions::Target device_target(const char* key, const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::string group = text.substr(0, slash);
    const auto number = sim::settings::parse_whole(slash == std::string::npos ? "" : text.substr(slash + 1));
    const auto* index = std::get_if<std::uint64_t>(&number);
    const device::Group* found = find_group(scenario_, group);
    if (!index)
      origin_.error(at({key, "device"}), fmt::format("{} is no device", quoted(text)),
                    "write a group and a number, such as thermostats/17");
    else if (!origin_.good({"fleet"}))
      return {};
    else if (!found)
      origin_.error(at({key, "device"}), fmt::format("no group {}", quoted(group)), groups_listed());
    else if (*index >= found->devices)
      origin_.error(at({key, "device"}), fmt::format("no device {}", quoted(text)),
                    fmt::format("{} has devices 0 to {}", group, found->devices - 1));
    else
      return {group, static_cast<std::uint32_t>(*index), 1};
    return {};
  }

  std::string groups_listed() const { return "write " + sim::settings::listed(group_names(scenario_)); }

  ActionGiven& given_;
  const Scenario& scenario_;
};

// An application of a later era has several hubs, and adds further ones by itself.
void check_migration(const Draft& draft, std::size_t index, const Origin& origin) {
  const Scenario& scenario = draft.scenario;
  const std::vector<Step> path{"actions", index, "migrate"}, hubs{"actions", index, "migrate", "hubs"};
  const auto have = static_cast<std::uint32_t>(scenario.hubs.size());
  for (std::size_t i = 0; i < index; ++i)
    if (draft.actions[i].migrate)
      return origin.error(path, "the application is migrated once",
                          fmt::format("the first is actions[{}]", i));
  if (scenario.era != Era::legacy || have != 1)
    return origin.error(path, "only an application of one hub is migrated",
                        "write application: {era: legacy, hubs: {count: 1}}");
  const std::uint32_t wanted = draft.actions[index].migrate->hubs;
  const Limits& limits = limits_of(scenario.quotas);
  if (scenario.limits_documented && wanted > limits.hubs)
    origin.error(
        hubs,
        fmt::format("{} hubs are more than the {} that a provisioning service can link", wanted, limits.hubs),
        "limits: off would let it pass");
  const hub::Settings& model = scenario.hubs.front();
  if (model.units > scenario.editions.at(model.edition).units_max)
    origin.error(path,
                 fmt::format("{} has more units than its edition admits: no hub is made like it", model.name),
                 "write fewer units");
}

// The first joins then; nobody, where all are there from the start.
std::optional<sim::Time> first_join(const device::Group& group) {
  if (!group.joins) return std::nullopt;
  return sim::Time{group.joins->of(0, group.devices)};
}

void check_approval(const Scenario& scenario, std::size_t index, const Origin& origin) {
  const actions::Action& action = scenario.actions[index];
  const auto* approve = std::get_if<actions::Approve>(&action.kind);
  if (!approve || !origin.good({"fleet"})) return;
  const device::Group* group = find_group(scenario, approve->target.group);
  if (!group) return;
  if (group->approval.kind == provisioning::Approval::Kind::automatic)
    return origin.error({"actions", index, "approve"},
                        fmt::format("devices of {} do not wait for approval", group->name),
                        "write approval: manual in the group");
  if (const auto first = first_join(*group); first && action.at <= *first)
    origin.error({"actions", index, "approve"}, fmt::format("no device of {} has joined then", group->name),
                 "approve later than " + sim::settings::format_duration(*first - sim::Time{}));
}

// Who is there at the start has been approved; and somebody must do it some time.
void check_group(Scenario& scenario, std::size_t index, const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "approval"};
  const device::Group& group = scenario.fleet[index];
  if (!origin.good(path) || group.approval.kind == provisioning::Approval::Kind::automatic) return;
  if (!group.joins && origin.good({"fleet", index, "joins"}))
    return origin.error(path, "no device waits for approval: all have been approved",
                        "write joins: over 10m");
  const bool approved =
      std::any_of(scenario.actions.begin(), scenario.actions.end(), [&](const auto& action) {
        const auto* approve = std::get_if<actions::Approve>(&action.kind);
        return approve && approve->target.group == group.name;
      });
  if (group.approval.kind == provisioning::Approval::Kind::manual && !approved)
    scenario.warnings.push_back(fmt::format("group {}: no action approves its devices", group.name));
}

}  // namespace

void resolve_actions(Draft& draft, const Origin& origin) {
  for (std::size_t i = 0; i < draft.actions.size(); ++i) {
    Resolver(draft.actions[i], i, draft.scenario, origin).run();
    draft.scenario.actions.push_back(draft.actions[i].action);
  }
  control::Settings& scaling = draft.scenario.scaling;
  for (const actions::Action& action : draft.scenario.actions) {
    const auto* back = std::get_if<actions::FailBack>(&action.kind);
    const bool moves = std::holds_alternative<actions::Migrate>(action.kind) || (back && !back->hub);
    scaling.makes_for_others = scaling.makes_for_others || moves;
    scaling.moves_for_others = scaling.moves_for_others || moves;
  }
}

void check_actions(Draft& draft, const Origin& origin) {
  for (std::size_t i = 0; i < draft.scenario.actions.size(); ++i) {
    if (!origin.good({"actions", i})) continue;
    if (draft.actions[i].migrate && origin.good({"application"})) check_migration(draft, i, origin);
    check_approval(draft.scenario, i, origin);
  }
  check_failover_orders(draft, origin);
  for (std::size_t g = 0; g < draft.scenario.fleet.size(); ++g) check_group(draft.scenario, g, origin);
}

}  // namespace application
