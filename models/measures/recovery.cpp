#include "models/measures/recovery.hpp"

#include <algorithm>
#include <numeric>

#include "sim/invariant.hpp"

#include "models/measures/episodes.hpp"
#include "models/measures/subject.hpp"

namespace measures {

using signals::Activity;

namespace {

// The latest of times in order that is not later; the least there is, if none is.
Time latest_of(const std::vector<Time>& times, Time at_time) {
  const auto later = std::upper_bound(times.begin(), times.end(), at_time);
  return later == times.begin() ? Time::min() : *std::prev(later);
}

// Else nothing is kept of devices.
bool anything_to_measure(const ids::PerId<CauseId, Recovery::FaultTime>& faults) {
  return std::any_of(faults.begin(), faults.end(), [](const Recovery::FaultTime& f) { return f.cuts_off; });
}

}  // namespace

Recovery::Recovery(Setup setup)
    : setup_(std::move(setup)),
      records_(anything_to_measure(setup_.faults) ? setup_.devices : 0),
      returns_([this](Returns::What what, Device d, CauseId fault, Duration after) {
        count_return(what, d, fault, after);
      }),
      struck_(setup_.names.size(), records_.entities()) {
  Tally empty;
  empty.within.resize(setup_.within.size());
  of_tally_.resize(setup_.names.size());
  for (const CauseId i : setup_.faults.ids()) {
    const FaultTime& f = setup_.faults[i];
    if (!f.action) begins_.push_back(f.begin);
    of_tally_[f.tally].push_back(i);
  }
  std::sort(begins_.begin(), begins_.end());
  last_back_.resize(setup_.faults.size());
  began_.each.resize(setup_.faults.size());
  all_.resize(setup_.names.size(), empty);
  group_.resize(setup_.names.size(), ids::PerId<GroupId, Tally>(setup_.groups.size(), empty));
}

Recovery::Record& Recovery::open(Device d) {
  if (Record* const known = records_.find(d)) return *known;
  Record& r = records_.get(d);
  r.device = d;
  r.group = setup_.group_of(d);
  r.fault = CauseId::none;
  r.had_service = false;
  r.attempts = r.registrations = 0;
  r.segments.clear();
  r.parts = {};
  return r;
}

void Recovery::release(Record& r) {
  while (r.prolonged != 0) {
    const std::uint32_t link = r.prolonged;
    r.prolonged = links_[link - 1].next;
    links_[link - 1].next = free_links_;
    free_links_ = link;
  }
  records_.erase(r.device);
  special_.forget(r.device);
}

template <class Change>
void Recovery::count(CauseId fault, Device d, const Change& change) {
  change(all_[setup_.faults[fault].tally]);
  change(group_[setup_.faults[fault].tally][setup_.group_of(d)]);
}

// When the incident began; the latest time up to `at` that an action did. What happens to a device is told
// when it is known, which may be before or after an action begins again.
Time Recovery::begin_at(CauseId fault, Time at_time) const {
  const std::vector<Time>& begins = began_.each[fault];
  const auto later = std::upper_bound(begins.begin(), begins.end(), at_time);
  if (later != begins.begin()) return *std::prev(later);
  return begins.empty() ? setup_.faults[fault].begin : begins.front();
}

void Recovery::own(Record& r, CauseId fault, Time lost, Time begin) {
  r.fault = fault;
  r.lost = lost;
  r.begin = begin;
  r.parts = {};
  if (!special_.off.empty()) special_.off.erase(r.device);
  if (!special_.in_vain.empty() && special_.in_vain.contains(r.device))
    special_.in_vain[r.device].lost = Duration{0};
  const bool first = struck_.strike(setup_.faults[fault].tally, r.device);
  const bool goes_on = returns_.goes_on(r.device, fault);
  count(fault, r.device, [&](Tally& t) {
    ++t.episodes;
    t.affected += first;
    t.stretches += !goes_on;
  });
}

void Recovery::prolong(Record& r, CauseId fault) {
  for (std::uint32_t link = r.prolonged; link != 0; link = links_[link - 1].next)
    if (links_[link - 1].fault == fault) return;
  std::uint32_t link = free_links_;
  if (link == 0) {
    links_.emplace_back();
    link = static_cast<std::uint32_t>(links_.size());
  } else {
    free_links_ = links_[link - 1].next;
  }
  links_[link - 1] = {fault, r.prolonged};
  r.prolonged = link;
  count(fault, r.device, [](Tally& t) { ++t.prolonged; });
}

void Recovery::offline(Device d, Time at_time, HubId, CauseId fault, bool planned) {
  if (records_.entities() == 0) return;
  Record& r = open(d);
  r.had_service = true;
  returns_.lost(d, at_time, planned, fault != CauseId::none && setup_.faults[fault].action);
  if (fault != CauseId::none && r.fault == CauseId::none) own(r, fault, at_time, begin_at(fault, at_time));
  r.attempts = r.registrations = 0;
}

// Nearly always it says nothing new.
void Recovery::failed(Device d, Time start, Time at_time, HubId hub, signals::Error, CauseId fault) {
  if (records_.entities() == 0) return;
  const Record* const known = records_.find(d);
  if (known != nullptr && known->fault != CauseId::none && (fault == CauseId::none || fault == known->fault))
    return;
  Record& r = open(d);
  if (fault == CauseId::none) {
    if (!r.had_service) return;
    const Time since = std::max(latest_of(begins_, start), latest_of(began_.all, start));
    if (since != Time::min()) struck_.note(d, start, since);
    return;
  }
  if (r.fault == CauseId::none) {
    const Time begin = begin_at(fault, at_time);
    own(r, fault, std::max(start, begin), begin);
    // What it asked before the one that failed had nothing to do with the fault.
    r.attempts = hub == HubId::none ? 0 : 1;
    r.registrations = 1 - r.attempts;
  } else {
    prolong(r, fault);
  }
}

// What is rare is apart, so that the rest needs no room on the stack: each attempt of each device comes by.
void Recovery::activity(Device d, Time from, Activity activity, HubId hub) {
  if (records_.entities() == 0) return;
  Record* const r = records_.find(d);
  if (r == nullptr) [[unlikely]]
    return activity_first(d, from, activity, hub);
  sim::require(r->segments.empty() || from >= r->segments.back().from,
               "device {} announces its plans out of order", d);
  // One that the hub has held and forgotten is on the wire again, and the same.
  if (activity == Activity::on_wire &&
      (r->segments.empty() || r->segments.back().activity != Activity::hub_queue))
    ++(hub == HubId::none ? r->registrations : r->attempts);
  // Before a fault owns it, only the current request can matter.
  if (r->fault == CauseId::none && activity == Activity::on_wire) r->segments.clear();
  const std::size_t held = r->segments.size();
  if (held >= segments_kept || held >= r->segments.capacity()) return note_full(*r, from, activity, hub);
  r->segments.push_back({from, hub, activity});
}

void Recovery::activity_first(Device d, Time from, Activity what, HubId hub) {
  open(d);
  activity(d, from, what, hub);
}

void Recovery::note_full(Record& r, Time from, Activity activity, HubId hub) {
  if (r.fault != CauseId::none) account_settled(r);
  r.segments.push_back({from, hub, activity});
}

void Recovery::count_return(Returns::What what, Device d, CauseId fault, Duration after) {
  count(fault, d, [&](Tally& t) {
    switch (what) {
      case Returns::What::ready:
        return t.ready.add(after.count());
      case Returns::What::cut_short:
        ++t.cut_short;
        return;
      case Returns::What::relapsed:
        ++t.relapses;
        return;
      case Returns::What::lasted:
        return t.lasting.add(after.count());
    }
  });
}

// What it had planned does not happen.
void Recovery::stopped(Device d, Time at_time, CauseId fault, Time, HubId) {
  if (records_.entities() == 0) return;
  Record& r = open(d);
  while (!r.segments.empty() && r.segments.back().from > at_time) {
    const Segment& s = r.segments.back();
    if (s.activity == Activity::on_wire) --(s.hub == HubId::none ? r.registrations : r.attempts);
    r.segments.pop_back();
  }
  if (fault == CauseId::none) return;
  if (r.fault != CauseId::none) {
    if (r.fault != fault) prolong(r, fault);
    return;
  }
  own(r, fault, at_time, begin_at(fault, at_time));
  r.attempts = r.registrations = 0;
}

void Recovery::action_began(Time at_time, CauseId action) {
  if (records_.entities() == 0) return;
  FaultTime& f = setup_.faults[action];
  began_.all.push_back(at_time);
  began_.each[action].push_back(at_time);
  f.begin = f.end = at_time;
  f.first = std::min(f.first, at_time);
}

void Recovery::moved(Device d, Time at_time, HubId hub, CauseId) {
  if (records_.find(d) == nullptr) return;
  special_.apart[d] = {hub, at_time, sim::never, WaitPart::stuck};
}

void Recovery::misled(Device d, HubId hub, Time from, Time until) {
  if (records_.find(d) == nullptr) return;
  special_.apart[d] = {hub, from, until, WaitPart::service_down};
}

void Recovery::chosen_in_vain(Device d, Time at_time, HubId hub, bool stays) {
  if (records_.find(d) == nullptr) return;
  const auto known = special_.in_vain.find(d);
  const HubId before = known == special_.in_vain.end() ? HubId::none : known->second.choices.back().hub;
  if (hub != before) special_.in_vain[d].choices.push_back({at_time, hub, stays});
}

void Recovery::operated(Device d, Time at_time, signals::Operation operation, CauseId) {
  if (records_.find(d) == nullptr) return;
  if (operation == signals::Operation::blocked) {
    special_.barred.try_emplace(d, Bar{at_time}).first->second.until = sim::never;
  } else if (const auto found = special_.barred.find(d);
             operation == signals::Operation::unblocked && found != special_.barred.end()) {
    found->second.until = at_time;
  }
}

void Recovery::assigned(Device d, Time at_time, HubId, HubId) {
  if (!special_.in_vain.empty() && special_.in_vain.contains(d))
    chosen_in_vain(d, at_time, HubId::none, false);
  const auto found = special_.apart.empty() ? special_.apart.end() : special_.apart.find(d);
  if (found == special_.apart.end() || found->second.part != WaitPart::stuck) return;
  found->second.until = std::min(found->second.until, at_time);
}

void Recovery::add(Tally& tally, const Record& r, const Parts& parts, Time at_time, bool back) const {
  const Duration recovery = at_time - r.begin, outage = at_time - r.lost;
  tally.recovery_sum += recovery.count();
  tally.outage_sum += outage.count();
  for (std::size_t p = 0; p < part_count; ++p) tally.parts[p] += parts[p].count();
  if (const auto vain = special_.in_vain.find(r.device); vain != special_.in_vain.end())
    tally.in_vain += vain->second.lost.count();
  if (!back) {
    ++tally.unrecovered;
    return;
  }
  tally.attempts += r.attempts;
  tally.recovery.add(recovery.count());
  if (!setup_.readies_itself(r.group)) tally.ready.add(recovery.count());
  tally.outage.add(outage.count());
  for (std::size_t w = 0; w < setup_.within.size(); ++w) tally.within[w] += recovery <= setup_.within[w].time;
}

void Recovery::close(Record& r, Time at_time, bool back) {
  for (const Segment& s : r.segments)  // announced, and not begun any more
    if (s.from > at_time && s.activity == Activity::on_wire)
      --(s.hub == HubId::none ? r.registrations : r.attempts);
  account(r, at_time);
  Parts all_parts{};
  std::copy(r.parts.begin(), r.parts.end(), all_parts.begin());
  if (const auto off = special_.off.empty() ? special_.off.end() : special_.off.find(r.device);
      off != special_.off.end())
    std::copy(off->second.begin(), off->second.end(), all_parts.begin() + common_parts);
  const Duration parts = std::accumulate(all_parts.begin(), all_parts.end(), Duration{0});
  sim::require(parts == at_time - r.lost, "the wait parts of device {} add up to {} us, its outage is {} us",
               r.device, parts.count(), (at_time - r.lost).count());
  count(r.fault, r.device, [&](Tally& t) { add(t, r, all_parts, at_time, back); });
  if (episodes_ != nullptr)
    episodes_->ended({r.device, r.group, r.fault, r.begin, r.lost,
                      r.lost + r.parts[static_cast<std::size_t>(WaitPart::detection)], at_time, back,
                      r.attempts, r.registrations});
  Time& last = last_back_[r.fault];
  last = back ? std::max(last, at_time) : sim::never;
}

void Recovery::online(Device d, Time at_time, Time, HubId) {
  Record* const r = records_.find(d);
  if (r == nullptr) return;
  if (r->fault != CauseId::none) {
    close(*r, at_time, true);
    returns_.back(d, at_time, r->fault, r->begin, !setup_.readies_itself(r->group), records_.entities());
  } else {
    returns_.online(d, at_time);
  }
  release(*r);
}

// It is told when the answer is on its way, and at_time is when it arrives.
void Recovery::ready(Device d, Time at_time) {
  if (at_time <= setup_.end) returns_.ready(d, at_time);
}

// It is never back, and waits no more.
void Recovery::left(Device d, Time at_time, HubId) {
  returns_.left(d);
  Record* const r = records_.find(d);
  if (r == nullptr) return;
  if (r->fault != CauseId::none) close(*r, at_time, false);
  release(*r);
}

void Recovery::finish(Time end) {
  end_ = end;
  for (Device d = 0; d < records_.entities(); ++d)
    // An attempt under way at the end may fail on a fault only after it: then nothing was lost within the
    // run.
    if (Record* const r = records_.find(d); r != nullptr && r->fault != CauseId::none && r->lost < end)
      close(*r, end, false);
  returns_.finish();
  struck_.finish();
}

std::unique_ptr<Recovery> make_recovery(const Subject& subject) {
  Recovery::Setup setup;
  setup.names = subject.faults;
  for (const Subject::Incident& incident : subject.incidents)
    setup.faults.push_back({incident.fault, incident.begin, incident.end});
  for (const CauseId cause : subject.causes->all()) {
    if (subject.causes->is_incident(cause)) continue;
    setup.faults.push_back(
        {setup.names.size(), subject.end, subject.end, true, sim::never, subject.cuts_off[cause]});
    setup.names.push_back(subject.causes->name(cause));
  }
  const device::Devices& devices = *subject.devices;
  for (const device::RunGroup& one : devices.roster().groups()) {
    setup.groups.push_back(one.group->name);
    setup.fixed.push_back(one.group->edge);
    setup.readies.push_back(one.group->client.on_connect.any());
  }
  setup.devices = devices.roster().size();
  setup.group_of = [&devices](Device d) { return devices.roster().clients()[d].group; };
  setup.within = subject.within;
  setup.service_history = subject.service_history;
  setup.now = subject.now;
  setup.end = subject.end;
  return listening(subject, std::make_unique<Recovery>(std::move(setup)));
}

}  // namespace measures
