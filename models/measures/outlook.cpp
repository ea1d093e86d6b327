#include "models/measures/outlook.hpp"

#include <algorithm>

namespace measures {

Outlook::Outlook(std::size_t hubs, std::size_t there) : serves_(there, true), allocatable_(there, true) {
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

void Outlook::record(Time at) {
  const std::size_t n = serves_.size();
  std::size_t good = 0;
  for (std::size_t h = 0; h < n; ++h) good += serves_[h] && allocatable_[h];
  Snapshot now{at, std::vector<View>(n)};
  for (std::size_t h = 0; h < n; ++h)
    now.view[h] = serves_[h] ? View::serves : (good > 0 ? View::alternative : View::down);
  if (!history_.empty() && history_.back().from == at) history_.pop_back();
  history_.push_back(std::move(now));
}

std::size_t Outlook::index(Time t) const {
  const auto after = std::upper_bound(history_.begin(), history_.end(), t,
                                      [](Time x, const Snapshot& s) { return x < s.from; });
  return after == history_.begin() ? 0 : static_cast<std::size_t>(after - history_.begin()) - 1;
}

}  // namespace measures
