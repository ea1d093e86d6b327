#include "models/control/scaler.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/hub/tables.hpp"
#include "models/purpose.hpp"
#include "models/ranks.hpp"
#include "sim/settings/quantity.hpp"

namespace control {

using signals::Decision;
using signals::Listener;
using signals::Size;
using Kind = Decision::Kind;
using Outcome = Decision::Outcome;

namespace {

std::string hubs_text(std::size_t n) { return fmt::format("{} {}", n, n == 1 ? "hub" : "hubs"); }

// Editions that a hub can change to: those of its tier.
std::vector<hub::Edition> tier_of(hub::Edition edition) {
  using enum hub::Edition;
  if (edition == S1 || edition == S2 || edition == S3) return {S1, S2, S3};
  if (edition == B1 || edition == B2 || edition == B3) return {B1, B2, B3};
  return {edition};
}

}  // namespace

Scaler::Scaler(const Dependencies& needs, const std::string& here, const Settings& settings, Limits limits)
    : needs_(needs),
      settings_(settings),
      limits_(std::move(limits)),
      policy_(make_policy(settings)),
      plans_(needs.inventory->size()) {
  needs.stage->spawn("scaler", here, ranks::control, [this](sim::Member& me) { run(me); });
}

void Scaler::run(sim::Member& me) {
  for (Time next = Time{} + settings_.every;; next += settings_.every) {
    me.wait_until(next);
    needs_.sensor->publish(me.now());
    if (!needs_.inventory->managed()) continue;
    if (policy_) {
      const Observation view = look(me);
      carry_out(me, consider(view));
      count_hubs(me, view);
    }
    if (settings_.replace_failed_after) replace_failed(me.now());
  }
}

// Asks all hubs; those that do not answer are left as they are.
Observation Scaler::look(sim::Member& me) {
  const std::vector<HubId> hubs = needs_.inventory->in_service();
  std::vector<std::string> names;
  for (const HubId h : hubs) names.push_back(needs_.inventory->address(h));
  const auto answers = me.exchange_all(names, "metrics", me.now() + settings_.command_timeout);
  Observation view;
  view.now = me.now();
  view.clock = (std::chrono::seconds{needs_.start_utc_s} + view.now.time_since_epoch()) % day;
  for (std::size_t i = 0; i < hubs.size(); ++i) {
    Metrics metrics = needs_.sensor->of(hubs[i]);
    Metrics latest = needs_.sensor->latest(hubs[i]);
    for (Metrics* one : {&metrics, &latest})  // read at midnight, when the day begins anew
      if (view.clock == view.now - one->to) one->used = 0;
    if (answers[i] != "ok" || metrics.to == Time{} || !needs_.inventory->exists(hubs[i])) continue;
    const Size size = needs_.inventory->size_of(hubs[i]);
    view.hubs.push_back({hubs[i], size.units,
                         &needs_.inventory->limits(static_cast<hub::Edition>(size.edition)), metrics,
                         latest.used});
  }
  return view;
}

std::vector<Scaler::Command> Scaler::consider(const Observation& view) {
  std::map<HubId, Wish> wishes;
  for (Wish& wish : policy_->decide(view)) wishes.emplace(wish.hub, std::move(wish));
  std::vector<Command> commands;
  for (const HubView& hub : view.hubs) {
    const auto wish = wishes.find(hub.hub);
    Plan& p = plan(hub.hub);
    if (wish == wishes.end()) {
      p.too_large_since = sim::never;
    } else if (!p.busy && !needs_.inventory->draining(hub.hub)) {
      if (auto command = command_for(view, hub, wish->second)) commands.push_back(std::move(*command));
    }
  }
  return commands;
}

// The size that a wish leads to: units of the hub's edition, or the cheapest of its tier.
Size Scaler::size_for(const HubView& hub, const Wish& wish) const {
  const Size now = needs_.inventory->size_of(hub.hub);
  const auto units = [&](hub::Edition edition, std::uint32_t wanted) {
    const std::uint32_t most = std::min(needs_.inventory->limits(edition).units_max, limits_.units_most);
    return std::clamp(wanted, std::min(limits_.units_least, most), most);
  };
  Size best{now.edition, units(static_cast<hub::Edition>(now.edition), wish.units)};
  if (!settings_.change_edition) return best;
  const auto cost = [&](Size size) {
    return limits_.price.at(static_cast<hub::Edition>(size.edition)) * size.units;
  };
  bool carries = best.units == wish.units;
  for (const hub::Edition edition : tier_of(static_cast<hub::Edition>(now.edition))) {
    const hub::EditionLimits& limits = needs_.inventory->limits(edition);
    const std::uint32_t wanted = units_for(limits, wish.blocks_a_day, wish.sends);
    const Size size{static_cast<std::uint8_t>(edition), units(edition, wanted)};
    const bool enough = size.units >= wanted;
    if (enough && (!carries || cost(size) < cost(best))) {
      best = size;
      carries = true;
    }
  }
  return best;
}

std::optional<Scaler::Command> Scaler::command_for(const Observation& view, const HubView& hub,
                                                   const Wish& wish) {
  Plan& p = plan(hub.hub);
  const Size now = needs_.inventory->size_of(hub.hub), to = size_for(hub, wish);
  const bool larger = wish.units > hub.units;
  if (!larger && p.too_large_since == sim::never) p.too_large_since = view.now;
  if (larger) p.too_large_since = sim::never;
  if (to == now) {
    if (larger)
      refuse(view.now, Kind::up, hub.hub, text(now), "",
             fmt::format("{}, but {} is the most it may have", wish.reason, text(now)));
    return std::nullopt;
  }
  if (policy_->holds()) {
    if (larger && p.grown != Time::min() && view.now - p.grown < settings_.hold_up) return std::nullopt;
    if (!larger && view.now - p.too_large_since < settings_.hold_down) return std::nullopt;
  }
  p.too_large_since = sim::never;
  return Command{hub.hub, to, larger ? Kind::up : Kind::down, wish.reason};
}

void Scaler::carry_out(sim::Member& me, const std::vector<Command>& commands) {
  if (commands.empty()) return;
  std::vector<std::string> names;
  for (const Command& c : commands) names.push_back(needs_.inventory->address(c.hub));
  const auto answers = me.exchange_all(names, "resize", me.now() + settings_.command_timeout);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const Command& c = commands[i];
    const Time now = me.now();
    const Size from = needs_.inventory->size_of(c.hub);
    if (answers[i] != "ok") {
      refuse(now, c.kind, c.hub, text(from), text(c.size), c.reason + ", but the hub does not answer");
      continue;
    }
    std::erase_if(refused_, [&](const auto& told) { return told.first == c.hub; });
    tell(now, c.kind, Outcome::begun, c.hub, text(from), text(c.size), c.reason);
    plan(c.hub).busy = true;
    if (c.kind == Kind::up) plan(c.hub).grown = now;
    const std::uint32_t life = plan(c.hub).life;
    needs_.lifecycle->at(now + drawn(settings_.resize, c.hub), [this, c, from, life](Time then) {
      if (plan(c.hub).life != life)
        return tell(then, c.kind, Outcome::refused, c.hub, text(from), text(c.size),
                    c.reason + ", but the hub is gone");
      plan(c.hub).busy = false;
      needs_.inventory->resize(then, c.hub, c.size);
      tell(then, c.kind, Outcome::done, c.hub, text(from), text(c.size), c.reason);
    });
  }
}

