#include "models/device/load.hpp"

#include <algorithm>
#include <numeric>

#include "models/device/profile.hpp"

namespace device {

namespace {

constexpr Duration minute = std::chrono::minutes{1};  // after which the hubs' shares are given anew
constexpr double least = 0.01;  // of an equal share: what a hub keeps that was offered nothing

}  // namespace

Load::Load(const Devices& devices, hub::Hubs hubs, const Settings& settings)
    : devices_(devices), hubs_(std::move(hubs)), settings_(settings), arrived_(hubs_.size()) {}

Time Load::next_change(GroupId group, Time after) const {
  const auto& pace = devices_.roster().groups()[group].pace;
  return pace ? pace->next_change(after) : sim::never;
}

Time Load::next_round(GroupId group, Duration into, Time after) const {
  const RunGroup& one = devices_.roster().groups()[group];
  const Telemetry& load = one.group->telemetry;
  if (!load.synchronised) return sim::never;
  return MessageClock{into, load.every, one.pace ? &*one.pace : nullptr}.next(after);
}

// Of the hubs that are there at the moment.
double Load::hubs_there() const {
  return static_cast<double>(
      std::count_if(hubs_.begin(), hubs_.end(), [](const hub::Hub* hub) { return hub->exists(); }));
}

// Equal shares while nobody is there.
ids::PerId<HubId, double> Load::shares_of_devices() const {
  ids::PerId<HubId, std::size_t> here(hubs_.size());
  for (const HubId h : hubs_.ids())
    for (const GroupId g : devices_.roster().groups().ids())
      here[h] += devices_.outbox().members().of(h, g).size();
  const std::size_t all = std::accumulate(here.begin(), here.end(), std::size_t{0});
  ids::PerId<HubId, double> shares(hubs_.size());
  for (const HubId h : hubs_.ids())
    if (hubs_[h]->exists())
      shares[h] = all > 0 ? static_cast<double>(here[h]) / static_cast<double>(all) : 1 / hubs_there();
  return shares;
}

// How many seconds the clocks of each group went on in the part of the day before the start.
ids::PerId<GroupId, double> Load::shown_since(Duration midnight) const {
  ids::PerId<GroupId, double> shown;
  for (const RunGroup& one : devices_.roster().groups()) {
    const Pace before(pace_steps(one.group->telemetry.profile, {},
                                 settings_.start_utc_s - midnight / std::chrono::seconds{1}, midnight));
    shown.push_back(sim::seconds(before.shown(Time{midnight})));
  }
  return shown;
}

double Load::used_by(HubId hub, Duration since_midnight, const ids::PerId<GroupId, double>& shown) const {
  double blocks = 0;
  for (const GroupId g : devices_.roster().groups().ids()) {
    const std::size_t senders = devices_.outbox().members().of(hub, g).size();
    if (senders == 0) continue;
    const hub::OfferedLoad& load = hubs_[hub]->ingress().offered(g.index());
    blocks += static_cast<double>(senders) * load.blocks * shown[g] /
              sim::seconds(devices_.roster().groups()[g].group->telemetry.every);
    for (const hub::RequestLoad& requests : {load.properties, load.commands})
      blocks +=
          static_cast<double>(senders) * requests.per_second * requests.blocks * sim::seconds(since_midnight);
    if (hubs_[hub]->has_twins())
      blocks += static_cast<double>(senders) * load.on_connect.blocks_a_second * sim::seconds(since_midnight);
  }
  return blocks;
}

// Each hub may take its part of what was offered; what nobody asks for is shared equally.
void Load::bound_sends(Time now, const ids::PerId<HubId, double>& offered) {
  const double sum = std::accumulate(offered.begin(), offered.end(), 0.0);
  const double equal = settings_.sends / hubs_there();
  const double spare = std::max(settings_.sends - sum, 0.0) / hubs_there();
  const double scale = sum > settings_.sends ? settings_.sends / sum : 1;
  for (const HubId h : hubs_.ids())
    if (hubs_[h]->exists()) hubs_[h]->bound_sends(now, std::max(offered[h] * scale + spare, least * equal));
}

void Load::share_out(Time now) {
  ids::PerId<HubId, double> offered;
  for (const HubId h : hubs_.ids()) {
    hubs_[h]->advance_ingress(now);
    const double arrived = hubs_[h]->ingress().flow().arrived();
    offered.push_back((arrived - arrived_[h]) / sim::seconds(minute));
    arrived_[h] = arrived;
  }
  bound_sends(now, offered);
}

Time Load::begin() {
  const Duration since_midnight = std::chrono::seconds{settings_.start_utc_s} % day;
  const ids::PerId<HubId, double> shares = shares_of_devices();
  const ids::PerId<GroupId, double> shown = shown_since(since_midnight);
  for (const HubId h : hubs_.ids()) {
    hubs_[h]->begin_day(Time{}, settings_.quota_used ? static_cast<double>(*settings_.quota_used) * shares[h]
                                                     : used_by(h, since_midnight, shown));
    for (const GroupId g : devices_.roster().groups().ids())
      if (const auto& pace = devices_.roster().groups()[g].pace)
        hubs_[h]->set_pace(Time{}, g, static_cast<double>(pace->factor(Time{})) / Pace::one);
  }
  ids::PerId<HubId, double> by_devices;
  for (const double share : shares) by_devices.push_back(settings_.sends * share);
  if (settings_.sends > 0) bound_sends(Time{}, by_devices);
  for (const GroupId g : devices_.roster().groups().ids()) due_.emplace(next_of(g, Time{}), g);
  return serve(Time{});
}

Time Load::next_of(GroupId group, Time after) const {
  const Duration jitter = devices_.roster().groups()[group].group->telemetry.jitter;
  return std::min(
      {next_change(group, after), next_round(group, Duration{0}, after), next_round(group, jitter, after)});
}

// What of a group changes now.
void Load::serve_group(GroupId g, Time now) {
  const Time just_before = now - Duration{1};
  if (next_change(g, just_before) == now)
    for (hub::Hub* hub : hubs_)
      hub->set_pace(now, g, static_cast<double>(devices_.roster().groups()[g].pace->factor(now)) / Pace::one);
  const Duration jitter = devices_.roster().groups()[g].group->telemetry.jitter;
  const bool begins = next_round(g, Duration{0}, just_before) == now;
  const bool ends = next_round(g, jitter, just_before) == now;
  for (hub::Hub* hub : hubs_)
    if (begins && jitter.count() == 0)
      hub->take_lump(now, g);
    else if (begins != ends)
      hub->set_sending(now, g, begins);
}

Time Load::serve(Time now) {
  Time next = now + (day - (std::chrono::seconds{settings_.start_utc_s} + now.time_since_epoch()) % day);
  const bool midnight = next - now == day && now > Time{};
  for (hub::Hub* hub : hubs_)
    if (midnight) hub->begin_day(now);
  if (settings_.sends > 0) {
    if (now > Time{} && now.time_since_epoch() % minute == Duration{0}) share_out(now);
    next = std::min(next, now + (minute - now.time_since_epoch() % minute));
  }
  while (!due_.empty() && due_.begin()->first <= now) {
    const GroupId group = due_.begin()->second;
    due_.erase(due_.begin());
    serve_group(group, now);
    due_.emplace(next_of(group, now), group);
  }
  return due_.empty() ? next : std::min(next, due_.begin()->first);
}

}  // namespace device
