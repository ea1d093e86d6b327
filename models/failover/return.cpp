// The way home, and single hubs that fail over: what an operator orders of the coordinator.
#include <fmt/format.h>

#include <algorithm>

#include "models/failover/coordinator.hpp"
#include "sim/settings/quantity.hpp"

namespace failover {

using signals::Decision;
using signals::Listener;
using Outcome = Decision::Outcome;

// The hubs in the recovery region that do not belong there.
std::vector<HubId> Coordinator::guests() const {
  std::vector<HubId> hubs = hubs_in(needs_.recovery);
  std::erase_if(hubs, [this](HubId h) { return native_.contains(h); });
  return hubs;
}

// Hubs in the home region first; when all are there the service goes home, and the devices follow at the pace
// of a rebalance.
bool Coordinator::fail_back(Time now, CauseId action) {
  const auto refuse = [&](const std::string& why) {
    say(now, Outcome::refused, needs_.home, why);
    return false;
  };
  if (where_ != needs_.recovery || needs_.recovery.empty())
    return refuse("the application has not failed over");
  if (needs_.hands.lost(needs_.home)) return refuse(fmt::format("{} is still lost", needs_.home));
  if (going_home_) return refuse("it is under way already");
  if (settings_.moves == Moves::hubs)
    for (const HubId h : guests()) {
      const std::string obstacle = obstacle_to_failover(now, h, needs_.home);
      if (!obstacle.empty()) return refuse(fmt::format("{}: {}", needs_.inventory->name(h), obstacle));
    }
  going_home_ = true;
  home_action_ = action;
  say(now, Outcome::begun, needs_.home, "ordered");
  if (settings_.moves == Moves::hubs) {
    for (const HubId h : guests())
      if (fail_over_hub(now, h, true, action)) returning_.insert(h);
    where_ = needs_.home;
    loss_.reset();
    needs_.hands.move_dps(now, needs_.home);
    hub_returned(now, HubId::none);
    return true;
  }
  Duration last{1};
  for (std::size_t i = 0; i < needs_.home_hubs.size(); ++i)
    if (!needs_.inventory->exists(needs_.home_hubs[i]) && needs_.inventory->exists(needs_.recovery_hubs[i]))
      last = std::max(last, drawn({needs_.create, false}, "hub at home", i));
  steps_.at(now + last, [this, action](Time then) { return_home(then, action); });
  return true;
}

void Coordinator::return_home(Time now, CauseId action) {
  if (needs_.hands.lost(needs_.home) || needs_.hands.lost(where_)) {  // too late
    going_home_ = false;
    return say(now, Outcome::refused, needs_.home, "a region was lost meanwhile");
  }
  open_home(now);
  needs_.board->tell<&Listener::action_began>(now, action);
  leave_recovery(now, action);
}

void Coordinator::open_home(Time now) {
  control::Inventory& inventory = *needs_.inventory;
  needs_.hands.move_dps(now, needs_.home);
  where_ = needs_.home;
  loss_.reset();
  for (std::size_t i = 0; i < needs_.home_hubs.size(); ++i)
    if (!inventory.exists(needs_.home_hubs[i]) && inventory.exists(needs_.recovery_hubs[i]))
      inventory.open(now, needs_.home_hubs[i], size_like(needs_.recovery_hubs[i]));
}

// Hubs that the application has in the recovery region for the loss alone.
void Coordinator::leave_recovery(Time now, CauseId action) {
  std::vector<HubId> hubs;
  if (settings_.standby != Standby::active) hubs = guests();
  std::erase_if(hubs, [this](HubId h) { return hub_moved_.contains(h); });
  staying_.clear();
  leaving_ = hubs.size();
  for (const HubId h : hubs) leave(now, h, action);
  if (hubs.empty()) {
    going_home_ = false;
    say(now, Outcome::done, needs_.home, "ordered");
  }
}

void Coordinator::leave(Time now, HubId hub, CauseId action) {
  needs_.inventory->set_draining(now, hub, true);
  needs_.mover->drain(now, hub, action, [this, hub](Time then) { hub_left(then, hub); });
}

// Its devices have been moved away: it goes, or stands by again. Those that no assignment moves keep it.
void Coordinator::hub_left(Time now, HubId hub) {
  const bool stays = settings_.standby == Standby::warm && needs_.inventory->reserved(hub);
  std::size_t devices = 0;
  for (Device d = 0; d < needs_.dps->devices(); ++d)
    devices += needs_.dps->record(d) == hub && needs_.dps->identity(d, hub) == hub::Identity::enabled;
  if (devices > 0)
    staying_ +=
        fmt::format("; {} stays, {} of its devices cannot be moved", needs_.inventory->name(hub), devices);
  else if (!stays && needs_.inventory->exists(hub))
    needs_.inventory->close(now, hub);
  if (--leaving_ > 0) return;
  going_home_ = false;
  say(now, Outcome::done, needs_.home, "ordered" + staying_);
}

// The home region is lost while devices are on their way there: those left stay where they are.
void Coordinator::interrupt_return(Time now) {
  going_home_ = false;
  returning_.clear();
  leaving_ = 0;
  interrupted_ = settings_.moves != Moves::hubs;
  if (interrupted_) needs_.mover->call_off(home_action_);
  say(now, Outcome::refused, needs_.home, fmt::format("{} is lost again", needs_.home));
}

// Why the hub cannot fail over to that region now; empty if it can.
std::string Coordinator::obstacle_to_failover(Time now, HubId hub, const std::string& to) const {
  if (!needs_.inventory->exists(hub)) return "it does not exist";
  if (failing_over_.contains(hub)) return "it is failing over already";
  if ((*needs_.inventory)[hub].settings().region == to) return "it is there already";
  if (needs_.hands.lost(to)) return fmt::format("{} is lost", to);
  const auto moved = hub_moved_.find(hub);
  const bool just_moved = moved != hub_moved_.end() && now < moved->second + std::chrono::hours{1};
  return needs_.limits && just_moved ? "it moved less than an hour ago" : "";
}

// Devices notice nothing at first; then the hub answers nobody until it is active in the other region, under
// the same name.
bool Coordinator::fail_over_hub(Time now, HubId hub, bool home, CauseId action) {
  const std::string& to = home ? needs_.home : needs_.recovery;
  if (const std::string obstacle = obstacle_to_failover(now, hub, to); !obstacle.empty()) {
    say(now, Outcome::refused, to, obstacle, hub);
    return false;
  }
  failing_over_.insert(hub);
  const std::uint64_t devices = needs_.dps->provisioned(hub);
  const Duration takes = std::max(settings_.hub.of(devices), Duration{2});
  needs_.board->tell<&Listener::action_began>(now, action);
  say(now, Outcome::begun, to,
      fmt::format("{} devices, so it takes {}", devices, sim::settings::format_duration(takes)), hub);
  const Time away = now + std::clamp(settings_.errors_after, Duration{1}, takes - Duration{1});
  steps_.at(away, [this, hub, action](Time then) {
    if (failing_over_.contains(hub)) needs_.hands.set_away(then, hub, true, action);
  });
  steps_.at(now + takes, [this, hub, to, action](Time then) { switch_hub(then, hub, to, action); });
  return true;
}

void Coordinator::switch_hub(Time now, HubId hub, const std::string& to, CauseId action) {
  if (failing_over_.erase(hub) == 0) return;  // it has moved with its region
  const bool exists = needs_.inventory->exists(hub);
  if (!exists || needs_.hands.lost(to)) {
    needs_.hands.set_away(now, hub, false, action);
    say(now, Outcome::refused, to, exists ? fmt::format("{} is lost", to) : "it does not exist any more",
        hub);
    return hub_returned(now, hub);
  }
  needs_.hands.move_hub(now, hub, to, hub::Mode::refuse, action);
  needs_.hands.set_away(now, hub, false, action);
  hub_moved_[hub] = now;
  say(now, Outcome::done, to, "its name leads there now", hub);
  hub_returned(now, hub);
}

// The way home of an application whose hubs move is over when the last of them is there, or cannot be.
void Coordinator::hub_returned(Time now, HubId hub) {
  returning_.erase(hub);
  if (!going_home_ || settings_.moves != Moves::hubs || !returning_.empty()) return;
  going_home_ = false;
  say(now, Outcome::done, needs_.home, "ordered");
}

}  // namespace failover
