#include "models/measures/balance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/measures/subject.hpp"

namespace measures {

namespace {

double sum(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); }

}  // namespace

double jain(const std::vector<double>& x) {
  double squares = 0;
  for (const double v : x) squares += v * v;
  if (squares == 0) return 1;
  return sum(x) * sum(x) / (static_cast<double>(x.size()) * squares);
}

double max_to_mean(const std::vector<double>& x) {
  const double total = sum(x);
  if (total == 0) return 1;
  return *std::max_element(x.begin(), x.end()) * static_cast<double>(x.size()) / total;
}

double variation(const std::vector<double>& x) {
  const double total = sum(x);
  if (total == 0) return 0;
  const double n = static_cast<double>(x.size()), mean = total / n;
  double squares = 0;
  for (const double v : x) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / n) / mean;
}

Balance::Balance(ids::PerId<HubId, HubInfo> hubs, const ServiceHistory& service_history, Time warmup,
                 std::vector<Fixed> fixed, std::size_t devices)
    : hubs_(std::move(hubs)),
      service_history_(service_history),
      warmup_(warmup),
      fixed_(std::move(fixed)),
      devices_(devices),
      connected_(hubs_.size()),
      provisioned_(hubs_.size()),
      movable_connected_(hubs_.size()),
      movable_provisioned_(hubs_.size()) {}

bool Balance::moves(Device d) const {
  return std::none_of(fixed_.begin(), fixed_.end(),
                      [d](const Fixed& range) { return d >= range.first && d < range.end; });
}

// Whether a hub is one of all that exist: a failed one is, and one that stands by empty is not.
bool Balance::counts(HubId hub) const {
  const HubInfo& info = hubs_[hub];
  return info.exists && (info.used || provisioned_[hub] > 0 || connected_[hub] > 0);
}

std::vector<double> Balance::by_weight(const Counts& counts, bool all) const {
  std::vector<double> x;
  for (const HubId h : hubs_.ids())
    if (all ? this->counts(h) : allocatable(h)) x.push_back(static_cast<double>(counts[h]) / hubs_[h].weight);
  return x;
}

// So many connected devices make a ratio that is no accident of who came first: a tenth of the fleet, and ten
// a hub where the fleet has twice as many.
std::uint64_t Balance::enough(std::uint64_t hubs) const {
  return std::min<std::uint64_t>(std::max<std::uint64_t>(devices_ / 10, 10 * hubs), devices_ / 2);
}

// Looks at the state that held until `at`, once an instant: what changes within one instant has no duration.
void Balance::observe(Time at) {
  if (at <= at_) return;
  if (changed_ && at > warmup_) {
    double largest = 0, total = 0;
    std::uint64_t n = 0, devices = 0;
    for (const HubId h : hubs_.ids()) {
      if (!allocatable(h)) continue;
      devices += movable_connected_[h];
      const double x = static_cast<double>(movable_connected_[h]) / hubs_[h].weight;
      largest = std::max(largest, x);
      total += x;
      ++n;
    }
    if (total > 0 && devices >= enough(n)) peak_ = std::max(peak_, largest * static_cast<double>(n) / total);
    changed_ = false;
  }
  at_ = at;
}

void Balance::offline(Device d, Time at, HubId hub, CauseId, bool) {
  observe(at);
  changed_ = true;
  --connected_.known(hub);
  if (moves(d)) --movable_connected_.known(hub);
  --total_;
}

void Balance::online(Device d, Time at, Time, HubId hub) {
  observe(at);
  changed_ = true;
  ++connected_.known(hub);
  if (moves(d)) ++movable_connected_.known(hub);
  ++total_;
}

void Balance::left(Device d, Time at, HubId hub) {
  if (hub != HubId::none) offline(d, at, hub, CauseId::none, true);
}

void Balance::assigned(Device d, Time, HubId from, HubId to) {
  const auto add = [&](Counts& counts) {
    if (from != HubId::none) --counts[from];
    if (to != HubId::none) ++counts[to];
  };
  add(provisioned_);
  if (moves(d)) add(movable_provisioned_);
}

void Balance::hub_allocatable(Time at, HubId hub, bool allocatable) {
  observe(at);
  if (allocatable) hubs_[hub].there = hubs_[hub].used = true;
  if (!allocatable && at == Time{}) hubs_[hub].used = false;
  changed_ = true;
}

void Balance::hub_sized(Time, HubId hub, const signals::Size& size) { hubs_[hub].exists = size.units > 0; }

void Balance::report_set(Report& report, const std::string& prefix, const Counts& counts) const {
  const auto put = [&](const std::string& name, const char* unit, double value) {
    report.values[prefix + name] = {unit, value, std::nullopt, std::nullopt};
  };
  for (const bool all : {false, true}) {
    const std::vector<double> x = by_weight(counts, all);
    const std::string which = all ? "all_hubs." : "";
    put(which + "jain", "1", jain(x));
    put(which + "max_to_mean", "1", max_to_mean(x));
    put(which + "cv", "1", variation(x));
    if (all || x.empty()) continue;
    put("min", "devices", *std::min_element(x.begin(), x.end()));
    put("max", "devices", *std::max_element(x.begin(), x.end()));
  }
}

void Balance::report(Report& report) const {
  const auto put = [&](const std::string& name, const char* unit, double value) {
    report.values[name] = {unit, value, std::nullopt, std::nullopt};
  };
  report_set(report, "allocation.provisioned.", movable_provisioned_);
  report_set(report, "allocation.connected.", movable_connected_);
  put("allocation.connected.max_to_mean.peak", "1", peak_);
  double hubs = 0, devices = 0;
  for (const HubId h : hubs_.ids()) {
    if (counts(h) && !allocatable(h)) {
      hubs += 1;
      devices += static_cast<double>(movable_provisioned_[h]);
    }
    if (!hubs_[h].there) continue;
    const std::string prefix = "allocation.hub." + hubs_[h].name + ".";
    put(prefix + "provisioned", "devices", static_cast<double>(provisioned_[h]));
    put(prefix + "connected", "devices", static_cast<double>(connected_[h]));
  }
  put("allocation.left_out.hubs", "hubs", hubs);
  put("allocation.left_out.devices", "devices", devices);
}

std::unique_ptr<Balance> make_balance(const Subject& subject) {
  ids::PerId<HubId, Balance::HubInfo> hubs;
  for (const hub::Hub* hub : *subject.hubs)
    hubs.push_back(
        {hub->settings().name, hub->settings().weight, hub->exists(), hub->exists(), hub->exists()});
  std::vector<Balance::Fixed> fixed;
  std::size_t devices = subject.devices->roster().size();
  for (const device::RunGroup& one : subject.devices->roster().groups())
    if (one.group->edge) {
      fixed.push_back({one.first, one.first + one.group->devices});
      devices -= one.group->devices;
    }
  return listening(subject,
                   std::make_unique<Balance>(hubs, *subject.service_history, subject.warmup, fixed, devices));
}

}  // namespace measures
