#include "models/application/steady.hpp"

#include <algorithm>
#include <chrono>

#include "models/device/offered_load.hpp"
#include "models/money.hpp"

namespace application {
namespace {

constexpr sim::Duration least = std::chrono::minutes(5);  // of which a month can be made
constexpr double seconds_a_month = money::hours_a_month * 3600;

// What a device of the group sends and is sent in a second, as a plan counts it: twin reads are none.
double messages_a_second(const device::Group& group, const hub::Meter& paid) {
  const hub::OfferedLoad offered = device::offered_load_of(group, paid, paid);
  const double renewal = sim::seconds(group.client.renewal);
  const double every = sim::seconds(group.telemetry.every);
  double all = every > 0 ? offered.blocks / every * device::mean_factor(group.telemetry.profile) : 0;
  for (const hub::RequestLoad& requests : {offered.properties, offered.commands})
    all += requests.per_second * requests.blocks;
  if (renewal > 0) all += group.client.on_connect.twin_writes * offered.on_connect.blocks / renewal;
  return all;
}

}  // namespace

measures::Steady steady_time(const Scenario& scenario, const faults::Incidents& incidents) {
  const sim::Time warmup{scenario.warmup}, end{scenario.duration};
  measures::Steady steady{warmup, end};
  for (const faults::Incident& incident : incidents) steady.to = std::min(steady.to, incident.what.at);
  for (const actions::Action& action : scenario.actions) steady.to = std::min(steady.to, action.at);
  if (steady.to - steady.from < least) steady.to = end;
  sim::Time joined = steady.from;
  for (const device::Group& group : scenario.fleet) {
    if (group.joins) joined = std::max(joined, sim::start_of_run + group.joins->start + group.joins->over);
    steady.devices += group.devices;
    steady.messages_a_month +=
        group.devices * messages_a_second(group, scenario.paid_meter()) * seconds_a_month;
  }
  if (steady.to - joined >= least) steady.from = joined;
  return steady;
}

}  // namespace application
