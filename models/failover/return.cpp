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
  std::vector<HubId> hubs = hubs_in(world_.recovery);
  std::erase_if(hubs, [this](HubId h) { return native_.contains(h); });
  return hubs;
}

// Hubs in the home region first; when all are there the service goes home, and the devices follow at the pace
// of a rebalance.
bool Coordinator::fail_back(Time now, CauseId action) {
  const auto refuse = [&](const std::string& why) {
    say(now, Outcome::refused, world_.home, why);
    return false;
  };
  if (where_ != world_.recovery || world_.recovery.empty())
    return refuse("the application has not failed over");
  if (world_.hands.lost(world_.home)) return refuse(fmt::format("{} is still lost", world_.home));
  if (going_home_) return refuse("it is under way already");
  if (settings_.moves == Moves::hubs)
    for (const HubId h : guests()) {
      const std::string obstacle = obstacle_to_failover(now, h, world_.home);
      if (!obstacle.empty()) return refuse(fmt::format("{}: {}", world_.estate->name(h), obstacle));
    }
  going_home_ = true;
  home_action_ = action;
  say(now, Outcome::begun, world_.home, "ordered");
  if (settings_.moves == Moves::hubs) {
    for (const HubId h : guests())
      if (fail_over_hub(now, h, true, action)) returning_.insert(h);
    where_ = world_.home;
    loss_.reset();
    world_.hands.move_dps(now, world_.home);
    hub_returned(now, HubId::none);
    return true;
  }
  Duration last{1};
  for (std::size_t i = 0; i < world_.home_hubs.size(); ++i)
    if (!world_.estate->exists(world_.home_hubs[i]) && world_.estate->exists(world_.recovery_hubs[i]))
      last = std::max(last, drawn({world_.create, false}, "hub at home", i));
  steps_.at(now + last, [this, action](Time then) { return_home(then, action); });
  return true;
}

void Coordinator::return_home(Time now, CauseId action) {
  if (world_.hands.lost(world_.home) || world_.hands.lost(where_)) {  // too late
    going_home_ = false;
    return say(now, Outcome::refused, world_.home, "a region was lost meanwhile");
  }
  open_home(now);
  world_.board->tell<&Listener::action_began>(now, action);
  leave_recovery(now, action);
}

void Coordinator::open_home(Time now) {
  control::Estate& estate = *world_.estate;
  world_.hands.move_dps(now, world_.home);
  where_ = world_.home;
  loss_.reset();
  for (std::size_t i = 0; i < world_.home_hubs.size(); ++i)
    if (!estate.exists(world_.home_hubs[i]) && estate.exists(world_.recovery_hubs[i]))
      estate.open(now, world_.home_hubs[i], size_like(world_.recovery_hubs[i]));
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
    say(now, Outcome::done, world_.home, "ordered");
  }
}

void Coordinator::leave(Time now, HubId hub, CauseId action) {
  world_.estate->set_draining(now, hub, true);
  world_.mover->drain(now, hub, action, [this, hub](Time then) { hub_left(then, hub); });
}

// Its devices have been moved away: it goes, or stands by again. Those that no assignment moves keep it.
void Coordinator::hub_left(Time now, HubId hub) {
  const bool stays = settings_.standby == Standby::warm && world_.estate->reserved(hub);
  std::size_t devices = 0;
  for (Device d = 0; d < world_.dps->devices(); ++d)
    devices += world_.dps->record(d) == hub && world_.dps->identity(d, hub) == hub::Identity::enabled;
  if (devices > 0)
    staying_ +=
        fmt::format("; {} stays, {} of its devices cannot be moved", world_.estate->name(hub), devices);
  else if (!stays && world_.estate->exists(hub))
    world_.estate->close(now, hub);
  if (--leaving_ > 0) return;
  going_home_ = false;
  say(now, Outcome::done, world_.home, "ordered" + staying_);
}

// The home region is lost while devices are on their way there: those left stay where they are.
void Coordinator::interrupt_return(Time now) {
  going_home_ = false;
  returning_.clear();
  leaving_ = 0;
  interrupted_ = settings_.moves != Moves::hubs;
  if (interrupted_) world_.mover->call_off(home_action_);
  say(now, Outcome::refused, world_.home, fmt::format("{} is lost again", world_.home));
}

// Why the hub cannot fail over to that region now; empty if it can.
std::string Coordinator::obstacle_to_failover(Time now, HubId hub, const std::string& to) const {
  if (!world_.estate->exists(hub)) return "it does not exist";
  if (failing_over_.contains(hub)) return "it is failing over already";
  if ((*world_.estate)[hub].settings().region == to) return "it is there already";
  if (world_.hands.lost(to)) return fmt::format("{} is lost", to);
  const auto moved = hub_moved_.find(hub);
  const bool just_moved = moved != hub_moved_.end() && now < moved->second + std::chrono::hours{1};
  return world_.limits && just_moved ? "it moved less than an hour ago" : "";
}

// Devices notice nothing at first; then the hub answers nobody until it is active in the other region, under
// the same name.
bool Coordinator::fail_over_hub(Time now, HubId hub, bool home, CauseId action) {
  const std::string& to = home ? world_.home : world_.recovery;
  if (const std::string obstacle = obstacle_to_failover(now, hub, to); !obstacle.empty()) {
    say(now, Outcome::refused, to, obstacle, hub);
    return false;
  }
  failing_over_.insert(hub);
  const std::uint64_t devices = world_.dps->provisioned(hub);
  const Duration takes = std::max(settings_.hub.of(devices), Duration{2});
  world_.board->tell<&Listener::action_began>(now, action);
  say(now, Outcome::begun, to,
      fmt::format("{} devices, so it takes {}", devices, sim::settings::format_duration(takes)), hub);
  const Time away = now + std::clamp(settings_.errors_after, Duration{1}, takes - Duration{1});
  steps_.at(away, [this, hub, action](Time then) {
    if (failing_over_.contains(hub)) world_.hands.set_away(then, hub, true, action);
  });
  steps_.at(now + takes, [this, hub, to, action](Time then) { switch_hub(then, hub, to, action); });
  return true;
}

void Coordinator::switch_hub(Time now, HubId hub, const std::string& to, CauseId action) {
  if (failing_over_.erase(hub) == 0) return;  // it has moved with its region
  const bool exists = world_.estate->exists(hub);
  if (!exists || world_.hands.lost(to)) {
    world_.hands.set_away(now, hub, false, action);
    say(now, Outcome::refused, to, exists ? fmt::format("{} is lost", to) : "it does not exist any more",
        hub);
    return hub_returned(now, hub);
  }
  world_.hands.move_hub(now, hub, to, hub::Mode::refuse, action);
  world_.hands.set_away(now, hub, false, action);
  hub_moved_[hub] = now;
  say(now, Outcome::done, to, "its name leads there now", hub);
  hub_returned(now, hub);
}

// The way home of an application whose hubs move is over when the last of them is there, or cannot be.
void Coordinator::hub_returned(Time now, HubId hub) {
  returning_.erase(hub);
  if (!going_home_ || settings_.moves != Moves::hubs || !returning_.empty()) return;
  going_home_ = false;
  say(now, Outcome::done, world_.home, "ordered");
}

}  // namespace failover
