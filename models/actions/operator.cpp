#include "models/actions/operator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/purpose.hpp"
#include "models/ranks.hpp"

namespace actions {

using signals::Decision;
using signals::Listener;
using signals::Operation;
using Outcome = Decision::Outcome;

namespace {

std::string hubs_text(std::size_t n) { return fmt::format("{} {}", n, n == 1 ? "hub" : "hubs"); }
std::string counted(std::size_t n) { return fmt::format("{} {}", n, n == 1 ? "device" : "devices"); }

}  // namespace

Operator::Operator(const Dependencies& needs, const std::string& here, const std::vector<Action>& actions)
    : needs_(needs), actions_(actions) {
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const CauseId a = needs_.causes->action(i);
    needs_.stage->spawn("operator of " + at(a).name, here, ranks::failover, [this, a](sim::Member& me) {
      me.wait_until(at(a).at);
      std::visit([&](const auto& kind) { carry_out(me, a, kind); }, at(a).kind);
    });
  }
}

void Operator::begin(Time now, CauseId action) const {
  if (cuts_off(at(action).kind)) needs_.board->tell<&Listener::action_began>(now, action);
}

void Operator::tell(Time now, CauseId action, Outcome outcome, const std::string& reason) const {
  needs_.board->tell<&Listener::decided>(
      Decision{now, Decision::Kind::action, outcome, HubId::none, "", at(action).name, reason});
}

const GroupRange& Operator::range_of(const std::string& group) const {
  return *std::find_if(needs_.groups.begin(), needs_.groups.end(),
                       [&](const GroupRange& range) { return range.group == group; });
}

const GroupRange& Operator::range_of(Device d) const {
  return *std::find_if(needs_.groups.begin(), needs_.groups.end(), [d](const GroupRange& range) {
    return d >= range.first && d - range.first < range.devices;
  });
}

// Of a group always the same devices for a share, those of a smaller share among them, so that what one
// action did to a share another can undo.
std::vector<Device> Operator::devices_of(const Target& target) const {
  const GroupRange& range = range_of(target.group);
  if (target.device) return {range.first + *target.device};
  const std::uint64_t salt = needs_.streams->draw(0, purpose::action_order, 0).u64();
  std::vector<std::pair<std::uint64_t, Device>> ranked;
  for (Device d = range.first; d < range.first + range.devices; ++d)
    ranked.emplace_back(sim::mix(needs_.dps->key(d), salt), d);
  std::sort(ranked.begin(), ranked.end());
  const auto n = std::max<std::int64_t>(1, std::llround(target.share * static_cast<double>(range.devices)));
  std::vector<Device> devices;
  for (std::int64_t i = 0; i < n; ++i) devices.push_back(ranked[static_cast<std::size_t>(i)].second);
  return devices;
}

// The devices of a target that nothing stands in the way of; tells what is in the way of the others.
std::vector<Device> Operator::able(Time now, CauseId action, const Target& target,
                                   const Obstacle& obstacle) const {
  std::vector<Device> devices = devices_of(target);
  const std::size_t all = devices.size();
  std::map<std::string, std::size_t> obstacles;
  std::erase_if(devices, [&](Device d) {
    const std::string why = needs_.dps->has_left(d) ? "gone for good" : obstacle(d);
    if (!why.empty()) ++obstacles[why];
    return !why.empty();
  });
  const std::string what = describe(at(action).kind);
  for (const auto& [why, n] : obstacles)
    tell(now, action, Outcome::refused,
         all == 1 ? fmt::format("{}: {}", what, why)
                  : fmt::format("{}, {} of {}: {}", what, n, counted(all), why));
  return devices;
}

