// What faults and other tenants do to the service, and what a lost region makes it forget.
#include <algorithm>

#include "models/provisioning/service.hpp"
#include "models/purpose.hpp"

namespace provisioning {

// The hub that answers or does not is told where that changes what waiting for DPS is good for.
void Service::note_answer(Operation& operation, Time now, HubId silent, bool stays) {
  if (operation.silent == silent) return;
  operation.silent = silent;
  board_.tell<&signals::Listener::chosen_in_vain>(operation.device, now, silent, stays);
}

// By the policy, among the hubs that this operation has not found silent; among all again when there are none
// left.
HubId Service::choose_another(std::uint32_t id, const Registrant& who) {
  const Operation& operation = operations_[id];
  std::vector<HubId>& tried = tried_[id];
  tried.push_back(operation.silent);
  std::vector<Candidate> others = candidates_[who.enrollment];
  std::erase_if(others, [&](const Candidate& c) {
    return std::find(tried.begin(), tried.end(), c.hub) != tried.end();
  });
  if (!others.empty()) return choose_among(others, operation.device, who, true);
  tried.clear();
  return given(operation.device, who);
}

// Where in its slot a request of the neighbours lies is drawn: many tenants keep no step with the limit's
// tokens, which exact spacing would.
void Service::plan(Neighbour& n, Time slot) {
  n.slot = slot;
  const auto kind = static_cast<std::uint64_t>(&n - neighbours_.data());
  const double u = streams_.draw(kind, purpose::neighbour, n.asked++).uniform(0);
  n.next = slot + sim::uniform_between(Duration{0}, n.every, u);
}

// Other tenants ask on, whatever they are answered; who is over the limit is refused like anybody. What they
// have asked by now is worked out when the limits are asked next: it costs no event.
void Service::serve_neighbours(Time now) {
  for (Neighbour& n : neighbours_)
    while (n.next <= now) {
      n.limit->take(n.next);
      plan(n, n.slot + n.every);
    }
}

void Service::set_condition(Time now, const Condition& condition) {
  moment_.require_open(now, "DPS");
  serve_neighbours(now);
  condition_ = condition;
  registration_limit_.set(now, condition.registrations);
  poll_limit_.set(now, condition.polls);
  const std::array<double, 2> asked{condition.neighbour_registrations, condition.neighbour_polls};
  for (std::size_t i = 0; i < neighbours_.size(); ++i) {
    Neighbour& n = neighbours_[i];
    const Duration every =
        asked[i] > 0 ? std::max(sim::from_seconds(60 / asked[i]), Duration{1}) : Duration{0};
    if (every == n.every) continue;
    n.every = every;
    n.next = sim::never;
    if (every.count() > 0) plan(n, now);
  }
  if (!works()) fail_all(now);
  const Time next = next_wake();  // what fell due while it was frozen is due now
  wakes_->set(entity_, next == sim::never ? next : std::max(next, now + Duration{1}));
}

// Operations under way are lost with the service; a hub that has yet to carry out a write does so for nobody.
void Service::fail_all(Time now) {
  for (std::uint32_t id = 0; id < operations_.size(); ++id) {
    const Operation& o = operations_[id];
    if (o.in_use && o.stage == Stage::processing) fail(id, now);
    operations_[id].lost = o.in_use && o.stage == Stage::queued;
  }
  due_.clear();
}

void Service::forget_record(Time now, Device device) {
  const HubId hub = record(device);
  if (hub == HubId::none) return;
  registrants_->before_assignment(device, now);
  record_[device] = Record();
  --provisioned_[hub];
  board_.tell<&signals::Listener::assigned>(device, now, hub, HubId::none);
  registrants_->after_assignment(device, now);
}

}  // namespace provisioning
