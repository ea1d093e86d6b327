#include "models/measures/outlook.hpp"

#include <algorithm>

namespace measures {

Outlook::Outlook(std::size_t hubs, std::size_t there, std::size_t groups)
    : serves_(there, true), allocatable_(there, true), groups_(groups), open_(groups * (hubs + 1), true) {
  serves_.resize(hubs);
  allocatable_.resize(hubs);
  record(Time{});
}

void Outlook::hub_serves(Time at, int hub, bool serves) {
  serves_[static_cast<std::size_t>(hub)] = serves;
  record(at);
}

void Outlook::hub_allocatable(Time at, int hub, bool allocatable) {
  allocatable_[static_cast<std::size_t>(hub)] = allocatable;
  record(at);
}

void Outlook::dps_serves(Time at, bool serves) {
  dps_serves_ = serves;
  record(at);
}

void Outlook::path_open(Time at, std::size_t group, int hub, bool open) {
  if (!apart_)
    for (Snapshot& s : history_) {
      const std::vector<View> same = s.view;
      for (std::size_t g = 1; g < groups_; ++g) s.view.insert(s.view.end(), same.begin(), same.end());
    }
  apart_ = true;
  open_[place(group, hub)] = open;
  record(at);
}

void Outlook::add_views(std::size_t group, std::vector<View>& views) const {
  const auto up = [&](std::size_t h) { return serves_[h] && open(group, static_cast<int>(h)); };
  const bool dps = dps_serves_ && open(group, signals::no_hub);
  bool elsewhere = false;
  for (std::size_t h = 0; h < serves_.size() && dps && !elsewhere; ++h) elsewhere = up(h) && allocatable_[h];
  views.push_back(dps ? View::serves : View::down);
  for (std::size_t h = 0; h < serves_.size(); ++h)
    views.push_back(up(h) ? View::serves : elsewhere ? View::alternative : View::down);
}

void Outlook::record(Time at) {
  Snapshot now{at, {}};
  for (std::size_t g = 0; g < (apart_ ? groups_ : 1); ++g) add_views(g, now.view);
  if (!history_.empty() && history_.back().from == at) history_.pop_back();
  history_.push_back(std::move(now));
}

std::size_t Outlook::search(Time t) const {
  const auto after = std::upper_bound(history_.begin(), history_.end(), t,
                                      [](Time x, const Snapshot& s) { return x < s.from; });
  return after == history_.begin() ? 0 : static_cast<std::size_t>(after - history_.begin()) - 1;
}

}  // namespace measures
