#include "models/measures/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/measures/list.hpp"

namespace measures {

using signals::Activity;

namespace {
constexpr const char* world_mark = "-- ";  // begins what happens to the world, not to the device
}

std::string Trace::name(HubId hub) const { return hub == HubId::none ? "DPS" : hubs_[hub]; }

void Trace::offline(Device d, Time at, HubId hub, CauseId fault, bool planned) {
  if (d != device_) return;
  if (planned)
    say(at, fmt::format("its connection to {} ends, since its token is too old", name(hub)));
  else
    say(at, fmt::format("loses {}{}", name(hub), fault == CauseId::none ? "" : " to " + causes_.name(fault)));
}

void Trace::moved(Device d, Time at, HubId hub, CauseId action) {
  if (d == device_)
    say(at, fmt::format("its identity on {} is disabled by {}: it is to ask DPS", name(hub),
                        causes_.name(action)));
}

void Trace::chosen_in_vain(Device d, Time at, HubId hub, bool) {
  if (d == device_ && hub != HubId::none)
    say(at, fmt::format("DPS gets no answer from {}, which it has chosen", name(hub)));
}

void Trace::operated(Device d, Time at, signals::Operation operation, CauseId action) {
  if (d != device_) return;
  const char* what = operation == signals::Operation::blocked     ? "is blocked"
                     : operation == signals::Operation::unblocked ? "is unblocked"
                                                                  : "is approved";
  say(at, what + (action == CauseId::none ? std::string(" by an operator") : " by " + causes_.name(action)));
}

void Trace::failed(Device d, Time start, Time at, HubId hub, signals::Error error, CauseId fault) {
  if (d != device_) return;
  say(at,
      fmt::format("{} fails after {:.3f} s: {}{}",
                  hub == HubId::none ? "request to DPS" : "connect to " + name(hub), sim::seconds(at - start),
                  signals::name(error), fault == CauseId::none ? "" : " (" + causes_.name(fault) + ")"));
}

void Trace::activity(Device d, Time from, Activity activity, HubId hub) {
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
    case Activity::booting:
      return say(from, "boots");
    case Activity::no_power:
    case Activity::given_up:
      return;
  }
}

// What it had planned does not happen.
void Trace::stopped(Device d, Time at, CauseId fault, Time, HubId) {
  if (d != device_) return;
  std::erase_if(lines_, [&](const TraceLine& line) { return line.time_s > sim::seconds(at); });
  say(at, fault == CauseId::none ? "is restarted by its watchdog"
                                 : "is off: its power is cut by " + causes_.name(fault));
}

void Trace::started(Device d, Time at) {
  if (d == device_) say(at, "starts its program");
}

void Trace::online(Device d, Time at, Time since, HubId hub) {
  if (d != device_) return;
  if (at == since) return say(at, fmt::format("is connected to {} from the start", name(hub)));
  say(at, fmt::format("is connected to {} after {:.3f} s without", name(hub), sim::seconds(at - since)));
}

void Trace::ready(Device d, Time at) {
  if (d == device_) say(at, "has dealt with its twin");
}

void Trace::renewed(Device d, Time at, HubId hub) {
  if (d == device_) say(at, fmt::format("renews its token at {}", name(hub)));
}

void Trace::gave_up(Device d, Time at) {
  if (d == device_) say(at, "gives up for good");
}

void Trace::joined(Device d, Time at) {
  if (d == device_) say(at, "joins");
}

void Trace::left(Device d, Time at, HubId hub) {
  if (d != device_) return;
  say(at, hub == HubId::none ? "leaves for good"
                             : fmt::format("disconnects from {} and leaves for good", name(hub)));
}

void Trace::assigned(Device d, Time at, HubId from, HubId to) {
  if (d != device_) return;
  if (to == HubId::none)
    say(at, fmt::format("is known to {} no more", name(from)));
  else if (from == to)
    say(at, fmt::format("is assigned to {} again", name(to)));
  else if (from == HubId::none)
    say(at, fmt::format("is assigned to {}", name(to)));
  else
    say(at, fmt::format("is moved from {} to {}", name(from), name(to)));
}

void Trace::fault_began(Time at, CauseId fault) {
  say(at, fmt::format("{}{} begins", world_mark, causes_.name(fault)));
}

void Trace::fault_ended(Time at, CauseId fault) {
  say(at, fmt::format("{}{} ends", world_mark, causes_.name(fault)));
}

void Trace::hub_allocatable(Time at, HubId hub, bool allocatable) {
  say(at, fmt::format("{}{} is {} the allocation", world_mark, name(hub),
                      allocatable ? "back in" : "taken out of"));
}

void Trace::report(Report& report) const {
  report.trace = lines_;
  // At one instant the world goes first: a plan may be announced before or after what happens when it falls
  // due.
  const auto order = [](const TraceLine& line) {
    return std::pair{line.time_s, line.text.rfind(world_mark, 0) != 0};
  };
  std::stable_sort(report.trace.begin(), report.trace.end(),
                   [&](const TraceLine& a, const TraceLine& b) { return order(a) < order(b); });
  std::erase_if(report.trace, [&](const TraceLine& line) { return line.time_s > sim::seconds(end_); });
}

std::unique_ptr<Measure> make_trace(const Subject& subject) {
  if (!subject.traced) return nullptr;
  return listening(subject, std::make_unique<Trace>(*subject.traced, subject.hub_names(), *subject.causes));
}

}  // namespace measures
