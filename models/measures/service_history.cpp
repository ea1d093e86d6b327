#include "models/measures/service_history.hpp"

#include "models/measures/subject.hpp"

namespace measures {

ServiceHistory::ServiceHistory(std::size_t hubs, std::size_t there, const std::vector<std::size_t>& paths)
    : serves_(there, true),
      allocatable_(there, true),
      access_paths_(paths),
      sight_(paths.size()),
      sights_(1) {
  serves_.resize(hubs);
  allocatable_.resize(hubs);
  for (const HubId hub : allocatable_.ids()) allowed_.push_back({{Time::min(), allocatable_[hub]}});
  Sight& all = sights_.front();
  all.open.resize(hubs + 1, true);
  all.usable.resize(hubs);
  all.views.resize(hubs + 1, {{Time{}, Prospect::serves}});
  latest_.resize(hubs + 1, {Time{}, Prospect::serves});
  look(all, Time{}, HubId::none);
  for (const HubId hub : serves_.ids()) look(all, Time{}, hub);
}

void ServiceHistory::hub_serves(Time at, HubId hub, bool serves) {
  serves_[hub] = serves;
  look(at, hub);
}

void ServiceHistory::hub_allocatable(Time at, HubId hub, bool allocatable) {
  allocatable_[hub] = allocatable;
  allowed_[hub].push_back({at, allocatable});
  look(at, hub);
}

void ServiceHistory::dps_serves(Time at, bool serves) {
  dps_serves_ = serves;
  look(at, HubId::none);
}

void ServiceHistory::path_open(Time at, GroupId group, HubId hub, bool open) {
  Sight& sight = sight_apart(at, group);
  sight.open[place(hub)] = open;
  look(sight, at, hub);
}

ServiceHistory::Sight& ServiceHistory::sight_apart(Time at, GroupId group) {
  if (sight_[group] != 0) return sights_[sight_[group]];
  Sight own = sights_.front();
  own.since = at;
  for (History& history : own.views) {
    history = {{at, history.back().view}};
    latest_.push_back(history.back());
  }
  for (const GroupId g : access_paths_.ids())
    if (access_paths_[g] == access_paths_[group]) sight_[g] = sights_.size();
  sights_.push_back(std::move(own));
  return sights_.back();
}

void ServiceHistory::look(Time at, HubId target) {
  for (Sight& sight : sights_) look(sight, at, target);
}

// Something about DPS or a hub has changed. What is seen of the other hubs may change with whether there is
// an alternative.
void ServiceHistory::look(Sight& sight, Time at, HubId target) {
  if (target != HubId::none) {
    sight.usable_hubs -= sight.usable[target];
    sight.usable[target] = up(sight, target) && allocatable_[target];
    sight.usable_hubs += sight.usable[target];
  }
  const bool before = sight.elsewhere;
  sight.elsewhere = dps_serves_ && sight.open[place(HubId::none)] && sight.usable_hubs > 0;
  see(sight, at, target);
  if (sight.elsewhere == before) return;
  for (const HubId hub : serves_.ids()) see(sight, at, hub);
}

// The last state of an instant is the one that holds.
void ServiceHistory::see(Sight& sight, Time at, HubId target) {
  const bool of_dps = target == HubId::none;
  const bool serves = of_dps ? dps_serves_ && sight.open[place(target)] : up(sight, target);
  const Prospect otherwise = !of_dps && sight.elsewhere ? Prospect::alternative : Prospect::down;
  const Prospect view = serves ? Prospect::serves : otherwise;
  History& history = sight.views[place(target)];
  if (history.back().from == at)
    history.back().view = view;
  else if (history.back().view != view)
    history.push_back({at, view});
  const auto seen = static_cast<std::size_t>(&sight - sights_.data());
  latest_[seen * (serves_.size() + 1) + place(target)] = history.back();
}

std::size_t ServiceHistory::search(const History& history, Time t) {
  const auto after = std::upper_bound(history.begin(), history.end(), t,
                                      [](Time x, const Change& change) { return x < change.from; });
  return after == history.begin() ? 0 : static_cast<std::size_t>(after - history.begin()) - 1;
}

std::unique_ptr<ServiceHistory> make_outlook(const Subject& subject) {
  return listening(subject, std::make_unique<ServiceHistory>(subject.hubs->size(), subject.hubs_there,
                                                             subject.access_paths.list()));
}

}  // namespace measures
