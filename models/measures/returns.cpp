#include "models/measures/returns.hpp"

#include <algorithm>

namespace measures {

bool Returns::goes_on(Device d, CauseId fault) const {
  if (going_on_.empty()) return false;
  const auto found = going_on_.find(d);
  return found != going_on_.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [fault](const Stretch& stretch) { return stretch.fault == fault; });
}

// What was pending ends with the return that was the last.
void Returns::settle(Device d) {
  Latest& latest = latest_[d];
  if (latest.apart) tell_(What::lasted, d, latest.fault, latest.at - latest.begin);
  latest.apart = false;
  const auto found = going_on_.empty() ? going_on_.end() : going_on_.find(d);
  if (found == going_on_.end()) return;
  for (const Stretch& stretch : found->second)
    tell_(What::lasted, d, stretch.fault, latest.at - stretch.begin);
  going_on_.erase(found);
}

void Returns::back(Device d, Time at, CauseId fault, Time begin, bool ready, std::size_t devices) {
  if (latest_.empty()) latest_.resize(devices);
  if (latest_[d].at != Time{}) settle(d);  // it was away to renew its token, which the fault made it miss
  if (!latest_[d].ready) --unready_;
  if (!ready) ++unready_;
  latest_[d] = {at, fault, ready, !goes_on(d, fault), begin};
}

void Returns::online(Device d, Time at) {
  if (!going_on_.empty() && going_on_.contains(d) && latest_[d].at == Time{}) latest_[d].at = at;
}

void Returns::ready(Device d, Time at) {
  if (unready_ == 0 || !end_wait(latest_[d])) return;
  tell_(What::ready, d, latest_[d].fault, at - latest_[d].begin);
}

bool Returns::end_wait(Latest& latest) {
  if (latest.ready) return false;
  latest.ready = true;
  --unready_;
  return true;
}

void Returns::cut_short(Device d) {
  if (!end_wait(latest_[d])) return;
  tell_(What::cut_short, d, latest_[d].fault, Duration{0});
}

void Returns::lost(Device d, Time at, bool planned, bool moved) {
  if (latest_.empty()) return;
  cut_short(d);
  Latest& latest = latest_[d];
  if (planned || latest.at == Time{}) return;
  if (moved || at - latest.at > relapse_time) {
    settle(d);
  } else {
    if (latest.fault != CauseId::none) tell_(What::relapsed, d, latest.fault, Duration{0});
    if (latest.apart) going_on_[d].push_back({latest.fault, latest.begin});
  }
  latest = {};
}

void Returns::left(Device d) {
  if (latest_.empty()) return;
  cut_short(d);
  if (latest_[d].at != Time{}) settle(d);
  latest_[d] = {};
  if (!going_on_.empty()) going_on_.erase(d);
}

void Returns::finish() {
  for (Device d = 0; d < latest_.size(); ++d)
    if (latest_[d].at != Time{}) settle(d);
}

}  // namespace measures
