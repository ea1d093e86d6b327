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
                 std::vector<Fixed> fixed)
    : hubs_(std::move(hubs)),
      service_history_(service_history),
      warmup_(warmup),
      fixed_(std::move(fixed)),
      connected_(hubs_.size()),
      provisioned_(hubs_.size()),
      movable_connected_(hubs_.size()),
      movable_provisioned_(hubs_.size()) {}

bool Balance::moves(Device d) const {
  return std::none_of(fixed_.begin(), fixed_.end(),
                      [d](const Fixed& range) { return d >= range.first && d < range.end; });
}

std::vector<double> Balance::by_weight(const Counts& counts) const {
  std::vector<double> x;
  for (const HubId h : hubs_.ids())
    if (service_history_.allocatable(h)) x.push_back(static_cast<double>(counts[h]) / hubs_[h].weight);
  return x;
}

// Looks at the state that held until `at`, once an instant: what changes within one instant has no duration.
void Balance::observe(Time at) {
  if (at <= at_) return;
  if (changed_ && at > warmup_) {
    double largest = 0, total = 0;
    int n = 0;
    for (const HubId h : hubs_.ids()) {
      if (!service_history_.allocatable(h)) continue;
      const double x = static_cast<double>(movable_connected_[h]) / hubs_[h].weight;
      largest = std::max(largest, x);
      total += x;
      ++n;
    }
    if (total > 0) peak_ = std::max(peak_, largest * n / total);
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
  if (allocatable) hubs_[hub].there = true;
  changed_ = true;
}

void Balance::report_set(Report& report, const std::string& prefix, const std::vector<double>& x) const {
  const auto put = [&](const char* name, const char* unit, double value) {
    report.values[prefix + name] = {unit, value, std::nullopt, std::nullopt};
  };
  put("jain", "1", jain(x));
  put("max_to_mean", "1", max_to_mean(x));
  put("cv", "1", variation(x));
  if (x.empty()) return;
  put("min", "devices", *std::min_element(x.begin(), x.end()));
  put("max", "devices", *std::max_element(x.begin(), x.end()));
}

void Balance::report(Report& report) const {
  report_set(report, "allocation.provisioned.", by_weight(movable_provisioned_));
  report_set(report, "allocation.connected.", by_weight(movable_connected_));
  report.values["allocation.connected.max_to_mean.peak"] = {"1", peak_, std::nullopt, std::nullopt};
  for (const HubId h : hubs_.ids()) {
    if (!hubs_[h].there) continue;
    const std::string prefix = "allocation.hub." + hubs_[h].name + ".";
    report.values[prefix + "provisioned"] = {"devices", static_cast<double>(provisioned_[h]), std::nullopt,
                                             std::nullopt};
    report.values[prefix + "connected"] = {"devices", static_cast<double>(connected_[h]), std::nullopt,
                                           std::nullopt};
  }
}

std::unique_ptr<Balance> make_balance(const Subject& subject) {
  ids::PerId<HubId, Balance::HubInfo> hubs;
  for (const hub::Hub* hub : *subject.hubs)
    hubs.push_back({hub->settings().name, hub->settings().weight, hub->exists()});
  std::vector<Balance::Fixed> fixed;
  for (const device::RunGroup& one : subject.devices->roster().groups())
    if (one.group->edge) fixed.push_back({one.first, one.first + one.group->devices});
  return listening(subject, std::make_unique<Balance>(hubs, *subject.service_history, subject.warmup, fixed));
}

}  // namespace measures
