#include "models/measures/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace measures {

using signals::Activity;

namespace {
constexpr const char* world_mark = "-- ";  // begins what happens to the world, not to the device
}

std::string Trace::name(int hub) const {
  return hub == signals::no_hub ? "DPS" : hubs_[static_cast<std::size_t>(hub)];
}

void Trace::offline(Device d, Time at, int hub, int fault, bool planned) {
  if (d != device_) return;
  if (planned)
    say(at, fmt::format("disconnects from {} to renew its token", name(hub)));
  else
    say(at, fmt::format("loses {}{}", name(hub), fault == signals::no_fault ? "" : " to " + cause(fault)));
}

std::string Trace::cause(int fault) const {
  const auto i = static_cast<std::size_t>(fault);
  return i < faults_.size() ? "fault " + faults_[i] : actions_[i - faults_.size()];
}

void Trace::moved(Device d, Time at, int hub, int action) {
  if (d == device_)
    say(at, fmt::format("its identity on {} is disabled by {}: it is to ask DPS", name(hub), cause(action)));
}

void Trace::operated(Device d, Time at, signals::Operation operation, int action) {
  if (d != device_) return;
  const char* what = operation == signals::Operation::blocked     ? "is blocked"
                     : operation == signals::Operation::unblocked ? "is unblocked"
                                                                  : "is approved";
  say(at, what + (action == signals::no_fault ? std::string(" by an operator") : " by " + cause(action)));
}

void Trace::failed(Device d, Time start, Time at, int hub, signals::Error error, int fault) {
  if (d != device_) return;
  say(at, fmt::format("{} fails after {:.3f} s: {}{}",
                      hub == signals::no_hub ? "request to DPS" : "connect to " + name(hub),
                      sim::seconds(at - start), signals::name(error),
                      fault == signals::no_fault ? "" : " (" + cause(fault) + ")"));
}

void Trace::activity(Device d, Time from, Activity activity, int hub) {
  if (d != device_) return;
  switch (activity) {
    case Activity::undetected:
      return say(from, "has not noticed that its connection is dead");
    case Activity::waiting:
      return say(from, fmt::format("backs off before it asks {} again", name(hub)));
    case Activity::on_wire:
      return say(from, fmt::format("asks {}", name(hub)));
    case Activity::hub_queue:
      return say(from, fmt::format("waits in the connect queue of {}", name(hub)));
    case Activity::dps_throttled:
      return say(from, "is held up: DPS or the hub's registry is throttled");
    case Activity::dps_operation:
      return say(from, "is registered; DPS works on the assignment");
    case Activity::given_up:
      return;
  }
}

void Trace::online(Device d, Time at, Time since, int hub) {
  if (d != device_) return;
  if (at == since) return say(at, fmt::format("is connected to {} from the start", name(hub)));
  say(at, fmt::format("is connected to {} after {:.3f} s without", name(hub), sim::seconds(at - since)));
}

void Trace::renewed(Device d, Time at, int hub) {
  if (d == device_) say(at, fmt::format("renews its token at {}", name(hub)));
}

void Trace::gave_up(Device d, Time at) {
  if (d == device_) say(at, "gives up for good");
}

void Trace::joined(Device d, Time at) {
  if (d == device_) say(at, "joins");
}

void Trace::left(Device d, Time at, int hub) {
  if (d != device_) return;
  say(at, hub == signals::no_hub ? "leaves for good"
                                 : fmt::format("disconnects from {} and leaves for good", name(hub)));
}

void Trace::assigned(Device d, Time at, int from, int to) {
  if (d != device_) return;
  if (to == signals::no_hub)
    say(at, fmt::format("is known to {} no more", name(from)));
  else if (from == to)
    say(at, fmt::format("is assigned to {} again", name(to)));
  else if (from == signals::no_hub)
    say(at, fmt::format("is assigned to {}", name(to)));
  else
    say(at, fmt::format("is moved from {} to {}", name(from), name(to)));
}

void Trace::fault_began(Time at, int fault) {
  say(at, fmt::format("{}fault {} begins", world_mark, faults_[static_cast<std::size_t>(fault)]));
}

void Trace::fault_ended(Time at, int fault) {
  say(at, fmt::format("{}fault {} ends", world_mark, faults_[static_cast<std::size_t>(fault)]));
}

void Trace::hub_allocatable(Time at, int hub, bool allocatable) {
  say(at, fmt::format("{}{} is {} the allocation", world_mark, name(hub),
                      allocatable ? "back in" : "taken out of"));
}

void Trace::report(Report& report, Time end) const {
  report.trace = lines_;
  // At one instant the world goes first: a plan may be announced before or after what happens when it falls
  // due.
  const auto order = [](const TraceLine& line) {
    return std::pair{line.time_s, line.text.rfind(world_mark, 0) != 0};
  };
  std::stable_sort(report.trace.begin(), report.trace.end(),
                   [&](const TraceLine& a, const TraceLine& b) { return order(a) < order(b); });
  std::erase_if(report.trace, [&](const TraceLine& line) { return line.time_s > sim::seconds(end); });
}

}  // namespace measures
