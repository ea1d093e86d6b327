#include "models/measures/regions.hpp"

#include <cmath>
#include <map>

#include "models/measures/list.hpp"

namespace measures {

using signals::RegionStep;

Regions::Regions(ids::PerId<CauseId, std::string> faults, std::size_t hubs, std::size_t there, Duration rpo,
                 bool recovers, std::vector<std::string> names)
    : names_(std::move(names)),
      faults_(std::move(faults)),
      losses_(faults_.size()),
      serves_(there, true),
      allocatable_(there, true),
      usable_(there),
      recovers_(recovers),
      rpo_(rpo) {
  serves_.resize(hubs);
  allocatable_.resize(hubs);
}

void Regions::region_step(Time at, CauseId fault, RegionStep step) {
  std::optional<Loss>& loss = losses_[fault];
  switch (step) {
    case RegionStep::lost:
      loss = Loss{};
      loss->at = at;
      unserved_.push_back(fault);
      return;
    case RegionStep::detected:
      loss->detected = at;
      return;
    case RegionStep::decided:
      loss->decided = at;
      return;
    case RegionStep::dps_back:
      loss->dps_back = at;
      return;
    case RegionStep::hubs_back:
      loss->hubs_back = at;
      return;
    case RegionStep::cancelled:
      loss->called_off = true;
      return;
  }
}

void Regions::region_forgot(Time, CauseId fault, std::uint64_t twins, double messages) {
  Loss& loss = *losses_[fault];
  loss.moved = true;
  loss.twins = twins;
  loss.unread = messages;
}

void Regions::dps_serves(Time at, bool serves) {
  dps_ = serves;
  look(at);
}

void Regions::set(ids::PerId<HubId, bool>& of_hubs, HubId h, bool value) {
  usable_ -= serves_[h] && allocatable_[h];
  of_hubs[h] = value;
  usable_ += serves_[h] && allocatable_[h];
}

void Regions::hub_serves(Time at, HubId hub, bool serves) {
  set(serves_, hub, serves);
  look(at);
}

void Regions::hub_allocatable(Time at, HubId hub, bool allocatable) {
  set(allocatable_, hub, allocatable);
  look(at);
}

// Services are back when DPS serves and so does a hub that it may give. They are lost a moment after the
// region.
void Regions::look(Time at) {
  if (!dps_ || usable_ == 0) return;
  std::erase_if(unserved_, [&](CauseId fault) {
    Loss& loss = *losses_[fault];
    if (at > loss.at) loss.served = at;
    return at > loss.at;
  });
}

// When services were back after the loss; never, if they were not.
Duration Regions::rto(const Loss& loss) const {
  return loss.served ? *loss.served - loss.at : Duration::max();
}

// Of several incidents of a fault the one after which services were away longest.
void Regions::report(Report& report) const {
  std::map<std::string, std::optional<Loss>> worst;
  for (const std::string& fault : names_) worst[fault] = std::nullopt;
  for (const CauseId f : faults_.ids()) {
    if (faults_[f].empty()) continue;
    std::optional<Loss>& held = worst[faults_[f]];
    if (losses_[f] && (!held || rto(*losses_[f]) > rto(*held))) held = losses_[f];
  }
  for (const auto& [fault, loss] : worst) this->report(report, fault, loss);
}

void Regions::report(Report& report, const std::string& fault, const std::optional<Loss>& lost) const {
  const std::string prefix = "region." + fault + ".";
  const Loss loss = lost.value_or(Loss{});
  const auto put = [&](const char* name, const char* unit, std::optional<double> value) {
    report.values[prefix + name] = {unit, value, std::nullopt, std::nullopt};
  };
  const auto since = [&](const char* name, const std::optional<Time>& when, bool may_come) {
    put(name, "s", when ? std::optional(sim::seconds(*when - loss.at)) : std::nullopt);
    if (!when && lost && may_come) report.values[prefix + name].at_least = sim::seconds(end_ - loss.at);
  };
  const bool comes = recovers_ && !loss.called_off;
  since("detected", loss.detected, comes);
  since("decided", loss.decided, comes);
  since("dps_back", loss.dps_back, comes);
  since("hubs_back", loss.hubs_back, comes);
  since("service_rto", loss.served, true);
  put("rpo", "s", loss.moved ? std::optional(sim::seconds(rpo_)) : std::nullopt);
  put("twins_lost", "devices", static_cast<double>(loss.twins));
  put("unread_lost", "messages", std::round(loss.unread));
}

std::unique_ptr<Measure> make_regions(const Subject& subject) {
  ids::PerId<CauseId, std::string> losses;
  for (const Subject::Incident& incident : subject.incidents)
    losses.push_back(incident.takes_region ? subject.faults[incident.fault] : "");
  return listening(subject, std::make_unique<Regions>(losses, subject.hubs->size(), subject.hubs_there,
                                                      subject.rpo, subject.recovers, subject.region_faults));
}

}  // namespace measures
