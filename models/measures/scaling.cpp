#include "models/measures/scaling.hpp"

#include <algorithm>

#include "models/measures/subject.hpp"

namespace measures {

using signals::Decision;
using Kind = Decision::Kind;

namespace {

const char* word(Kind kind) {
  switch (kind) {
    case Kind::up:
      return "up";
    case Kind::down:
      return "down";
    case Kind::out:
      return "out";
    case Kind::in:
      return "in";
    case Kind::move:
      return "move";
    case Kind::failover:
      return "failover";
    case Kind::action:
      return "action";
    case Kind::delivery:
      return "export";
    case Kind::destination:
      return "destination";
  }
  return "";
}

const char* word(Decision::Outcome outcome) {
  switch (outcome) {
    case Decision::Outcome::begun:
      return "begun";
    case Decision::Outcome::done:
      return "done";
    case Decision::Outcome::refused:
      return "refused";
  }
  return "";
}

}  // namespace

Scaling::Scaling(ids::PerId<HubId, std::string> hubs, Time warmup, Duration oscillation)
    : names_(std::move(hubs)),
      warmup_(warmup),
      oscillation_(oscillation),
      sizes_(names_.size()),
      there_(names_.size()) {}

void Scaling::advance(Time to) {
  const Time from = std::max(at_, warmup_);
  at_ = to;
  if (to <= from) return;
  hubs_peak_ = std::max(hubs_peak_, hubs_now_);
  units_peak_ = std::max(units_peak_, units_now_);
  for (const signals::Size& size : sizes_)
    if (size.units > 0)
      unit_hours_[static_cast<hub::Edition>(size.edition)] += size.units * sim::seconds(to - from) / 3600;
}

std::map<hub::Edition, double> Scaling::unit_hours(Time at) const {
  std::map<hub::Edition, double> hours = unit_hours_;
  const Time from = std::max(at_, warmup_);
  if (at <= from) return hours;
  for (const signals::Size& size : sizes_)
    if (size.units > 0)
      hours[static_cast<hub::Edition>(size.edition)] += size.units * sim::seconds(at - from) / 3600;
  return hours;
}

void Scaling::hub_sized(Time at, HubId hub, const signals::Size& size) {
  advance(at);
  hubs_now_ += (size.units > 0) - (sizes_[hub].units > 0);
  units_now_ += size.units;
  units_now_ -= sizes_[hub].units;
  sizes_[hub] = size;
  if (size.units > 0) there_[hub] = true;
}

void Scaling::note_direction(HubId hub, bool grows, Time at) {
  Last& last = last_[hub];
  // One hub for another at the same instant is a replacement.
  const bool undone = last.at != Time::min() && last.at != at && last.grew != grows;
  if (undone && at - last.at <= oscillation_ && at >= warmup_) ++oscillations_;
  last = {at, grows};
}

void Scaling::decided(const Decision& d) {
  timeline_.push_back({sim::seconds(d.at), d.hub == HubId::none ? "" : names_[d.hub], word(d.kind),
                       word(d.outcome), d.from, d.to, d.reason});
  if (d.outcome != Decision::Outcome::done || d.kind == Kind::action || d.kind == Kind::delivery ||
      d.kind == Kind::destination)
    return;
  const bool sizes = d.kind == Kind::up || d.kind == Kind::down;
  if (d.kind != Kind::move && d.kind != Kind::failover && d.kind != Kind::action)
    note_direction(sizes ? d.hub : HubId::none, d.kind == Kind::up || d.kind == Kind::out, d.at);
  if (d.at >= warmup_) ++done_[static_cast<std::size_t>(d.kind)];
}

void Scaling::finish(Time end) { advance(end); }

void Scaling::report(Report& report) const {
  const auto put = [&](const char* name, const char* unit, std::uint64_t n) {
    report.values[name] = {unit, static_cast<double>(n), std::nullopt, std::nullopt};
  };
  const auto count = [&](Kind kind) { return done_[static_cast<std::size_t>(kind)]; };
  put("scaling.up", "operations", count(Kind::up));
  put("scaling.down", "operations", count(Kind::down));
  put("scaling.out", "operations", count(Kind::out));
  put("scaling.in", "operations", count(Kind::in));
  put("scaling.oscillations", "operations", oscillations_);
  put("hubs.count", "hubs", hubs_now_);
  put("hubs.peak", "hubs", hubs_peak_);
  put("units.count", "units", units_now_);
  put("units.peak", "units", units_peak_);
  report.timeline = timeline_;
}

std::unique_ptr<Scaling> make_scaling(const Subject& subject) {
  return listening(subject,
                   std::make_unique<Scaling>(subject.hub_names(), subject.warmup, subject.oscillation));
}

}  // namespace measures
