#include "models/measures/episodes.hpp"

#include <cmath>

#include "models/measures/list.hpp"
#include "models/measures/recovery.hpp"

namespace measures {

namespace {

constexpr double never = std::numeric_limits<double>::quiet_NaN();

std::uint32_t number(HubId hub) {
  return hub == HubId::none ? EpisodeTable::no_hub : static_cast<std::uint32_t>(hub.index());
}

}  // namespace

Episodes::Episodes(Setup setup) : setup_(std::move(setup)) {
  table_.faults = setup_.faults;
  table_.groups = setup_.groups.list();
  table_.hubs = setup_.hubs.list();
}

void Episodes::ended(const EndedEpisode& e) {
  const auto found = away_.find(e.device);
  const Away away = found == away_.end() ? Away{} : found->second;
  Episode row;
  row.group = static_cast<std::uint32_t>(e.group.index());
  row.device = e.device - setup_.first_of[e.group];
  row.fault = static_cast<std::uint32_t>(setup_.fault_of[e.fault]);
  row.begin_s = sim::seconds(e.begin);
  row.lost_s = sim::seconds(e.lost);
  row.noticed_s = e.noticed < e.at || e.back ? sim::seconds(e.noticed) : never;
  row.attempt_s = e.back && e.attempts > 0 ? sim::seconds(away.attempt) : never;
  row.back_s = row.for_good_s = e.back ? sim::seconds(e.at) : never;
  row.attempts = e.attempts;
  row.registrations = e.registrations;
  row.hub_before = number(away.before);
  row.gave_up = away.gave_up;
  if (e.back) returned_.insert_or_assign(e.device, Return{table_.rows.size(), e.at});
  table_.rows.push_back(row);
}

void Episodes::offline(Device d, Time at, HubId hub, CauseId fault, bool planned) {
  away_.insert_or_assign(d, Away{hub});
  const auto back = returned_.find(d);
  if (planned || back == returned_.end()) return;
  const bool moved = fault != CauseId::none && setup_.action[fault];
  if (!moved && at - back->second.at <= setup_.relapse) {
    table_.rows[back->second.episode].for_good_s = never;
    relapsed_.insert_or_assign(d, back->second.episode);
  }
  returned_.erase(back);
}

void Episodes::activity(Device d, Time from, signals::Activity activity, HubId hub) {
  Away& away = away_[d];
  if (activity == signals::Activity::on_wire && hub != HubId::none && !away.queued) away.attempt = from;
  away.queued = activity == signals::Activity::hub_queue;
}

void Episodes::online(Device d, Time at, Time, HubId hub) {
  away_.erase(d);
  // Recovery, which listens before, has closed the episode that ends now, if there is one.
  const auto back = returned_.find(d);
  if (back != returned_.end() && back->second.at == at)
    table_.rows[back->second.episode].hub_after = number(hub);
  const auto relapsed = relapsed_.find(d);
  if (relapsed == relapsed_.end()) return;
  table_.rows[relapsed->second].for_good_s = sim::seconds(at);
  if (back == returned_.end()) returned_.emplace(d, Return{relapsed->second, at});
  relapsed_.erase(relapsed);
}

void Episodes::gave_up(Device d, Time) { away_[d].gave_up = true; }

void Episodes::left(Device d, Time, HubId) {
  away_.erase(d);
  returned_.erase(d);
  relapsed_.erase(d);
}

void Episodes::report(Report& report) const { report.episodes = table_; }

std::unique_ptr<Measure> make_episodes(const Subject& subject) {
  if (!subject.episodes) return nullptr;
  Episodes::Setup setup;
  setup.faults = subject.faults;
  for (const CauseId cause : subject.causes->all()) {
    setup.action.push_back(!subject.causes->is_incident(cause));
    if (subject.causes->is_incident(cause)) {
      setup.fault_of.push_back(subject.incidents[cause].fault);
    } else {
      setup.fault_of.push_back(setup.faults.size());
      setup.faults.push_back(subject.causes->name(cause));
    }
  }
  for (const device::RunGroup& one : subject.devices->roster().groups()) {
    setup.groups.push_back(one.group->name);
    setup.first_of.push_back(one.first);
  }
  setup.hubs = subject.hub_names();
  setup.relapse = relapse_time;
  auto episodes = listening(subject, std::make_unique<Episodes>(std::move(setup)));
  subject.recovery->tell(*episodes);
  return episodes;
}

}  // namespace measures
