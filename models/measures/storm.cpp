#include "models/measures/storm.hpp"

#include <algorithm>
#include <map>

namespace measures {

using signals::Activity;

namespace {

// What is known of a device.
constexpr std::uint8_t wants = 1;      // service: it has joined, and not left
constexpr std::uint8_t served = 2;     // it has it
constexpr std::uint8_t asked_hub = 4;  // since it last lost service, or joined
constexpr std::uint8_t asked_dps = 8;  // as well
constexpr std::uint8_t in_queue = 16;  // its CONNECT is held by a hub
constexpr std::uint8_t asked = asked_hub | asked_dps;

bool has(std::uint8_t state, std::uint8_t what) { return (state & what) != 0; }
void set(std::uint8_t& state, std::uint8_t what) { state = static_cast<std::uint8_t>(state | what); }
void clear(std::uint8_t& state, std::uint8_t what) { state = static_cast<std::uint8_t>(state & ~what); }

}  // namespace

Storm::Storm(std::vector<FaultTime> faults, std::size_t devices, Time end)
    : end_(end), state_(faults.empty() ? 0 : devices), lost_in_(state_.size()) {
  for (FaultTime& fault : faults) {
    cuts_.push_back(fault.end);
    cuts_.push_back(std::min(end, fault.end + judged_after));
    watches_.push_back({});
    watches_.back().time = std::move(fault);
  }
  std::sort(cuts_.begin(), cuts_.end());
  cuts_.erase(std::unique(cuts_.begin(), cuts_.end()), cuts_.end());
  loads_.resize(cuts_.size());
}

double Storm::goodput(const Watch& watch) const {
  const double of_all = watch.before > 0 ? all_.value() / watch.before : 1;
  return std::min(of_all, watch.losers.value());
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
  for (const std::size_t f : open_) look(watches_[f], now_, at);
  std::erase_if(open_, [&](std::size_t f) { return watches_[f].goodput && !watches_[f].below; });
  now_ = at;
}

void Storm::fault_began(Time at, int fault) {
  observe(at);
  Watch& watch = watches_[static_cast<std::size_t>(fault)];
  watch.order = begun_++;
  watch.before = all_.value();
  open_.push_back(static_cast<std::size_t>(fault));
}

void Storm::joined(Device d, Time at) {
  observe(at);
  set(state_[d], wants);
  ++all_.of;
}

void Storm::online(Device d, Time at, Time, int) {
  observe(at);
  if (!has(state_[d], wants)) ++all_.of;  // an established fleet does not join
  set(state_[d], wants | served);
  ++all_.served;
  for (const std::size_t f : open_)
    if (lost_since(watches_[f], d)) ++watches_[f].losers.served;
}

// That a renewal failed is told later, when there is an answer.
void Storm::offline(Device d, Time at, int, int, bool planned) {
  observe(at);
  clear(state_[d], served | asked | in_queue);
  --all_.served;
  for (const std::size_t f : open_) {
    Share& losers = watches_[f].losers;
    if (lost_since(watches_[f], d))
      --losers.served;
    else if (!planned)
      ++losers.of;
  }
  if (!planned) lost_in_[d] = begun_;
}

void Storm::left(Device d, Time at, int) {
  observe(at);
  const bool was_served = has(state_[d], served);
  clear(state_[d], wants | served);
  --all_.of;
  all_.served -= was_served;
  for (const std::size_t f : open_) {
    if (!lost_since(watches_[f], d)) continue;
    --watches_[f].losers.of;
    watches_[f].losers.served -= was_served;
  }
}

// Attempts are counted when they begin, whenever that is told: plans are told ahead, what a parked device did
// afterwards.
void Storm::activity(Device d, Time from, Activity activity, int hub) {
  std::uint8_t& state = state_[d];
  // A hub that falls silent swallows a CONNECT it held; that is no other attempt.
  const bool goes_on = has(state, in_queue) && hub != signals::no_hub;
  clear(state, in_queue);
  if (activity == Activity::hub_queue) set(state, in_queue);
  if (activity != Activity::on_wire || goes_on) return;
  const bool dps = hub == signals::no_hub;
  const std::uint8_t door = dps ? asked_dps : asked_hub;
  count(from, dps, has(state, door));
  set(state, door);
}

void Storm::renewed(Device, Time at, int) { count(at, false, false); }

Storm::Load* Storm::load_at(Time at) {
  if (cuts_.empty() || at < cuts_.front() || at >= cuts_.back()) return nullptr;
  return &loads_[static_cast<std::size_t>(std::upper_bound(cuts_.begin(), cuts_.end(), at) - cuts_.begin()) -
                 1];
}

void Storm::count(Time at, bool dps, bool again) {
  Load* load = load_at(at);
  if (load) (dps ? load->dps : load->hubs).add({1, again ? std::uint64_t{1} : std::uint64_t{0}});
}

void Storm::finish() { observe(end_ + Duration{1}); }

std::optional<double> Storm::retry_share(const Watch& watch) const {
  const Time from = watch.time.end, to = std::min(end_, from + judged_after);
  Load sum;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    if (cuts_[i] < from || cuts_[i] >= to) continue;
    sum.hubs.add(loads_[i].hubs);
    sum.dps.add(loads_[i].dps);
  }
  const Attempts attempts = sum.at_busier();
  if (attempts.all == 0) return std::nullopt;
  return static_cast<double>(attempts.again) / static_cast<double>(attempts.all);
}

// How bad: how long the goodput stayed away, without end if it never came back.
double Storm::severity(const Watch& watch) const {
  if (!watch.goodput) return -1;
  return watch.below ? sim::seconds(end_) : sim::seconds(std::max(Duration{0}, watch.back - watch.time.end));
}

bool Storm::worse(const Watch& a, const Watch& b) const { return severity(a) > severity(b); }

void Storm::report(Report& report) const {
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
  const std::optional<double> share = retry_share(watch);
  std::optional<double> detected;
  if (watch.goodput) detected = *watch.goodput < kept && share.value_or(0) >= retries;
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

}  // namespace measures
