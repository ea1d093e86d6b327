#include "models/failover/coordinator.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/purpose.hpp"
#include "models/ranks.hpp"
#include "sim/settings/quantity.hpp"

namespace failover {

using signals::Decision;
using signals::Listener;
using signals::RegionStep;
using Outcome = Decision::Outcome;

Coordinator::Coordinator(const World& world, const std::string& here, const Settings& settings)
    : world_(world),
      settings_(settings),
      steps_(*world.stage, here, "failover coordinator", ranks::failover),
      where_(world.home) {}

void Coordinator::at(Time t, void (Coordinator::*what)(Time)) {
  const int fault = loss_->fault;
  steps_.at(t, [this, fault, what](Time now) {
    if (current(fault)) (this->*what)(now);
  });
}

Duration Coordinator::drawn(const Delay& delay, const char* what, std::uint32_t index) const {
  const std::uint64_t who = sim::hash_text(what, std::string_view(what).size());
  const double u = world_.streams->draw(who, purpose::region_times, losses_ * 64 + index % 64).uniform(0);
  return delay.at(u);
}

// The size of a hub, also of one that is no more.
signals::Size Coordinator::size_like(int hub) const {
  const hub::Settings& settings = (*world_.estate)[hub].settings();
  return {static_cast<std::uint8_t>(settings.edition), settings.units};
}

void Coordinator::say(Time now, Outcome outcome, const std::string& to, const std::string& why,
                      int hub) const {
  const std::string& from = to == world_.home ? world_.recovery : world_.home;
  world_.board->tell<&Listener::decided>(
      Decision{now, Decision::Kind::failover, outcome, hub, from, to, why});
}

void Coordinator::step(Time now, RegionStep which) const {
  world_.board->tell<&Listener::region_step>(now, loss_->fault, which);
}

// The registry's copy lacks what is younger than the recovery point.
void Coordinator::assigned(Device d, Time at_time, int, int to) {
  if (at_time == Time{} || to == signals::no_hub) return;
  recent_.emplace_back(at_time, d);
  while (!recent_.empty() && recent_.front().first <= at_time - settings_.rpo) recent_.pop_front();
}

void Coordinator::region_lost(Time now, int fault, const std::string& region) {
  if (region != where_ || loss_) return;
  loss_ = Loss{};
  loss_->fault = fault;
  loss_->region = region;
  loss_->at = now;
  ++losses_;
  for (const int h : where_ == world_.home ? world_.home_hubs : world_.recovery_hubs)
    if (world_.estate->exists(h)) loss_->unread += (*world_.estate)[h].unread(now, settings_.unread);
  step(now, RegionStep::lost);
  if (where_ == world_.home && !world_.recovery.empty())
    at(now + std::max(drawn(settings_.detection, "detection"), Duration{1}), &Coordinator::detect);
}

// A failover is called off when the region comes back, from whatever took it, before the service has moved.
void Coordinator::look(Time now) {
  if (!loss_ || world_.hands.lost(loss_->region) || (loss_->dps_moved && !loss_->over)) return;
  if (!loss_->over) call_off(now);
  loss_.reset();
}

void Coordinator::call_off(Time now) {
  step(now, RegionStep::cancelled);
  if (loss_->decided) say(now, Outcome::refused, world_.recovery, fmt::format("{} is back before", where_));
  if (settings_.standby != Standby::cold) return;
  for (const int h : world_.recovery_hubs)
    if (world_.estate->exists(h)) world_.estate->close(now, h);
}

void Coordinator::detect(Time now) {
  loss_->detected = true;
  step(now, RegionStep::detected);
  if (settings_.standby == Standby::active) return decide(now);  // nothing is to be decided
  if (settings_.automatic)
    at(now + std::max(settings_.decision, Duration{1}), &Coordinator::decide);
  else if (loss_->asked)
    decide(now);
}

bool Coordinator::fail_over(Time now) {
  const auto refuse = [&](const std::string& why) {
    say(now, Outcome::refused, world_.recovery, why);
    return false;
  };
  if (!loss_ || where_ != world_.home) return refuse("the application has not lost its region");
  if (loss_->decided) return refuse("it has been ordered already");
  loss_->asked = true;
  if (loss_->detected) decide(now);
  return true;
}

void Coordinator::decide(Time now) {
  loss_->decided = true;
  loss_->hubs_to_come = settings_.moves == Moves::hubs ? 1 : world_.recovery_hubs.size();
  step(now, RegionStep::decided);
  say(now, Outcome::begun, world_.recovery, fmt::format("{} is lost", where_));
  const Time soon = now + Duration{1};
  switch (settings_.standby) {
    case Standby::none: {
      const Time back = std::max(soon, loss_->at + drawn(settings_.service_rto, "recovery"));
      at(back, &Coordinator::bring_dps_back);
      return at(back, &Coordinator::bring_hubs_back);
    }
    case Standby::cold:
      at(std::max(soon, now + drawn({world_.create, false}, "provisioning service")),
         &Coordinator::bring_dps_back);
      for (std::size_t i = 0; i < world_.recovery_hubs.size(); ++i) {
        const int fault = loss_->fault;
        const Duration takes = drawn({world_.create, false}, "hub", static_cast<std::uint32_t>(i));
        steps_.at(std::max(soon, now + takes), [this, fault, i](Time then) {
          if (current(fault)) bring_hub_back(then, i);
        });
      }
      return;
    case Standby::warm:
    case Standby::active:
      at(std::max(soon, now + settings_.switch_over), &Coordinator::bring_dps_back);
      return at(std::max(soon, now + settings_.switch_over), &Coordinator::bring_hubs_back);
  }
}

void Coordinator::bring_dps_back(Time now) {
  loss_->dps_moved = true;
  forget_what_is_lost(now);
  world_.hands.move_dps(now, world_.recovery);
  step(now, RegionStep::dps_back);
  if (loss_->hubs_to_come == 0) finish_hubs(now);
}

void Coordinator::bring_hubs_back(Time now) {
  if (settings_.moves == Moves::hubs) {
    for (const int h : world_.home_hubs)
      world_.hands.move_hub(now, h, world_.recovery, hub::Mode::silent, loss_->fault);
    loss_->hubs_to_come = 0;
    return finish_hubs(now);
  }
  for (std::size_t i = 0; i < world_.recovery_hubs.size(); ++i) bring_hub_back(now, i);
}

// A hub like the one that is lost, or the one that stands by.
void Coordinator::bring_hub_back(Time now, std::size_t i) {
  control::Estate& estate = *world_.estate;
  const int hub = world_.recovery_hubs[i];
  if (!estate.exists(hub)) estate.open(now, hub, size_like(world_.home_hubs[i]));
  estate.set_draining(now, hub, false);
  if (--loss_->hubs_to_come == 0) finish_hubs(now);
}

// All hubs are there: those of the lost region are no part of the application any more, unless it has hubs on
// both sides, or they are the same.
void Coordinator::finish_hubs(Time now) {
  if (!loss_->dps_moved) return;
  step(now, RegionStep::hubs_back);
  say(now, Outcome::done, world_.recovery, fmt::format("{} was lost", world_.home));
  where_ = world_.recovery;
  loss_->over = true;
  if (settings_.moves == Moves::hubs) return;
  control::Estate& estate = *world_.estate;
  for (const int h : world_.home_hubs) {
    if (settings_.standby == Standby::active)
      estate.set_healthy(now, h, false);
    else if (estate.exists(h))
      estate.abandon(now, h);
  }
}

// The copy of registry and twins is as old as the recovery point, and what nobody had read is gone.
void Coordinator::forget_what_is_lost(Time now) {
  std::uint64_t twins = 0;
  std::vector<bool> counted(world_.dps->devices());
  const auto was_there = [this](Device d) {
    const std::vector<int>& hubs = world_.home_hubs;
    return std::find(hubs.begin(), hubs.end(), world_.dps->record(d)) != hubs.end();
  };
  for (const auto& [when, d] : recent_)
    if (when > loss_->at - settings_.rpo && when <= loss_->at && !counted[d] && was_there(d)) {
      counted[d] = true;
      ++twins;
      world_.dps->forget_record(now, d);
    }
  recent_.clear();
  for (Device d = 0; d < world_.dps->devices(); ++d) {
    const Duration period = world_.hands.property_period(d);
    if (counted[d] || period.count() == 0 || !was_there(d)) continue;
    const double u = world_.streams->draw(world_.dps->key(d), purpose::twin_age, losses_).uniform(0);
    twins += sim::uniform_between(Duration{0}, period, u) < settings_.rpo;
  }
  for (const int h : world_.home_hubs) world_.dps->set_restored(h);
  world_.board->tell<&Listener::region_forgot>(now, loss_->fault, twins, loss_->unread);
}

}  // namespace failover
