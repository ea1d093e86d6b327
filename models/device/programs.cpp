#include "models/device/programs.hpp"

#include "models/purpose.hpp"

namespace device {

Time Programs::created(Device d) const {
  if (!processes_.empty() && processes_[d].start != Time::min()) return processes_[d].start;
  if (const auto joins = roster_.joins(d)) return *joins;
  const double u = roster_.drawn_once(d, purpose::creation);
  return Time{-sim::uniform_between(Duration{0}, std::chrono::days{30}, u)};
}

bool Programs::doomed(Device d, const Client& c) const {
  const double share = roster_.group(c).group->never_recovers;
  if (share == 0 || (!processes_.empty() && processes_[d].cold)) return false;
  return roster_.drawn_once(d, purpose::never_recovers) < share;
}

Time Programs::booted(Device d, const Client& c, Time now) {
  if (processes_.empty()) processes_.resize(roster_.size());
  const Boot& times = roster_.group(c).group->boot;
  const double u = roster_.streams().draw(roster_.key(d), purpose::boot, processes_[d].boots++).uniform(0);
  return roster_.tick_after(now + sim::uniform_between(times.from, times.to, u));
}

bool Programs::set_power(GroupId group, CauseId fault) {
  if (dark_.empty()) dark_.resize(roster_.groups().size(), CauseId::none);
  return std::exchange(dark_[group], fault) != fault;
}

}  // namespace device
