#include "models/measures/recovery.hpp"

#include <algorithm>
#include <numeric>

#include "sim/invariant.hpp"

#include "models/measures/episodes.hpp"
#include "models/measures/subject.hpp"

namespace measures {

using signals::Activity;

namespace {

WaitPart planned_part(ServiceHistory::Prospect view, WaitPart when_served) {
  switch (view) {
    case ServiceHistory::Prospect::serves:
      return when_served;
    case ServiceHistory::Prospect::alternative:
      return WaitPart::stuck;
    case ServiceHistory::Prospect::down:
      return WaitPart::service_down;
  }
  return when_served;
}

WaitPart part_when_served(Activity activity) {
  switch (activity) {
    case Activity::on_wire:
      return WaitPart::network;
    case Activity::hub_queue:
      return WaitPart::hub_queue;
    case Activity::dps_throttled:
      return WaitPart::dps_throttle;
    case Activity::dps_operation:
      return WaitPart::dps_processing;
    default:
      return WaitPart::backoff;
  }
}

// Else nothing is kept of devices.
bool anything_to_measure(const ids::PerId<CauseId, Recovery::FaultTime>& faults) {
  return std::any_of(faults.begin(), faults.end(), [](const Recovery::FaultTime& f) { return f.cuts_off; });
}

}  // namespace

Recovery::Recovery(Setup setup)
    : setup_(std::move(setup)), index_(anything_to_measure(setup_.faults) ? setup_.devices : 0) {
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
  if (index_[d] != 0) return record(index_[d] - 1);
  if (free_.empty()) {
    const auto first = static_cast<std::uint32_t>(records_.size() * block);
    records_.emplace_back(std::min<std::size_t>(block, index_.size()));
    for (auto slot = static_cast<std::uint32_t>(records_.back().size()); slot-- > 0;)
      free_.push_back(first + slot);
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  index_[d] = slot + 1;
  Record& r = record(slot);
  r.device = d;
  r.group = setup_.group_of(d);
  r.fault = CauseId::none;
  r.had_service = false;
  r.attempts = r.registrations = 0;
  r.segments.clear();
  r.parts = {};
  return r;
}

void Recovery::release(Device d) {
  Record& r = record(index_[d] - 1);
  while (r.prolonged != 0) {
    const std::uint32_t link = r.prolonged;
    r.prolonged = links_[link - 1].next;
    links_[link - 1].next = free_links_;
    free_links_ = link;
  }
  free_.push_back(index_[d] - 1);
  index_[d] = 0;
  if (!apart_.empty()) apart_.erase(d);
  if (!barred_.empty()) barred_.erase(d);
  if (!off_.empty()) off_.erase(d);
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
  if (!off_.empty()) off_.erase(r.device);
  count(fault, r.device, [](Tally& t) { ++t.affected; });
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
  if (index_.empty()) return;
  Record& r = open(d);
  r.had_service = true;
  cut_short(d);
  if (!planned && !returned_.empty() && returned_[d].fault != CauseId::none) {
    Returned& back = returned_[d];
    const bool moved = fault != CauseId::none && setup_.faults[fault].action;
    if (!moved && at_time - back.at <= relapse_time) count(back.fault, d, [](Tally& t) { ++t.relapses; });
    back = {};
  }
  if (fault != CauseId::none && r.fault == CauseId::none) own(r, fault, at_time, begin_at(fault, at_time));
  r.attempts = r.registrations = 0;
}

void Recovery::failed(Device d, Time start, Time at_time, HubId hub, signals::Error, CauseId fault) {
  if (index_.empty()) return;
  Record& r = open(d);
  if (fault == CauseId::none) {
    if (r.fault == CauseId::none && r.had_service) note_bystander(d, start);
    return;
  }
  if (r.fault == CauseId::none) {
    const Time begin = begin_at(fault, at_time);
    own(r, fault, std::max(start, begin), begin);
    // What it asked before the one that failed had nothing to do with the fault.
    r.attempts = hub == HubId::none ? 0 : 1;
    r.registrations = 1 - r.attempts;
  } else if (r.fault != fault) {
    prolong(r, fault);
  }
}

void Recovery::activity(Device d, Time from, Activity activity, HubId hub) {
  if (index_.empty()) return;
  Record& r = open(d);
  sim::require(r.segments.empty() || from >= r.segments.back().from,
               "device {} announces its plans out of order", d);
  // One that the hub has held and forgotten is on the wire again, and the same.
  if (activity == Activity::on_wire &&
      (r.segments.empty() || r.segments.back().activity != Activity::hub_queue))
    ++(hub == HubId::none ? r.registrations : r.attempts);
  // Before a fault owns it, only the current request can matter.
  if (r.fault == CauseId::none && activity == Activity::on_wire) r.segments.clear();
  if (r.fault != CauseId::none && r.segments.size() >= segments_kept) account_settled(r);
  r.segments.push_back({from, hub, activity});
}

void Recovery::note_bystander(Device d, Time at_time) {
  const auto after = std::upper_bound(begins_.begin(), begins_.end(), at_time);
  Time since = after == begins_.begin() ? Time::min() : *(after - 1);
  if (const auto later = std::upper_bound(began_.all.begin(), began_.all.end(), at_time);
      later != began_.all.begin())
    since = std::max(since, *std::prev(later));
  if (since == Time::min()) return;
  const auto [noted, first] = last_noted_.try_emplace(d, at_time);
  if (!first && noted->second >= since) return;
  noted->second = at_time;
  bystanders_.emplace_back(d, at_time);
}

// What it had planned does not happen.
void Recovery::stopped(Device d, Time at_time, CauseId fault, Time, HubId) {
  if (index_.empty()) return;
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

void Recovery::classify(Record& r, const Segment& s, Time from, Time to) {
  from = std::max(from, r.lost);
  if (to <= from) return;
  const auto add = [&](WaitPart part, Duration length) { r.parts[static_cast<std::size_t>(part)] += length; };
  switch (s.activity) {
    case Activity::undetected:
      return add(WaitPart::detection, to - from);
    case Activity::given_up:
      return add(WaitPart::stuck, to - from);
    case Activity::no_power:
    case Activity::booting:
      off_[r.device][s.activity == Activity::booting] += to - from;
      return;
    default:
      break;
  }
  const auto found = barred_.empty() ? barred_.end() : barred_.find(r.device);
  if (found == barred_.end()) return classify_open(r, s, from, to);
  const Time barred = std::clamp(found->second.from, from, to);
  const Time open = std::clamp(found->second.until, barred, to);
  classify_open(r, s, from, barred);
  add(WaitPart::service_down, open - barred);
  classify_open(r, s, open, to);
}

// A wait or a request of a device that is not blocked.
void Recovery::classify_open(Record& r, const Segment& s, Time from, Time to) const {
  if (to <= from) return;
  const auto add = [&](WaitPart part, Duration length) { r.parts[static_cast<std::size_t>(part)] += length; };
  const WaitPart served = part_when_served(s.activity);
  const auto found = apart_.empty() ? apart_.end() : apart_.find(r.device);
  if (found == apart_.end() || s.hub != found->second.hub) return classify_served(r, s, from, to, served);
  const Apart& apart = found->second;
  const Time begins = std::clamp(apart.from, from, to), ends = std::clamp(apart.until, begins, to);
  classify_served(r, s, from, begins, served);
  add(apart.part, ends - begins);
  classify_served(r, s, ends, to, served);
}

void Recovery::classify_served(Record& r, const Segment& s, Time from, Time to, WaitPart served) const {
  const bool fixed = !setup_.fixed.empty() && setup_.fixed.known(r.group);
  setup_.service_history->split(r.group, s.hub, from, to,
                                [&](ServiceHistory::Prospect view, Duration length) {
                                  if (fixed && view == ServiceHistory::Prospect::alternative)
                                    view = ServiceHistory::Prospect::down;
                                  r.parts[static_cast<std::size_t>(planned_part(view, served))] += length;
                                });
}

void Recovery::action_began(Time at_time, CauseId action) {
  if (index_.empty()) return;
  FaultTime& f = setup_.faults[action];
  began_.all.push_back(at_time);
  began_.each[action].push_back(at_time);
  f.begin = f.end = at_time;
  f.first = std::min(f.first, at_time);
}

void Recovery::moved(Device d, Time at_time, HubId hub, CauseId) {
  if (index_.empty() || index_[d] == 0) return;
  apart_[d] = {hub, at_time, sim::never, WaitPart::stuck};
}

void Recovery::misled(Device d, HubId hub, Time from, Time until) {
  if (index_.empty() || index_[d] == 0) return;
  apart_[d] = {hub, from, until, WaitPart::service_down};
}

void Recovery::operated(Device d, Time at_time, signals::Operation operation, CauseId) {
  if (index_.empty() || index_[d] == 0) return;
  if (operation == signals::Operation::blocked) {
    barred_.try_emplace(d, Bar{at_time}).first->second.until = sim::never;
  } else if (const auto found = barred_.find(d);
             operation == signals::Operation::unblocked && found != barred_.end()) {
    found->second.until = at_time;
  }
}

void Recovery::assigned(Device d, Time at_time, HubId, HubId) {
  const auto found = apart_.empty() ? apart_.end() : apart_.find(d);
  if (found == apart_.end() || found->second.part != WaitPart::stuck) return;
  found->second.until = std::min(found->second.until, at_time);
}

// What is announced and lies wholly in the past; how the hubs fared in the time of the rest is not known yet.
void Recovery::account_settled(Record& r) {
  std::size_t settled = 0;
  while (settled + 1 < r.segments.size() && r.segments[settled + 1].from <= *setup_.now) ++settled;
  for (std::size_t i = 0; i < settled; ++i)
    classify(r, r.segments[i], r.segments[i].from, r.segments[i + 1].from);
  r.segments.erase(r.segments.begin(), r.segments.begin() + static_cast<std::ptrdiff_t>(settled));
}

// Everything announced up to `until` goes into the parts.
void Recovery::account(Record& r, Time until) {
  for (std::size_t i = 0; i < r.segments.size(); ++i) {
    const Time next = i + 1 < r.segments.size() ? r.segments[i + 1].from : until;
    if (r.segments[i].from >= until) break;
    classify(r, r.segments[i], r.segments[i].from, std::min(next, until));
  }
  r.segments.clear();
}

void Recovery::add(Tally& tally, const Record& r, const Parts& parts, Time at_time, bool back) const {
  const Duration recovery = at_time - r.begin, outage = at_time - r.lost;
  tally.recovery_sum += recovery.count();
  tally.outage_sum += outage.count();
  for (std::size_t p = 0; p < part_count; ++p) tally.parts[p] += parts[p].count();
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
  if (const auto off = off_.empty() ? off_.end() : off_.find(r.device); off != off_.end())
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
  if (index_.empty() || index_[d] == 0) return;
  Record& r = record(index_[d] - 1);
  if (r.fault != CauseId::none) {
    close(r, at_time, true);
    if (returned_.empty()) returned_.resize(index_.size());
    returned_[d] = {at_time, r.fault, !setup_.readies_itself(r.group), r.begin};
  }
  release(d);
}

void Recovery::ready(Device d, Time at_time) {
  if (returned_.empty() || returned_[d].ready) return;
  Returned& back = returned_[d];
  back.ready = true;
  count(back.fault, d, [&](Tally& t) { t.ready.add((at_time - back.begin).count()); });
}

void Recovery::cut_short(Device d) {
  if (returned_.empty() || returned_[d].ready) return;
  returned_[d].ready = true;
  count(returned_[d].fault, d, [](Tally& t) { ++t.cut_short; });
}

// It is never back, and waits no more.
void Recovery::left(Device d, Time at_time, HubId) {
  cut_short(d);
  if (index_.empty() || index_[d] == 0) return;
  Record& r = record(index_[d] - 1);
  if (r.fault != CauseId::none) close(r, at_time, false);
  release(d);
}

void Recovery::finish(Time end) {
  end_ = end;
  for (Device d = 0; d < index_.size(); ++d) {
    if (index_[d] == 0) continue;
    Record& r = record(index_[d] - 1);
    // An attempt under way at the end may fail on a fault only after it: then nothing was lost within the
    // run.
    if (r.fault != CauseId::none && r.lost < end) close(r, end, false);
  }
  std::sort(bystanders_.begin(), bystanders_.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
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
  return listening(subject, std::make_unique<Recovery>(std::move(setup)));
}

}  // namespace measures