std::vector<Device> Operator::at_hubs(sim::Member& me, const std::vector<Device>& devices,
                                      const std::function<bool(Device)>& concerns,
                                      const std::function<void(HubId, const std::vector<Device>&)>& act,
                                      std::vector<HubId>& silent) const {
  std::map<HubId, std::vector<Device>> by_hub;
  for (const Device d : devices)
    if (concerns(d)) by_hub[needs_.dps->record(d)].push_back(d);
  if (by_hub.empty()) return {};
  std::vector<std::string> names;
  for (const auto& [hub, theirs] : by_hub) names.push_back(needs_.inventory->address(hub));
  const auto answers = me.exchange_all(names, "change identities", me.now() + needs_.timeout);
  std::vector<Device> later;
  std::size_t i = 0;
  for (auto& [hub, theirs] : by_hub) {
    const bool exists = needs_.inventory->exists(hub), heard = answers[i++] == "ok" || !exists;
    if (!heard) silent.push_back(hub);
    // A hub that is no more has no registry to ask.
    std::size_t credit = !heard ? 0 : exists ? (*needs_.inventory)[hub].can_disable(me.now()) : theirs.size();
    std::vector<Device> now;
    for (const Device d : theirs) {
      if (!concerns(d)) continue;
      const bool does = credit > 0 && needs_.dps->record(d) == hub;
      (does ? now : later).push_back(d);
      credit -= does;
    }
    if (!now.empty()) act(hub, now);
  }
  return later;
}

void Operator::at_hubs_until_done(sim::Member& me, std::vector<Device> devices,
                                  const std::function<bool(Device)>& concerns,
                                  const std::function<void(HubId, const std::vector<Device>&)>& act) const {
  for (std::vector<HubId> silent;;) {
    devices = at_hubs(me, devices, concerns, act, silent);
    if (devices.empty()) return;
    me.wait_until(me.now() + needs_.batch);
  }
}

std::string Operator::obstacle_to_failover(Device d) const {
  const HubId hub = needs_.dps->record(d);
  if (needs_.inventory->existing().size() < 2) return "the application has only one hub";
  if (range_of(d).edge) return "IoT Edge devices stay on their hub";
  if (access().blocked(d)) return "blocked";
  if (hub == HubId::none) return "never provisioned";
  if (away_.contains(d)) return "failed over already";
  if (!needs_.dps->may_move(d)) return "their enrollment group never assigns another hub";
  if (needs_.dps->identity(d, hub) != hub::Identity::enabled) return "being moved";
  return needs_.dps->other_hub(d) == HubId::none ? "no other hub may be allocated" : "";
}

void Operator::carry_out(sim::Member& me, CauseId action, const ManualFailover& kind) {
  const std::vector<Device> devices =
      able(me.now(), action, kind.target, [this](Device d) { return obstacle_to_failover(d); });
  if (devices.empty()) return;
  begin(me.now(), action);
  tell(me.now(), action, Outcome::begun, describe(at(action).kind));
  PendingMoves pending{{me.now(), {devices, false, {}}}};
  see_to(me, action, kind.ttl, pending);
}

void Operator::carry_out(sim::Member& me, CauseId action, const ManualFailback& kind) {
  const std::vector<Device> devices = able(me.now(), action, kind.target, [this](Device d) {
    const auto away = away_.find(d);
    return away == away_.end() || away->second.until == sim::never ? "not failed over" : "";
  });
  if (devices.empty()) return;
  tell(me.now(), action, Outcome::begun, describe(at(action).kind));
  for (const Device d : devices) away_[d].until = sim::never;  // its time does not matter any more
  PendingMoves pending{{me.now(), {devices, true, sim::never}}};
  see_to(me, action, Duration{0}, pending);
}

void Operator::see_to(sim::Member& me, CauseId action, Duration ttl, PendingMoves& pending) {
  while (!pending.empty()) {
    const Time due = pending.begin()->first;
    if (due > me.now()) me.wait_until(due);
    const PendingMove pending_move = std::move(pending.begin()->second);
    pending.erase(pending.begin());
    if (pending_move.back)
      send_back(me, action, pending_move, pending);
    else
      send_away(me, action, ttl, pending_move, pending);
  }
}

