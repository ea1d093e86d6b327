#include "models/actions/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/hub/names.hpp"
#include "sim/settings/text.hpp"

namespace actions {
namespace {

using sim::settings::Origin;
using sim::settings::quoted;
using sim::settings::Step;

std::vector<std::string> group_names(const Context& context) {
  std::vector<std::string> names;
  for (const device::Group& group : context.fleet) names.push_back(group.name);
  return names;
}

const device::Group* find_group(const Context& context, const std::string& name) {
  for (const device::Group& group : context.fleet)
    if (group.name == name) return &group;
  return nullptr;
}

// One action while it is resolved.
class Resolver : private sim::settings::Part {
 public:
  Resolver(ActionGiven& given, std::size_t index, const Context& context, const Origin& origin)
      : Part(origin, {"actions", index}), given_(given), context_(context) {}

  void run() {
    std::string first;
    for (const std::string& key : kind_keys()) {
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
    Kind& kind = given_.action.kind;
    if (given_.manual_failover) {
      if (!given_.manual_failover->ttl) given_.manual_failover->ttl = default_ttl();
      kind = ManualFailover{target("manual_failover", *given_.manual_failover), *given_.manual_failover->ttl};
    }
    if (given_.manual_failback) kind = ManualFailback{target("manual_failback", *given_.manual_failback)};
    if (given_.block) kind = Block{target("block", *given_.block)};
    if (given_.unblock) kind = Unblock{target("unblock", *given_.unblock)};
    if (given_.approve) kind = Approve{target("approve", *given_.approve)};
    if (given_.migrate) kind = *given_.migrate;
    if (given_.fail_over) kind = FailOver{hub_of("fail_over", *given_.fail_over)};
    if (given_.fail_back) kind = FailBack{hub_of("fail_back", *given_.fail_back)};
    if (given_.restart_export) kind = restart(*given_.restart_export);
  }

  RestartExport restart(const RestartGiven& given) {
    const auto& all = context_.exports;
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
  std::optional<ids::HubId> hub_of(const char* key, std::string& what) {
    if (!origin_.good({"application"})) return std::nullopt;
    if (context_.recovery_region.empty())
      origin_.error(at({key}), fmt::format("region {} has no pair to go to", quoted(context_.region)),
                    "write application.recovery_region");
    if (what == context_.region) return std::nullopt;
    const std::optional<std::uint32_t> index = hub::index_of(what, hub::names_of(context_.hubs));
    if (!index) {
      origin_.error(
          at({key}), fmt::format("{} is neither the region of the application nor a hub", quoted(what)),
          fmt::format("write {}, or a hub such as {}", context_.region, context_.hubs.front().name));
      return std::nullopt;
    }
    what = context_.hubs[*index].name;
    if (context_.hubs[*index].region != context_.region)
      origin_.error(at({key}), fmt::format("{} is in another region than the application", what),
                    "write a hub of " + context_.region);
    return ids::HubId(*index);
  }

  Target target(const char* key, TargetGiven& given) {
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

  Target group_target(const char* key, TargetGiven& given) {
    if (!given.share) given.share = 1;
    if (origin_.good({"fleet"}) && !find_group(context_, *given.group))
      origin_.error(at({key, "group"}), fmt::format("no group {}", quoted(*given.group)), groups_listed());
    return {*given.group, std::nullopt, *given.share};
  }

  Target device_target(const char* key, const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::string group = text.substr(0, slash);
    const auto number = sim::settings::parse_whole(slash == std::string::npos ? "" : text.substr(slash + 1));
    const auto* index = std::get_if<std::uint64_t>(&number);
    const device::Group* found = find_group(context_, group);
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

  std::string groups_listed() const { return "write " + sim::settings::listed(group_names(context_)); }

  ActionGiven& given_;
  const Context& context_;
};

// An application of a later era has several hubs, and adds further ones by itself.
void check_migration(const std::vector<ActionGiven>& all, std::size_t index, const Context& context,
                     const Origin& origin) {
  const std::vector<Step> path{"actions", index, "migrate"}, hubs{"actions", index, "migrate", "hubs"};
  const auto have = static_cast<std::uint32_t>(context.hubs.size());
  for (std::size_t i = 0; i < index; ++i)
    if (all[i].migrate)
      return origin.error(path, "the application is migrated once",
                          fmt::format("the first is actions[{}]", i));
  if (!context.legacy || have != 1)
    return origin.error(path, "only an application of one hub is migrated",
                        "write application: {era: legacy, hubs: {count: 1}}");
  const std::uint32_t wanted = all[index].migrate->hubs;
  if (context.documented && wanted > context.linkable)
    origin.error(hubs,
                 fmt::format("{} hubs are more than the {} that a provisioning service can link", wanted,
                             context.linkable),
                 "limits: off would let it pass");
  const hub::Settings& model = context.hubs.front();
  if (model.units > context.editions.at(model.edition).units_max)
    origin.error(path,
                 fmt::format("{} has more units than its edition admits: no hub is made like it", model.name),
                 "write fewer units");
}

// The first joins then; nobody, where all are there from the start.
std::optional<sim::Time> first_join(const device::Group& group) {
  if (!group.joins) return std::nullopt;
  return sim::Time{group.joins->of(0, group.devices)};
}

void check_approval(const Action& action, std::size_t index, const Context& context, const Origin& origin) {
  const auto* approve = std::get_if<Approve>(&action.kind);
  if (!approve || !origin.good({"fleet"})) return;
  const device::Group* group = find_group(context, approve->target.group);
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
void check_group(const std::vector<Action>& all, std::size_t index, const Context& context,
                 std::vector<std::string>& warnings, const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "approval"};
  const device::Group& group = context.fleet[index];
  if (!origin.good(path) || group.approval.kind == provisioning::Approval::Kind::automatic) return;
  if (!group.joins && origin.good({"fleet", index, "joins"}))
    return origin.error(path, "no device waits for approval: all have been approved",
                        "write joins: over 10m");
  const bool approved = std::any_of(all.begin(), all.end(), [&](const auto& action) {
    const auto* approve = std::get_if<Approve>(&action.kind);
    return approve && approve->target.group == group.name;
  });
  if (group.approval.kind == provisioning::Approval::Kind::manual && !approved)
    warnings.push_back(fmt::format("group {}: no action approves its devices", group.name));
}

}  // namespace

std::vector<Action> resolve(std::vector<ActionGiven>& given, const Context& context, const Origin& origin) {
  std::vector<Action> all;
  for (std::size_t i = 0; i < given.size(); ++i) {
    Resolver(given[i], i, context, origin).run();
    all.push_back(given[i].action);
  }
  return all;
}

void check(const std::vector<ActionGiven>& given, const std::vector<Action>& all, const Context& context,
           std::vector<std::string>& warnings, const Origin& origin) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!origin.good({"actions", i})) continue;
    if (given[i].migrate && origin.good({"application"})) check_migration(given, i, context, origin);
    check_approval(all[i], i, context, origin);
  }
  for (std::size_t g = 0; g < context.fleet.size(); ++g) check_group(all, g, context, warnings, origin);
}

std::vector<failover::Order> orders(const std::vector<ActionGiven>& given, const std::vector<Action>& all,
                                    const Context& context, const Origin& origin) {
  std::vector<failover::Order> orders;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!origin.good({"actions", i, "fail_over"}) || !origin.good({"actions", i, "fail_back"})) continue;
    if (const auto* over = std::get_if<FailOver>(&all[i].kind))
      orders.push_back({i, false, over->hub, all[i].at});
    if (const auto* back = std::get_if<FailBack>(&all[i].kind))
      orders.push_back({i, true, back->hub, all[i].at});
  }
  // One that could not be read has no hub either.
  std::erase_if(orders, [&](const failover::Order& order) {
    const ActionGiven& action = given[order.action];
    return !order.hub && (order.back ? action.fail_back : action.fail_over) != context.region;
  });
  std::stable_sort(orders.begin(), orders.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return orders;
}

}  // namespace actions
