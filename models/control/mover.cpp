#include "models/control/mover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/purpose.hpp"
#include "models/ranks.hpp"

namespace control {

using signals::Decision;
using signals::Listener;

Mover::Mover(const Dependencies& needs, const std::string& here, double pace, Duration batch,
             Duration timeout)
    : needs_(needs), pace_(pace), batch_(batch), timeout_(timeout) {
  needs.stage->spawn("mover", here, ranks::control, [this](sim::Member& me) { run(me); });
}

void Mover::rebalance(Time now, HubId hub, CauseId action) {
  add(now, {action, hub, nullptr, false, false, {}, 0});
}

void Mover::drain(Time now, HubId hub, CauseId action, std::function<void(Time)> done) {
  add(now, {action, hub, std::move(done), false, false, {}, 0});
}

void Mover::call_off(CauseId action) {
  for (Job& job : jobs_) job.off = job.off || (job.done && job.cause == action);
}

// It sleeps while there is nothing to do.
void Mover::add(Time now, Job job) {
  jobs_.push_back(std::move(job));
  if (jobs_.size() == 1 && me_) needs_.stage->move(*me_, now + Duration{1}, 0);
}

void Mover::run(sim::Member& me) {
  me_ = &me;
  for (;;) {
    if (jobs_.empty()) me.wait_until(sim::never);
    if (!needs_.inventory->managed()) {  // the control plane is lost, and waits
      me.wait_until(me.now() + batch_);
      continue;
    }
    Job& job = jobs_.front();
    if (job.off) {
      jobs_.pop_front();
      continue;
    }
    const Time now = me.now();
    if (!job.begun) begin(now, job);
    if (!job.devices.empty()) {
      move_some(me, job);
      me.wait_until(now + batch_);
    } else if (job.done && !candidates(job).empty()) {
      job.begun = false;  // some were assigned to it meanwhile
    } else {
      finish(now);
    }
  }
}

bool Mover::concerns(const Job& job, Device d) const {
  if (job.off) return false;
  provisioning::Service& dps = *needs_.dps;
  const HubId record = dps.record(d);
  if (record == HubId::none || dps.identity(d, record) != hub::Identity::enabled) return false;
  return job.done ? record == job.hub && dps.may_move(d) : dps.would_move_to(d, job.hub);
}

// In the order of a keyed hash, so that no device is always the first.
std::vector<Device> Mover::candidates(const Job& job) const {
  const provisioning::Service& dps = *needs_.dps;
  const std::uint64_t salt = needs_.streams->draw(0, purpose::move_order, 0).u64();
  std::vector<std::pair<std::uint64_t, Device>> ranked;
  for (Device d = 0; d < dps.devices(); ++d)
    if (concerns(job, d)) ranked.emplace_back(sim::mix(dps.key(d), salt), d);
  std::sort(ranked.begin(), ranked.end());
  std::vector<Device> devices;
  devices.reserve(ranked.size());
  for (const auto& [rank, d] : ranked) devices.push_back(d);
  return devices;
}

void Mover::begin(Time now, Job& job) {
  job.begun = true;
  std::vector<Device> all = candidates(job);
  if (!job.done) {
    // Policies that look at the load fill the hub up to its share: no more than its share is moved.
    std::map<HubId, double> spare;
    double weights = 0, devices = 0;
    for (const HubId h : needs_.inventory->existing()) {
      if (!needs_.dps->allocatable(h)) continue;
      weights += (*needs_.inventory)[h].settings().weight;
      devices += static_cast<double>(needs_.dps->provisioned(h));
    }
    const auto share = [&](HubId h) { return devices * (*needs_.inventory)[h].settings().weight / weights; };
    const auto over = [&](HubId h) { return static_cast<double>(needs_.dps->provisioned(h)) - share(h); };
    double room = -over(job.hub);
    for (const HubId h : needs_.inventory->existing()) spare[h] = over(h);
    std::erase_if(all, [&](Device d) {
      if (!needs_.dps->by_load(d)) return false;
      double& left = spare[needs_.dps->record(d)];
      if (left < 1 || room < 1) return true;
      left -= 1;
      room -= 1;
      return false;
    });
  }
  job.devices.assign(all.begin(), all.end());
  if (job.devices.empty()) return;
  needs_.board->tell<&Listener::action_began>(now, job.cause);
  const std::string& name = needs_.inventory->name(job.hub);
  needs_.board->tell<&Listener::decided>(
      Decision{now, Decision::Kind::move, Decision::Outcome::begun, job.hub, "",
               fmt::format("{} {}", job.done ? "away from" : "to", name),
               fmt::format("{} devices are to ask DPS anew, at most {:.4g} a minute", job.devices.size(),
                           pace_ * 60)});
}

void Mover::finish(Time now) {
  const Job job = std::move(jobs_.front());
  jobs_.pop_front();
  if (job.done) job.done(now);
}

// Asks the hubs that have the next devices, all at once; what a hub does not do now is put off.
void Mover::move_some(sim::Member& me, Job& job) {
  job.due = std::min(job.due + pace_ * sim::seconds(batch_), static_cast<double>(job.devices.size()));
  std::map<HubId, std::vector<Device>> by_hub;
  for (; job.due >= 1 && !job.devices.empty(); job.devices.pop_front()) {
    const Device d = job.devices.front();
    if (!concerns(job, d)) continue;  // it has moved by itself
    by_hub[needs_.dps->record(d)].push_back(d);
    job.due -= 1;
  }
  std::vector<std::string> names;
  for (const auto& [hub, devices] : by_hub) names.push_back(needs_.inventory->address(hub));
  if (names.empty()) return;
  const auto answers = me.exchange_all(names, "disable identities", me.now() + timeout_);
  std::size_t i = 0;
  for (auto& [hub, devices] : by_hub) {
    const bool heard = answers[i++] == "ok" && needs_.inventory->exists(hub);
    std::erase_if(devices, [&](Device d) { return !concerns(job, d); });
    const std::size_t most = heard ? (*needs_.inventory)[hub].can_disable(me.now()) : 0;
    while (devices.size() > most) {
      job.devices.push_back(devices.back());
      devices.pop_back();
    }
    if (!devices.empty()) needs_.inventory->disable(me.now(), hub, devices, job.cause);
  }
}

}  // namespace control