// The era's rule: so many hubs for the connected devices, at least the minimum; and what the policy wants.
void Scaler::count_hubs(sim::Member& me, const Observation& view) {
  const Time now = me.now();
  const std::vector<HubId> existing = needs_.inventory->in_service();
  std::uint64_t connected = 0;
  bool all_answer = view.hubs.size() == existing.size() && coming_.empty();
  for (const HubId h : existing) {
    connected += needs_.sensor->of(h).connected;
    all_answer = all_answer && needs_.inventory->healthy(h);
  }
  const std::size_t have = existing.size() + coming_.size() - leaving_.size();
  const std::uint32_t per_hub = limits_.devices_per_hub;
  const std::uint64_t by_rule = per_hub > 0 ? (connected + per_hub - 1) / per_hub : have;
  const std::uint64_t by_policy = policy_->hubs(view);
  const std::uint64_t wanted = std::max<std::uint64_t>({limits_.hubs_least, by_rule, by_policy});
  const std::string reason = by_policy >= wanted && by_policy > limits_.hubs_least && by_policy >= by_rule
                                 ? fmt::format("the schedule wants {}", hubs_text(by_policy))
                                 : fmt::format("{} connected devices, {} a hub, at least {}", connected,
                                               per_hub, hubs_text(limits_.hubs_least));
  if (wanted >= have) too_many_since_ = sim::never;
  for (std::size_t n = have; n < wanted; ++n) {
    if (existing.size() + coming_.size() >= limits_.hubs_most)  // those that are leaving are still there
      return refuse(
          now, Kind::out, HubId::none, hubs_text(n), hubs_text(wanted),
          fmt::format("{}, but {} are the most there may be", reason, hubs_text(limits_.hubs_most)));
    scale_out(now, reason);
  }
  if (wanted >= have || !takes_hubs_away(settings_) || !all_answer || !leaving_.empty()) return;
  if (too_many_since_ == sim::never) too_many_since_ = now;
  if (now - too_many_since_ < settings_.hold_down) return;
  too_many_since_ = sim::never;
  scale_in(now, reason);
}

