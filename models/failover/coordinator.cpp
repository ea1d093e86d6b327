#include "models/failover/coordinator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/purpose.hpp"
#include "models/ranks.hpp"
#include "sim/settings/quantity.hpp"

namespace failover {

using signals::Decision;
using signals::Listener;
using signals::RegionStep;
using Outcome = Decision::Outcome;

Coordinator::Coordinator(const Dependencies& needs, const std::string& here, const Settings& settings)
    : needs_(needs),
      settings_(settings),
      steps_(*needs.stage, here, "failover coordinator", ranks::failover),
      where_(needs.home) {
  for (const HubId h : needs.inventory->places())
    if ((*needs.inventory)[h].settings().region == needs.recovery && !needs.inventory->reserved(h))
      native_.insert(h);
}

std::vector<HubId> Coordinator::hubs_in(const std::string& region) const {
  std::vector<HubId> hubs = needs_.inventory->existing();
  std::erase_if(hubs, [&](HubId h) { return (*needs_.inventory)[h].settings().region != region; });
  return hubs;
}

// A step of the present failover.
void Coordinator::at(Time t, std::function<void(Time)> what) {
  steps_.at(t, [this, fault = loss_->fault, what = std::move(what)](Time now) {
    if (current(fault)) what(now);
  });
}

// One that is due at `t`, or was before: now, but not in the instant of the loss, in which nothing has ceased
// to serve yet.
void Coordinator::from(Time now, Time t, const std::function<void(Time)>& what) {
  if (t > now || now == loss_->at)
    at(std::max(t, now + Duration{1}), what);
  else
    what(now);
}

// One that is carried out in the recovery region, and waits while that is lost as well.
void Coordinator::in_recovery_from(Time now, Time t, const std::function<void(Time)>& what) {
  from(now, t, [this, what](Time then) {
    needs_.hands.lost(needs_.recovery) ? loss_->held.push_back(what) : what(then);
  });
}

Duration Coordinator::drawn(const Delay& delay, const char* what, std::size_t index) const {
  const std::uint64_t who = sim::hash_text(what, std::string_view(what).size());
  constexpr std::uint64_t numbered = 64;  // of a stream
  const double u = needs_.streams
                       ->draw(who + index / numbered, purpose::region_times,
                              ids::narrow<std::uint32_t>(losses_ * numbered + index % numbered))
                       .uniform(0);
  return delay.at(u);
}

// The size of a hub, also of one that is no more.
signals::Size Coordinator::size_like(HubId hub) const {
  const hub::Settings& settings = (*needs_.inventory)[hub].settings();
  return {static_cast<std::uint8_t>(settings.edition), settings.units};
}

void Coordinator::say(Time now, Outcome outcome, const std::string& to, const std::string& why,
                      HubId hub) const {
  const std::string& from = to == needs_.home ? needs_.recovery : needs_.home;
  needs_.board->tell<&Listener::decided>(
      Decision{now, Decision::Kind::failover, outcome, hub, from, to, why});
}

void Coordinator::step(Time now, RegionStep which) const {
  needs_.board->tell<&Listener::region_step>(now, loss_->fault, which);
}

// The registry's copy lacks what is younger than the recovery point.
void Coordinator::assigned(Device d, Time at_time, HubId, HubId to) {
  if (at_time == Time{} || to == HubId::none) return;
  recent_.emplace_back(at_time, d);
  while (!recent_.empty() && recent_.front().first <= at_time - settings_.rpo) recent_.pop_front();
}

void Coordinator::region_lost(Time now, CauseId fault, const std::string& region) {
  if (going_home_ && region == where_ && region == needs_.home) interrupt_return(now);
  if (region != where_ || loss_) return;
  loss_ = Loss{};
  loss_->fault = fault;
  loss_->region = region;
  loss_->at = now;
  ++losses_;
  for (const HubId h : hubs_in(region)) loss_->unread += (*needs_.inventory)[h].unread(now, settings_.unread);
  for (const HubId h : needs_.home_hubs)
    loss_->had_hub.push_back(needs_.inventory->exists(h) &&
                             (*needs_.inventory)[h].settings().region == region);
  step(now, RegionStep::lost);
  if (where_ == needs_.home && !needs_.recovery.empty() && settings_.recovers())
    at(now + std::max(drawn(settings_.detection, "detection"), Duration{1}), [this](Time t) { detect(t); });
}

// A failover is called off when the region comes back, from whatever took it, before the service has moved.
void Coordinator::look(Time now) {
  if (!loss_) return;
  if (!loss_->held.empty() && !needs_.hands.lost(needs_.recovery))
    for (const std::function<void(Time)>& step : std::exchange(loss_->held, {})) step(now);
  if (needs_.hands.lost(loss_->region) || (loss_->dps_moved && !loss_->over)) return;
  if (!loss_->over) call_off(now);
  if (loss_->over && settings_.standby == Standby::active && !needs_.probed)
    for (const HubId h : needs_.home_hubs) needs_.inventory->set_healthy(now, h, true);
  loss_.reset();
}

void Coordinator::call_off(Time now) {
  step(now, RegionStep::cancelled);
  if (loss_->decided) say(now, Outcome::refused, needs_.recovery, fmt::format("{} is back before", where_));
  if (interrupted_) {  // it goes on with its way home
    interrupted_ = false;
    going_home_ = true;
    return leave_recovery(now, home_action_);
  }
  if (settings_.standby != Standby::cold) return;
  for (const HubId h : needs_.recovery_hubs)
    if (needs_.inventory->exists(h)) needs_.inventory->close(now, h);
}

void Coordinator::detect(Time now) {
  loss_->detected = true;
  step(now, RegionStep::detected);
  if (settings_.standby == Standby::active) return decide(now);  // nothing is to be decided
  if (settings_.automatic)
    from(now, now + settings_.decision, [this](Time t) { decide(t); });
  else if (loss_->asked)
    decide(now);
}

bool Coordinator::fail_over(Time now) {
  const auto refuse = [&](const std::string& why) {
    say(now, Outcome::refused, needs_.recovery, why);
    return false;
  };
  if (!loss_ || where_ != needs_.home) return refuse("the application has not lost its region");
  if (loss_->decided) return refuse("it has been ordered already");
  loss_->asked = true;
  if (loss_->detected) decide(now);
  return true;
}

void Coordinator::decide(Time now) {
  if (loss_->decided) return;  // by an operator, before it would have been by itself
  loss_->decided = true;
  loss_->hubs_to_come = settings_.moves == Moves::hubs ? 1 : needs_.recovery_hubs.size();
  step(now, RegionStep::decided);
  say(now, Outcome::begun, needs_.recovery, fmt::format("{} is lost", where_));
  const auto dps = [this](Time t) { bring_dps_back(t); };
  if (settings_.standby == Standby::cold) {
    in_recovery_from(now, now + drawn({needs_.create, false}, "provisioning service"), dps);
    for (std::size_t i = 0; i < needs_.recovery_hubs.size(); ++i) {
      const Duration takes = drawn({needs_.create, false}, "hub", i);
      in_recovery_from(now, now + takes, [this, i](Time t) { bring_hub_back(t, i); });
    }
    return;
  }
  const Time back = settings_.stands_by() ? now + settings_.switch_over
                                          : loss_->at + drawn(settings_.service_rto, "recovery");
  in_recovery_from(now, back, dps);
  in_recovery_from(now, back, [this](Time t) { bring_hubs_back(t); });
}

void Coordinator::bring_dps_back(Time now) {
  loss_->dps_moved = true;
  forget_what_is_lost(now);
  needs_.hands.move_dps(now, needs_.recovery);
  step(now, RegionStep::dps_back);
  if (loss_->hubs_to_come == 0) finish_hubs(now);
}

void Coordinator::bring_hubs_back(Time now) {
  if (settings_.moves == Moves::hubs) {
    for (const HubId h : hubs_in(loss_->region)) {
      if (failing_over_.erase(h) > 0) {  // by itself as well: no more
        needs_.hands.set_away(now, h, false, loss_->fault);
        say(now, Outcome::refused, needs_.recovery, "it moves with its region", h);
      }
      needs_.hands.move_hub(now, h, needs_.recovery, hub::Mode::silent, loss_->fault);
      hub_moved_[h] = now;
    }
    loss_->hubs_to_come = 0;
    return finish_hubs(now);
  }
  for (std::size_t i = 0; i < needs_.recovery_hubs.size(); ++i) bring_hub_back(now, i);
}

// A hub like the one that is lost, or the one that stands by. None for a hub that was not there, or has
// failed over by itself.
void Coordinator::bring_hub_back(Time now, std::size_t i) {
  control::Inventory& inventory = *needs_.inventory;
  const HubId hub = needs_.recovery_hubs[i], home = needs_.home_hubs[i];
  const bool lost = loss_->had_hub[i] && inventory[home].settings().region == loss_->region;
  if (lost && !inventory.exists(hub)) inventory.open(now, hub, size_like(home));
  if (inventory.exists(hub) && (lost || settings_.standby == Standby::active))
    inventory.set_draining(now, hub, false);
  if (--loss_->hubs_to_come == 0) finish_hubs(now);
}

// All hubs are there: those of the lost region are no part of the application any more, unless it has hubs on
// both sides, or they are the same.
void Coordinator::finish_hubs(Time now) {
  if (!loss_->dps_moved) return;
  step(now, RegionStep::hubs_back);
  say(now, Outcome::done, needs_.recovery, fmt::format("{} was lost", needs_.home));
  where_ = needs_.recovery;
  loss_->over = true;
  interrupted_ = false;
  if (settings_.moves == Moves::hubs) return;
  for (const HubId h : hubs_in(loss_->region)) {
    if (settings_.standby == Standby::active)
      needs_.inventory->set_healthy(now, h, false);
    else
      needs_.inventory->abandon(now, h);
  }
}

// The copy of registry and twins is as old as the recovery point, and what nobody had read is gone.
void Coordinator::forget_what_is_lost(Time now) {
  std::uint64_t twins = 0;
  std::vector<bool> counted(needs_.dps->devices());
  const std::vector<HubId> lost = hubs_in(loss_->region);
  const auto was_there = [&](Device d) {
    return std::find(lost.begin(), lost.end(), needs_.dps->record(d)) != lost.end();
  };
  for (const auto& [when, d] : recent_)
    if (when > loss_->at - settings_.rpo && when <= loss_->at && !counted[d] && was_there(d)) {
      counted[d] = true;
      ++twins;
      needs_.dps->forget_record(now, d);
    }
  recent_.clear();
  for (Device d = 0; d < needs_.dps->devices(); ++d) {
    const Duration period = needs_.hands.property_period(d);
    if (counted[d] || period.count() == 0 || !was_there(d)) continue;
    const double u = needs_.streams->draw(needs_.dps->key(d), purpose::twin_age, losses_).uniform(0);
    twins += sim::uniform_between(Duration{0}, period, u) < settings_.rpo;
  }
  for (const HubId h : lost) needs_.dps->set_restored(h);
  needs_.board->tell<&Listener::region_forgot>(now, loss_->fault, twins, loss_->unread);
}

}  // namespace failover