void Operator::send_away(sim::Member& me, CauseId action, Duration ttl, const PendingMove& pending_move,
                         PendingMoves& pending) {
  std::vector<HubId> silent;
  std::vector<Device> sent;
  const auto can = [this](Device d) { return obstacle_to_failover(d).empty(); };
  std::vector<Device> later = at_hubs(
      me, pending_move.devices, can,
      [&](HubId hub, const std::vector<Device>& devices) {
        for (const Device d : devices) {
          access().override_of(d, {needs_.dps->other_hub(d), false});
          away_[d] = {hub, me.now() + ttl};
        }
        needs_.inventory->disable(me.now(), hub, devices, action);
        sent.insert(sent.end(), devices.begin(), devices.end());
      },
      silent);
  // The others were overtaken by something else while the order was on its way.
  std::set<Device> settled(sent.begin(), sent.end());
  settled.insert(later.begin(), later.end());
  std::map<std::string, std::size_t> overtaken;
  for (const Device d : pending_move.devices) {
    if (settled.contains(d)) continue;
    const std::string obstacle = obstacle_to_failover(d);
    ++overtaken[obstacle.empty() ? "something else came before" : obstacle];
  }
  for (const auto& [obstacle, devices] : overtaken)
    tell(me.now(), action, Outcome::refused,
         fmt::format("{}, {}: {}", describe(at(action).kind), counted(devices), obstacle));
  if (!sent.empty()) pending.emplace(me.now() + ttl, PendingMove{sent, true, me.now() + ttl});
  for (const HubId hub : silent) {
    const std::size_t before = later.size();
    std::erase_if(later, [&](Device d) { return needs_.dps->record(d) == hub; });
    tell(me.now(), action, Outcome::refused,
         fmt::format("{}, {}: {} does not answer", describe(at(action).kind), counted(before - later.size()),
                     needs_.inventory->name(hub)));
  }
  if (!later.empty()) pending.emplace(me.now() + needs_.batch, PendingMove{later, false, {}});
}

// Each is to have its own hub again: who has followed must register once more.
void Operator::send_back(sim::Member& me, CauseId action, const PendingMove& pending_move,
                         PendingMoves& pending) {
  const auto concerns = [&](Device d) {
    const auto away = away_.find(d);
    return away != away_.end() && away->second.until == pending_move.until;
  };
  std::vector<Device> devices;
  for (const Device d : pending_move.devices) {
    if (!concerns(d)) continue;
    if (needs_.dps->has_left(d)) {
      access().clear_override(d);
      away_.erase(d);
      continue;
    }
    devices.push_back(d);
    access().override_of(d, {away_.at(d).home, true});
  }
  if (devices.empty()) return;
  begin(me.now(), action);
  std::vector<HubId> silent;
  const auto here = [&](Device d) { return concerns(d) && needs_.dps->record(d) != HubId::none; };
  const std::vector<Device> later = at_hubs(
      me, devices, here,
      [&](HubId hub, const std::vector<Device>& theirs) { return_from(me.now(), action, hub, theirs); },
      silent);
  if (!later.empty())
    pending.emplace(me.now() + needs_.batch, PendingMove{later, true, pending_move.until});
  else if (pending.empty())
    tell(me.now(), action, Outcome::done, describe(at(action).kind) + " is over");
}

void Operator::return_from(Time now, CauseId action, HubId hub, const std::vector<Device>& devices) {
  std::vector<Device> followed;
  std::size_t restored = 0;
  for (const Device d : devices) {
    const bool enabled = needs_.dps->identity(d, hub) == hub::Identity::enabled;
    if (hub != away_.at(d).home) {
      if (enabled) followed.push_back(d);
    } else if (!enabled && !access().disabled(d)) {
      needs_.dps->restore(now, d);  // it has never asked DPS
      ++restored;
    }
    away_.erase(d);
  }
  if (restored > 0) needs_.inventory->enable(now, hub, restored);
  if (!followed.empty()) needs_.inventory->disable(now, hub, followed, action);
}

void Operator::carry_out(sim::Member& me, CauseId action, const Block& kind) {
  const std::vector<Device> devices = able(me.now(), action, kind.target, [this](Device d) {
    return access().blocked(d) ? "blocked already" : "";
  });
  if (devices.empty()) return;
  begin(me.now(), action);
  tell(me.now(), action, Outcome::begun, describe(kind));
  std::vector<Device> known;
  for (const Device d : devices) {
    access().set_blocked(d, true);
    if (needs_.dps->record(d) == HubId::none)
      announce(d, me.now(), Operation::blocked, action);
    else
      known.push_back(d);
  }
  at_hubs_until_done(
      me, known,
      [this](Device d) {
        return access().blocked(d) && !access().disabled(d) && needs_.dps->record(d) != HubId::none;
      },
      [&](HubId hub, const std::vector<Device>& theirs) {
        needs_.inventory->disable(me.now(), hub, theirs, action);
      });
  tell(me.now(), action, Outcome::done, counted(devices.size()) + " blocked");
}