// A new hub is like the largest there is.
void Scaler::scale_out(Time now, const std::string& reason, HubId instead_of) {
  const HubId place = needs_.inventory->free_place();
  const std::vector<HubId> existing = needs_.inventory->in_service();
  const std::size_t have = existing.size() + coming_.size();
  if (place == HubId::none)
    return refuse(now, Kind::out, HubId::none, hubs_text(have), hubs_text(have + 1),
                  reason + ", but no name is free");
  if (existing.empty())  // its region is lost, and it has none elsewhere yet
    return refuse(now, Kind::out, HubId::none, hubs_text(have), hubs_text(have + 1),
                  reason + ", but there is no hub to take after");
  HubId model = existing.front();
  const auto price = [&](HubId h) {
    const Size s = needs_.inventory->size_of(h);
    return limits_.price.at(static_cast<hub::Edition>(s.edition)) * s.units;
  };
  for (const HubId h : existing)
    if (price(h) > price(model)) model = h;
  const Size size = needs_.inventory->size_of(model);
  coming_.insert(place);
  needs_.inventory->promise(place);
  if (instead_of != HubId::none) replaced_.insert(instead_of);
  tell(now, Kind::out, Outcome::begun, place, hubs_text(have), hubs_text(have + 1), reason);
  needs_.lifecycle->at(now + drawn(settings_.create, place),
                       [this, place, size, reason, instead_of](Time then) {
                         finish_scale_out(then, place, size, reason, instead_of);
                       });
}

// Nothing is finished while the control plane is lost with its region.
void Scaler::finish_scale_out(Time now, HubId place, const Size& size, const std::string& reason,
                              HubId instead_of) {
  if (!needs_.inventory->managed())
    return needs_.lifecycle->at(now + settings_.every, [this, place, size, reason, instead_of](Time then) {
      finish_scale_out(then, place, size, reason, instead_of);
    });
  coming_.erase(place);
  const std::size_t before = needs_.inventory->in_service().size();
  needs_.inventory->open(now, place, size);
  tell(now, Kind::out, Outcome::done, place, hubs_text(before), hubs_text(before + 1), reason);
  if (instead_of == HubId::none || !needs_.inventory->exists(instead_of) ||
      needs_.inventory->healthy(instead_of))
    return;
  if (!dispensable(instead_of))
    return refuse(now, Kind::in, instead_of, hubs_text(before + 1), "",
                  reason + ", but it has devices that never move, or that are allocated nowhere else");
  close(now, instead_of);
}

// Whether a hub can go: none of its devices must stay, and no enrollment group is left without a hub.
bool Scaler::dispensable(HubId hub) const {
  for (Device d = 0; d < needs_.dps->devices(); ++d)
    if (needs_.dps->record(d) == hub && !needs_.dps->may_move(d)) return false;
  return !needs_.dps->only_choice(hub);
}

