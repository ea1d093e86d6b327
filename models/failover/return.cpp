// The way home, and single hubs that fail over: what an operator orders of the coordinator.
#include <fmt/format.h>

#include <algorithm>

#include "models/failover/coordinator.hpp"
#include "sim/settings/quantity.hpp"

namespace failover {

using signals::Decision;
using signals::Listener;
using Outcome = Decision::Outcome;

// Hubs in the home region first; when all are there the service goes home, and the devices follow at the pace
// of a rebalance.
bool Coordinator::fail_back(Time now, int action) {
  const auto refuse = [&](const std::string& why) {
    say(now, Outcome::refused, world_.home, why);
    return false;
  };
  if (where_ != world_.recovery || world_.recovery.empty())
    return refuse("the application has not failed over");
  if (world_.hands.lost(world_.home)) return refuse(fmt::format("{} is still lost", world_.home));
  if (going_home_) return refuse("it is under way already");
  going_home_ = true;
  say(now, Outcome::begun, world_.home, "ordered");
  if (settings_.moves == Moves::hubs) {
    for (const int h : world_.home_hubs) fail_over_hub(now, h, action);
    where_ = world_.home;
    loss_.reset();
    going_home_ = false;
    world_.hands.move_dps(now, world_.home);
    return true;
  }
  Duration last{1};
  for (std::size_t i = 0; i < world_.home_hubs.size(); ++i)
    if (!world_.estate->exists(world_.home_hubs[i]))
      last = std::max(last, drawn({world_.create, false}, "hub at home", static_cast<std::uint32_t>(i)));
  steps_.at(now + last, [this, action](Time then) { return_home(then, action); });
  return true;
}

void Coordinator::return_home(Time now, int action) {
  if (world_.hands.lost(world_.home) || world_.hands.lost(where_)) {  // too late
    going_home_ = false;
    return say(now, Outcome::refused, world_.home, "a region was lost meanwhile");
  }
  open_home(now);
  world_.board->tell<&Listener::action_began>(now, action);
  const std::vector<int> there = world_.estate->existing();
  leaving_ = 0;
  for (const int h : there)
    if ((*world_.estate)[h].settings().region == world_.recovery && settings_.standby != Standby::active) {
      ++leaving_;
      leave(now, h, action);
    }
  if (leaving_ == 0) going_home_ = false;
}

void Coordinator::open_home(Time now) {
  control::Estate& estate = *world_.estate;
  world_.hands.move_dps(now, world_.home);
  where_ = world_.home;
  loss_.reset();
  for (std::size_t i = 0; i < world_.home_hubs.size(); ++i)
    if (!estate.exists(world_.home_hubs[i]))
      estate.open(now, world_.home_hubs[i], size_like(world_.recovery_hubs[i]));
}

// Its devices are moved away; then it goes, or stands by again.
void Coordinator::leave(Time now, int hub, int action) {
  world_.estate->set_draining(now, hub, true);
  world_.mover->drain(now, hub, action, [this, hub](Time then) {
    const bool stays = settings_.standby == Standby::warm && world_.estate->reserved(hub);
    if (!stays && world_.estate->exists(hub)) world_.estate->close(then, hub);
    if (--leaving_ > 0) return;
    going_home_ = false;
    say(then, Outcome::done, world_.home, "ordered");
  });
}

std::string Coordinator::other_region(int hub) const {
  return (*world_.estate)[hub].settings().region == world_.home ? world_.recovery : world_.home;
}

// Devices notice nothing at first; then the hub answers nobody until it is active in the other region, under
// the same name.
bool Coordinator::fail_over_hub(Time now, int hub, int action) {
  const auto refuse = [&](const std::string& why) {
    say(now, Outcome::refused, other_region(hub), why, hub);
    return false;
  };
  if (!world_.estate->exists(hub)) return refuse("it does not exist");
  if (failing_over_.contains(hub)) return refuse("it is failing over already");
  if (world_.hands.lost(other_region(hub))) return refuse(fmt::format("{} is lost", other_region(hub)));
  failing_over_.insert(hub);
  const std::uint64_t devices = world_.dps->provisioned(hub);
  const Duration takes = std::max(settings_.hub.of(devices), Duration{2});
  world_.board->tell<&Listener::action_began>(now, action);
  say(now, Outcome::begun, other_region(hub),
      fmt::format("{} devices, so it takes {}", devices, sim::settings::format_duration(takes)), hub);
  const Time away = now + std::clamp(settings_.errors_after, Duration{1}, takes - Duration{1});
  steps_.at(away, [this, hub, action](Time then) { world_.hands.set_away(then, hub, true, action); });
  steps_.at(now + takes, [this, hub, action](Time then) { switch_hub(then, hub, action); });
  return true;
}

void Coordinator::switch_hub(Time now, int hub, int action) {
  failing_over_.erase(hub);
  const std::string to = other_region(hub);
  world_.hands.move_hub(now, hub, to, hub::Mode::refuse, action);
  world_.hands.set_away(now, hub, false, action);
  say(now, Outcome::done, to, "its name leads there now", hub);
}

}  // namespace failover