void Operator::carry_out(sim::Member& me, CauseId action, const Unblock& kind) {
  const std::vector<Device> devices = able(
      me.now(), action, kind.target, [this](Device d) { return access().blocked(d) ? "" : "not blocked"; });
  if (devices.empty()) return;
  tell(me.now(), action, Outcome::begun, describe(kind));
  for (const Device d : devices) {
    access().set_blocked(d, false);
    if (!access().disabled(d)) announce(d, me.now(), Operation::unblocked, action);
  }
  at_hubs_until_done(
      me, devices,
      [this](Device d) {
        return !access().blocked(d) && access().disabled(d) && needs_.dps->record(d) != HubId::none;
      },
      [&](HubId hub, const std::vector<Device>& theirs) {
        for (const Device d : theirs) {
          announce(d, me.now(), Operation::unblocked, action);
          needs_.dps->readmit(me.now(), d);
        }
        if (needs_.inventory->exists(hub)) needs_.inventory->enable(me.now(), hub, theirs.size());
      });
  tell(me.now(), action, Outcome::done, counted(devices.size()) + " unblocked");
}

void Operator::carry_out(sim::Member& me, CauseId action, const Approve& kind) {
  const std::vector<Device> devices = able(me.now(), action, kind.target, [&](Device d) {
    return access().waits(d, range_of(d).approval, me.now()) ? "" : "not waiting for approval";
  });
  for (const Device d : devices) {
    access().approve(d);
    announce(d, me.now(), Operation::approved, action);
  }
  if (!devices.empty()) tell(me.now(), action, Outcome::done, counted(devices.size()) + " approved");
}

void Operator::carry_out(sim::Member& me, CauseId action, const RestartExport& kind) {
  const bool done = needs_.restart_export(me.now(), kind);
  tell(me.now(), action, done ? Outcome::done : Outcome::refused,
       done ? "the export was started anew" : "restart of an export: it is not on");
}

// The hubs are made at the same time; when the last is there, the devices are spread.
void Operator::carry_out(sim::Member& me, CauseId action, const Migrate& kind) {
  control::Inventory& inventory = *needs_.inventory;
  const auto have = static_cast<std::uint32_t>(inventory.existing().size());
  const signals::Size size = inventory.size_of(inventory.existing().front());
  tell(me.now(), action, Outcome::begun, describe(kind));
  std::multimap<Time, HubId> coming;
  for (std::uint32_t n = have; n < kind.hubs; ++n) {
    const HubId place = inventory.free_place();
    if (place == HubId::none) break;
    inventory.promise(place);
    const std::string& name = inventory.name(place);
    const double u =
        needs_.streams->draw(sim::hash_text(name.data(), name.size()), purpose::migration, 0).uniform(0);
    coming.emplace(me.now() + std::max(needs_.create.at(u), Duration{1}), place);
  }
  const auto say = [&](Outcome outcome, HubId hub, std::size_t before) {
    needs_.board->tell<&Listener::decided>(Decision{me.now(), Decision::Kind::out, outcome, hub,
                                                    hubs_text(before), hubs_text(before + 1),
                                                    describe(kind)});
  };
  std::size_t before = have;
  for (const auto& [at, place] : coming) say(Outcome::begun, place, before++);
  for (const auto& [at, place] : coming) {
    if (at > me.now()) me.wait_until(at);
    while (!inventory.managed()) me.wait_until(me.now() + needs_.batch);  // its region is lost
    before = inventory.existing().size();
    inventory.open(me.now(), place, size);
    say(Outcome::done, place, before);
  }
  for (const auto& [at, place] : coming) needs_.mover->rebalance(me.now(), place, action);
  tell(me.now(), action, Outcome::done,
       hubs_text(inventory.existing().size()) + ", over which the devices are spread");
}

}  // namespace actions