// The newest hub that can go: allocation off, all devices away, and some time later it is deleted.
void Scaler::scale_in(Time now, const std::string& reason) {
  const std::vector<HubId> existing = needs_.inventory->in_service();
  const auto found =
      std::find_if(existing.rbegin(), existing.rend(), [&](HubId h) { return dispensable(h); });
  const HubId hub = found == existing.rend() ? HubId::none : *found;
  if (hub == HubId::none)
    return refuse(now, Kind::in, hub, hubs_text(existing.size()), "",
                  reason + ", but each has devices that never move, or that are allocated nowhere else");
  tell(now, Kind::in, Outcome::begun, hub, hubs_text(existing.size()), hubs_text(existing.size() - 1),
       reason);
  leaving_.insert(hub);
  needs_.inventory->set_draining(now, hub, true);
  drain(now, hub);
}

// A registration that was on its way may still end there: then once more.
void Scaler::drain(Time now, HubId hub) {
  needs_.mover->drain(now, hub, [this, hub](Time then) {
    needs_.lifecycle->at(then + std::max(settings_.drain, Duration{1}), [this, hub](Time end) {
      for (Device d = 0; d < needs_.dps->devices(); ++d)
        if (needs_.dps->identity(d, hub) == hub::Identity::enabled) return drain(end, hub);
      close(end, hub);
    });
  });
}

void Scaler::close(Time now, HubId hub) {
  if (!needs_.inventory->exists(hub)) return;
  const bool failed = !leaving_.contains(hub);
  const std::size_t before = needs_.inventory->in_service().size();
  needs_.inventory->close(now, hub);
  leaving_.erase(hub);
  replaced_.erase(hub);
  plan(hub) = Plan{.changes = plan(hub).changes, .life = plan(hub).life + 1};
  tell(now, Kind::in, Outcome::done, hub, hubs_text(before), hubs_text(before - 1),
       failed ? "it stayed failed and has been replaced" : "its devices have been moved away");
}

void Scaler::replace_failed(Time now) {
  for (const HubId h : needs_.inventory->in_service()) {
    if (needs_.inventory->healthy(h) || needs_.inventory->draining(h)) {
      replaced_.erase(h);
      continue;
    }
    if (replaced_.contains(h) || now - needs_.inventory->failed_since(h) < *settings_.replace_failed_after)
      continue;
    const std::string reason = fmt::format("{} has failed for {}", needs_.inventory->name(h),
                                           sim::settings::format_duration(*settings_.replace_failed_after));
    if (needs_.inventory->in_service().size() + coming_.size() >= limits_.hubs_most)
      refuse(now, Kind::out, HubId::none, "", "",
             fmt::format("{}, but {} are the most there may be", reason, hubs_text(limits_.hubs_most)));
    else
      scale_out(now, reason, h);
  }
}

Duration Scaler::drawn(const Triangular& delay, HubId hub) {
  const std::string& name = needs_.inventory->name(hub);
  const double u =
      needs_.streams
          ->draw(sim::hash_text(name.data(), name.size()), purpose::action_delay, plan(hub).changes++)
          .uniform(0);
  return std::max(delay.at(u), Duration{1});
}

std::string Scaler::text(Size size) const {
  return fmt::format("{} x {}", size.units, hub::edition_name(static_cast<hub::Edition>(size.edition)));
}

void Scaler::tell(Time now, Kind kind, Outcome outcome, HubId hub, const std::string& from,
                  const std::string& to, const std::string& reason) const {
  needs_.board->tell<&Listener::decided>(Decision{now, kind, outcome, hub, from, to, reason});
}

// What cannot be done is told once, not at each look.
void Scaler::refuse(Time now, Kind kind, HubId hub, const std::string& from, const std::string& to,
                    const std::string& reason) {
  const std::string cause = reason.substr(reason.find(", but "));
  if (refused_.emplace(hub, cause).second) tell(now, kind, Outcome::refused, hub, from, to, reason);
}

}  // namespace control
