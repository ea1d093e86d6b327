#include "models/measures/storm.hpp"

#include <algorithm>
#include <map>

#include "models/measures/subject.hpp"

namespace measures {

using signals::Activity;

namespace {

// What is known of a device.
constexpr std::uint8_t wants = 1;      // service: it has joined, and not left
constexpr std::uint8_t served = 2;     // it has it
constexpr std::uint8_t asked_hub = 4;  // since it last lost service, or joined
constexpr std::uint8_t asked_dps = 8;  // as well
constexpr std::uint8_t in_queue = 16;  // its CONNECT is held by a hub
constexpr std::uint8_t kept_out = 32;  // by its cause, which counts it
constexpr std::uint8_t again = 64;     // its latest attempt was not its first at that door
constexpr std::uint8_t asked = asked_hub | asked_dps;

bool has(std::uint8_t state, std::uint8_t what) { return (state & what) != 0; }
void set(std::uint8_t& state, std::uint8_t what) { state = static_cast<std::uint8_t>(state | what); }
void clear(std::uint8_t& state, std::uint8_t what) { state = static_cast<std::uint8_t>(state & ~what); }

}  // namespace

Storm::Storm(std::vector<FaultTime> faults, std::size_t devices, Time end, std::vector<std::string> names)
    : end_(end),
      names_(std::move(names)),
      state_(faults.empty() ? 0 : devices),
      cause_(state_.size()),
      lost_in_(state_.size()) {
  for (FaultTime& fault : faults) {
    cuts_.push_back(fault.end);
    cuts_.push_back(std::min(end, fault.end + judged_after));
    watches_.push_back({});
    watches_.back().time = std::move(fault);
    watches_.back().incident = CauseId(watches_.size() - 1);
  }
  std::sort(cuts_.begin(), cuts_.end());
  cuts_.erase(std::unique(cuts_.begin(), cuts_.end()), cuts_.end());
  loads_.resize(cuts_.size());
}

std::uint64_t Storm::out_for_others(const Watch& watch) const {
  return out_of_all_ - (out_.has(watch.incident) ? out_[watch.incident] : 0);
}

double Storm::goodput(const Watch& watch) const {
  const Share others_aside{all_.of - out_for_others(watch), all_.served};
  const double of_all = watch.before > 0 ? others_aside.value() / watch.before : 1;
  return std::min(of_all, watch.losers.value());
}

void Storm::count_out(CauseId cause, bool out) {
  if (!out_.has(cause)) out_.resize(cause.index() + 1);
  out ? ++out_[cause] : --out_[cause];
  out ? ++out_of_all_ : --out_of_all_;
}

// The goodput is what it is now in [from, to).
void Storm::look(Watch& watch, Time from, Time to) const {
  const Time judged = watch.time.end + judged_after;
  const double now = goodput(watch);
  const bool below = now < kept;
  if (watch.below && !below) watch.back = from;
  if (watch.below || from <= judged) watch.below = below;
  if (from <= judged && judged < to) watch.goodput = now;
}

// What holds until `at`: what changes within one instant has no duration.
void Storm::observe(Time at) {
  if (at <= now_) return;
  for (const CauseId f : open_) look(watches_[f], now_, at);
  std::erase_if(open_, [&](CauseId f) { return watches_[f].goodput && !watches_[f].below; });
  now_ = at;
}

void Storm::fault_began(Time at, CauseId fault) {
  observe(at);
  Watch& watch = watches_[fault];
  watch.order = begun_++;
  watch.before = Share{all_.of - out_of_all_, all_.served}.value();
  open_.push_back(fault);
}

void Storm::joined(Device d, Time at) {
  observe(at);
  clear(state_[d], asked);
  set(state_[d], wants);
  ++all_.of;
}

void Storm::online(Device d, Time at, Time, HubId) {
  observe(at);
  if (!has(state_[d], wants)) ++all_.of;  // an established fleet does not join
  if (has(state_[d], kept_out)) count_out(cause_[d], false);
  clear(state_[d], kept_out);
  set(state_[d], wants | served);
  ++all_.served;
  for (const CauseId f : open_)
    if (loser(watches_[f], d)) ++watches_[f].losers.served;
}

// That a renewal failed is told later, when there is an answer.
void Storm::offline(Device d, Time at, HubId, CauseId fault, bool planned) {
  observe(at);
  for (const CauseId f : open_)
    if (loser(watches_[f], d)) --watches_[f].losers.served;
  clear(state_[d], served | asked | in_queue);
  --all_.served;
  if (planned) return;
  for (const CauseId f : open_)
    if (loser(watches_[f], d)) --watches_[f].losers.of;
  cause_[d] = fault;
  lost_in_[d] = begun_;
  for (const CauseId f : open_)
    if (loser(watches_[f], d)) ++watches_[f].losers.of;
  if (fault == CauseId::none) return;
  count_out(fault, true);
  set(state_[d], kept_out);
}

// A limit of a service is no fault. Told whenever: what parked clients did is told afterwards.
void Storm::failed(Device, Time start, Time, HubId hub, signals::Error error, CauseId fault) {
  using signals::Error;
  const bool refused = error == Error::unauthorized || error == Error::dps_unauthorized ||
                       error == Error::refused || error == Error::dps_refused;
  if (fault != CauseId::none || refused) return;
  if (Attempts* attempts = attempts_at(start, hub == HubId::none)) ++attempts->failed;
}

void Storm::left(Device d, Time at, HubId) {
  observe(at);
  const bool was_served = has(state_[d], served);
  if (has(state_[d], kept_out)) count_out(cause_[d], false);
  clear(state_[d], wants | served | kept_out);
  --all_.of;
  all_.served -= was_served;
  for (const CauseId f : open_) {
    if (!loser(watches_[f], d)) continue;
    --watches_[f].losers.of;
    watches_[f].losers.served -= was_served;
  }
}

// Attempts are counted when they begin, whenever that is told: plans are told ahead, what a parked device did
// afterwards.
void Storm::activity(Device d, Time from, Activity activity, HubId hub) {
  std::uint8_t& state = state_[d];
  // A hub that falls silent swallows a CONNECT it held; that is no other attempt.
  const bool goes_on = has(state, in_queue) && hub != HubId::none;
  clear(state, in_queue);
  if (activity == Activity::hub_queue) set(state, in_queue);
  if (activity != Activity::on_wire || goes_on) return;
  const bool dps = hub == HubId::none;
  const std::uint8_t door = dps ? asked_dps : asked_hub;
  if (Attempts* attempts = attempts_at(from, dps)) {
    ++attempts->all;
    attempts->again += has(state, door);
  }
  clear(state, again);
  if (has(state, door)) set(state, again);
  set(state, door);
}

// The attempt that it had planned is not made.
void Storm::stopped(Device d, Time, CauseId, Time plan, HubId hub) {
  clear(state_[d], in_queue);
  if (plan == sim::never) return;
  const bool dps = hub == HubId::none;
  if (Attempts* attempts = attempts_at(plan, dps)) {
    --attempts->all;
    attempts->again -= has(state_[d], again);
  }
  if (!has(state_[d], again)) clear(state_[d], dps ? asked_dps : asked_hub);
}

void Storm::renewed(Device, Time at, HubId) {
  if (Attempts* attempts = attempts_at(at, false)) ++attempts->all;
}

Storm::Load* Storm::load_at(Time at) {
  if (cuts_.empty() || at < cuts_.front() || at >= cuts_.back()) return nullptr;
  return &loads_[static_cast<std::size_t>(std::upper_bound(cuts_.begin(), cuts_.end(), at) - cuts_.begin()) -
                 1];
}

Storm::Attempts* Storm::attempts_at(Time at, bool dps) {
  Load* load = load_at(at);
  if (!load) return nullptr;
  return dps ? &load->dps : &load->hubs;
}

void Storm::finish(Time end) { observe(end + Duration{1}); }

Storm::Attempts Storm::attempts(const Watch& watch) const {
  const Time from = watch.time.end, to = std::min(end_, from + judged_after);
  Load sum;
  const auto first = std::lower_bound(cuts_.begin(), cuts_.end(), from) - cuts_.begin();
  for (auto i = static_cast<std::size_t>(first); i < loads_.size() && cuts_[i] < to; ++i) {
    sum.hubs.add(loads_[i].hubs);
    sum.dps.add(loads_[i].dps);
  }
  return sum.at_busier();
}

// Retries make up the load, and what they come to is the limit of a service, not another fault.
bool Storm::of_retries(const Attempts& attempts) {
  const auto share = [](std::uint64_t part, std::uint64_t all) {
    return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
  };
  return share(attempts.again, attempts.all) >= retries && share(attempts.failed, attempts.again) >= kept;
}

// How bad: how long the goodput stayed away, without end if it never came back.
double Storm::severity(const Watch& watch) const {
  if (!watch.goodput) return -1;
  return watch.below ? sim::seconds(end_) : sim::seconds(std::max(Duration{0}, watch.back - watch.time.end));
}

bool Storm::worse(const Watch& a, const Watch& b) const { return severity(a) > severity(b); }

void Storm::report(Report& report) const {
  for (const std::string& name : names_) report_none(report, name);
  std::map<std::string, const Watch*> worst;
  for (const Watch& watch : watches_) {
    const Watch*& held = worst[watch.time.name];
    if (held == nullptr || worse(watch, *held)) held = &watch;
  }
  for (const auto& [name, watch] : worst) this->report(report, name, *watch);
}

void Storm::report_none(Report& report, const std::string& name) {
  for (const char* metric : {"detected", "goodput", "retry_share"})
    report.values["storm." + name + "." + metric] = {"1", std::nullopt, std::nullopt, std::nullopt};
  report.values["storm." + name + ".goodput_back_after"] = {"s", std::nullopt, std::nullopt, std::nullopt};
}

void Storm::report(Report& report, const std::string& name, const Watch& watch) const {
  const std::string prefix = "storm." + name + ".";
  const Attempts made = attempts(watch);
  std::optional<double> detected, share;
  if (watch.goodput) detected = *watch.goodput < kept && of_retries(made);
  if (made.all > 0) share = static_cast<double>(made.again) / static_cast<double>(made.all);
  report.values[prefix + "detected"] = {"1", detected, std::nullopt, std::nullopt};
  report.values[prefix + "goodput"] = {"1", watch.goodput, std::nullopt, std::nullopt};
  report.values[prefix + "retry_share"] = {"1", share, std::nullopt, std::nullopt};
  Value& back = report.values[prefix + "goodput_back_after"];
  back.unit = "s";
  if (watch.below)
    back.at_least = sim::seconds(end_ - watch.time.end);
  else
    back.value = sim::seconds(std::max(Duration{0}, watch.back - watch.time.end));
}

std::unique_ptr<Storm> make_storm(const Subject& subject) {
  std::vector<Storm::FaultTime> faults;
  for (const Subject::Incident& incident : subject.incidents)
    faults.push_back({subject.faults[incident.fault], incident.begin, incident.end});
  auto storm = std::make_unique<Storm>(std::move(faults), subject.devices->roster().size(), subject.end,
                                       subject.faults);
  return subject.incidents.empty() ? std::move(storm) : listening(subject, std::move(storm));
}

}  // namespace measures
