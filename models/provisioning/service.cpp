#include "models/provisioning/service.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "models/purpose.hpp"

namespace provisioning {

namespace {

// Whole requests of a window; the small addend undoes the rounding of a share of its limit.
std::uint64_t whole_requests(double per_minute) { return static_cast<std::uint64_t>(per_minute + 1e-6); }

std::variant<sim::TokenBucket, sim::WindowQuota> make_limit(LimiterKind kind, double per_minute,
                                                            Duration burst) {
  if (kind == LimiterKind::fixed_window)
    return sim::WindowQuota(whole_requests(per_minute), std::chrono::minutes{1});
  return sim::TokenBucket(per_minute / 60, per_minute / 60 * sim::seconds(burst));
}

}  // namespace

RequestLimit::RequestLimit(LimiterKind kind, double per_minute, Duration burst)
    : burst_s_(sim::seconds(burst)), limit_(make_limit(kind, per_minute, burst)) {}

// A bucket keeps its credit as far as the new depth holds it.
void RequestLimit::set(Time now, double per_minute) {
  if (auto* window = std::get_if<sim::WindowQuota>(&limit_))
    return window->set_limit(whole_requests(per_minute));
  std::get<sim::TokenBucket>(limit_).set_rate(now, per_minute / 60, per_minute / 60 * burst_s_);
}

bool RequestLimit::take(Time now) {
  return std::visit([now](auto& limit) { return limit.take(now); }, limit_);
}

Service::Service(const Settings& settings, hub::Hubs hubs, std::size_t devices, const sim::Streams& streams,
                 const sim::Moment& moment, const signals::Board& board, sim::Entity entity)
    : settings_(settings),
      hubs_(std::move(hubs)),
      streams_(streams),
      moment_(moment),
      board_(board),
      entity_(entity),
      registration_limit_(settings.limiter, settings.registrations_per_minute, settings.burst),
      poll_limit_(settings.limiter, settings.polls_per_minute, settings.burst),
      record_(devices),
      access_(devices),
      registrations_(devices),
      provisioned_(hubs_.size()),
      reserved_(hubs_.size()),
      overdue_(hubs_.size()),
      allocatable_(hubs_.size()),
      restored_(hubs_.size()),
      turns_(settings.enrollments.size()),
      links_(settings.enrollments.size()),
      candidates_(settings.enrollments.size()) {
  // The hash is salted by seed and replication, so that replications see different placements.
  const std::uint64_t salt = streams.draw(0, purpose::placement, 0).u64();
  for (const hub::Hub* h : hubs_) {
    const std::string& name = h->settings().name;
    allocatable_[h->id()] = h->exists();
    name_hash_.push_back(sim::mix(sim::hash_text(name.data(), name.size()), salt));
  }
  for (std::size_t e = 0; e < settings.enrollments.size(); ++e) {
    const Enrollment& enrollment = settings.enrollments[e];
    for (const hub::Hub* h : hubs_) {
      const auto link = std::find_if(enrollment.hubs.begin(), enrollment.hubs.end(),
                                     [&](const LinkedHub& l) { return h->settings().is_meant_by(l.hub); });
      if (enrollment.hubs.empty())
        links_[e].push_back({h->id(), h->settings().weight});
      else if (link != enrollment.hubs.end() && link->enabled)
        links_[e].push_back({h->id(), link->weight.value_or(h->settings().weight)});
    }
    refresh_candidates(e);
  }
}

void Service::attach(hub::Wakes& wakes, Registrants& registrants) {
  wakes_ = &wakes;
  registrants_ = &registrants;
}

void Service::refresh_candidates(std::size_t e) {
  const Enrollment& enrollment = settings_.enrollments[e];
  const bool fixed = enrollment.allocation == Allocation::static_hub && !enrollment.static_hub.empty();
  candidates_[e].clear();
  for (const Link& link : links_[e])
    if (allocatable_[link.hub] && (!fixed || hubs_[link.hub]->settings().is_meant_by(enrollment.static_hub)))
      candidates_[e].push_back({link.hub, link.weight, name_hash_[link.hub], Duration{0}, 0});
}

HubId Service::choose(Device device, const Registrant& who, bool count_turn) {
  return choose_among(candidates_[who.enrollment], device, who, count_turn);
}

HubId Service::choose_among(std::vector<Candidate>& candidates, Device device, const Registrant& who,
                            bool count_turn) {
  const auto count_devices = [&] {
    for (Candidate& c : candidates) c.devices = provisioned_[c.hub] + reserved_[c.hub];
  };
  int chosen = -1;
  switch (policy(who)) {
    case Allocation::evenly_weighted:
      chosen = evenly_weighted(candidates, who.key);
      break;
    case Allocation::lowest_latency:
      for (Candidate& c : candidates) c.latency = (*who.latency)[c.hub];
      chosen = lowest_latency(candidates, who.key);
      break;
    case Allocation::static_hub:
      chosen = candidates.empty() ? -1 : 0;
      break;
    case Allocation::least_devices:
      count_devices();
      chosen = least_devices(candidates, who.key);
      break;
    case Allocation::two_choices:
      count_devices();
      chosen = two_choices(candidates, who.key,
                           streams_.draw(who.key, purpose::allocation, registrations_[device]));
      break;
    case Allocation::round_robin:
      chosen = round_robin(candidates, turns_[who.enrollment]);
      if (count_turn) ++turns_[who.enrollment];
      break;
  }
  return chosen < 0 ? HubId::none : candidates[static_cast<std::size_t>(chosen)].hub;
}

Allocation Service::policy(const Registrant& who) const {
  return settings_.enrollments[who.enrollment].allocation;
}

bool Service::by_load(const Registrant& who) const {
  return policy(who) == Allocation::least_devices || policy(who) == Allocation::two_choices;
}

bool Service::by_load(Device device) const { return by_load(registrants_->registrant(device)); }

bool Service::may_move(Device device, const Registrant& who) const {
  if (who.edge || settings_.enrollments[who.enrollment].reprovisioning == Reprovisioning::never) return false;
  const AssignmentOverride* to_hub = access_.override_of(device);
  return !to_hub || to_hub->once;
}

bool Service::may_move(Device device) const { return may_move(device, registrants_->registrant(device)); }

bool Service::would_move_to(Device device, HubId hub) {
  const HubId now = record(device);
  // A hub out of the allocation is failed or leaving: a matter of failover, or of who empties it.
  if (now == hub || now == HubId::none || !allocatable_[now]) return false;
  const Registrant who = registrants_->registrant(device);
  if (!may_move(device, who)) return false;
  const std::vector<Candidate>& choices = candidates_[who.enrollment];
  if (std::none_of(choices.begin(), choices.end(), [hub](const Candidate& c) { return c.hub == hub; }))
    return false;  // it would only come back
  if (by_load(who)) return true;
  return policy(who) != Allocation::round_robin && choose(device, who, false) == hub;
}

bool Service::only_choice(HubId hub) const {
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Enrollment& enrollment = settings_.enrollments[e];
    const bool fixed = enrollment.allocation == Allocation::static_hub && !enrollment.static_hub.empty();
    const bool named = std::any_of(links_[e].begin(), links_[e].end(), [&](const Link& link) {
      return link.hub == hub && (!fixed || hubs_[hub]->settings().is_meant_by(enrollment.static_hub));
    });
    const bool others = std::any_of(candidates_[e].begin(), candidates_[e].end(),
                                    [hub](const Candidate& c) { return c.hub != hub; });
    if (named && !others) return true;
  }
  return false;
}

HubId Service::place(Device device) {
  const HubId target = choose(device, registrants_->registrant(device), true);
  record_[device] = Record(target);
  if (target != HubId::none) ++provisioned_[target];
  return target;
}

RegisterAnswer Service::enrol(Time now, Device device, std::uint32_t previous) {
  moment_.require_open(now, "DPS");
  ++counters_.registrations;
  serve_neighbours(now);
  if (previous != none) forget(previous);
  if (!registration_limit_.take(now)) {
    ++counters_.throttled;
    return {true, none, settings_.retry_after};
  }
  const Registrant who = registrants_->registrant(device);
  if (!access_.admits(device, who.approval, record(device) != HubId::none, now)) {
    ++counters_.unauthorized;
    return {false, none, Duration{0}, true};
  }
  std::uint32_t id = static_cast<std::uint32_t>(operations_.size());
  if (free_.empty()) {
    operations_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  Operation& operation = operations_[id];
  operation = {};
  operation.device = device;
  operation.in_use = true;
  const sim::Draw draw = streams_.draw(who.key, purpose::dps_processing, ++registrations_[device]);
  schedule(id, now + std::max(settings_.processing.of(draw), Duration{1}));
  return {false, id, settings_.poll_after};
}

void Service::schedule(std::uint32_t id, Time at_time) {
  const std::uint64_t key = this->key(operations_[id].device);
  due_.push_back(
      {at_time,
       sim::mix(streams_.seed() ^ key, static_cast<std::uint64_t>(at_time.time_since_epoch().count())), id});
  std::push_heap(due_.begin(), due_.end(), std::greater<>{});
  // Others that are due before it, be it since a freeze, have their wake-up, or are being served.
  if (due_.front().operation == id) wakes_->set(entity_, next_wake());
}

Time Service::next_wake() const {
  return due_.empty() || condition_.mode == hub::Mode::frozen ? sim::never : due_.front().at;
}

Time Service::serve(Time now) {
  while (!due_.empty() && due_.front().at <= now) {
    const std::uint32_t id = due_.front().operation;
    std::pop_heap(due_.begin(), due_.end(), std::greater<>{});
    due_.pop_back();
    write(id, now);
  }
  return next_wake();
}

void Service::reserve(Operation& operation, HubId target) {
  if (operation.target == target) return;
  if (operation.target != HubId::none) --reserved_[operation.target];
  operation.target = target;
  if (target != HubId::none) ++reserved_[target];
}

void Service::write(std::uint32_t id, Time now) {
  Operation& operation = operations_[id];
  if (has_left(operation.device) || access_.blocked(operation.device)) return fail(id, now);
  if (operation.first_write == sim::never) operation.first_write = now;
  const HubId current = record(operation.device);
  const Registrant who = registrants_->registrant(operation.device);
  const bool never = settings_.enrollments[who.enrollment].reprovisioning == Reprovisioning::never;
  const bool stays = (never || who.edge) && current != HubId::none;
  // Asked anew at each try: a hub may have been taken out of the allocation meanwhile.
  const bool decided = operation.target != HubId::none && allocatable_[operation.target] &&
                       !pinned_elsewhere(operation.device, operation.target);
  const bool another =
      operation.silent != HubId::none && !stays && settings_.write_retry_hub == WriteRetryHub::another;
  if (another)
    reserve(operation, choose_another(id, who));
  else if (!decided)
    reserve(operation, stays ? current : given(operation.device, who));
  if (operation.target == HubId::none) return retry(id, now);
  const hub::Write answer = hubs_[operation.target]->write(now, id);
  note_answer(operation, now, answer == hub::Write::no_answer ? operation.target : HubId::none, stays);
  switch (answer) {
    case hub::Write::done:
      complete(id, now);
      break;
    case hub::Write::queued:
      operation.stage = Stage::queued;
      hold(operation, now, true);
      break;
    case hub::Write::throttled:
      hold(operation, now, true);
      retry(id, now);
      break;
    case hub::Write::no_answer:
      hold(operation, now, false);
      retry(id, now);
      break;
  }
}

void Service::retry(std::uint32_t id, Time now) {
  Operation& operation = operations_[id];
  operation.stage = Stage::processing;
  if (now + settings_.write_retry_every > operation.first_write + settings_.write_retry_for) {
    counters_.unanswered += operation.silent != HubId::none;
    return fail(id, now);
  }
  schedule(id, now + settings_.write_retry_every);
}

void Service::fail(std::uint32_t id, Time now) {
  Operation& operation = operations_[id];
  ++counters_.failed;
  operation.stage = Stage::failed;
  reserve(operation, HubId::none);
  hold(operation, now, false);
  if (!operation.asked_for) release(id);
}

void Service::complete(std::uint32_t id, Time now) {
  Operation& operation = operations_[id];
  const HubId target = operation.target;
  const Device device = operation.device;
  if (has_left(device) || access_.blocked(device)) return fail(id, now);
  if (pinned_elsewhere(device, target)) return write(id, now);  // an operator has decided otherwise
  const HubId old = record(device);
  const bool was_moved = record_[device].moved() || access_.disabled(device);
  if (was_moved) registrants_->before_assignment(device, now);
  operation.stage = Stage::assigned;
  --reserved_[target];
  if (old != target) ++provisioned_[target];
  record_[device] = Record(target);
  access_.set_disabled(device, false);
  if (const AssignmentOverride* to_hub = access_.override_of(device); to_hub && to_hub->once)
    access_.clear_override(device);
  ++counters_.assigned;
  board_.tell<&signals::Listener::assigned>(device, now, old, target);
  if (old != target && old != HubId::none) leave_old_hub(now, old, device);
  if (was_moved) registrants_->after_assignment(device, now);
  hold(operation, now, false);
  if (!operation.asked_for) release(id);
}

void Service::leave_old_hub(Time now, HubId old_hub, Device device) {
  --provisioned_[old_hub];
  hub::Hub& hub = *hubs_[old_hub];
  const Enrollment& enrollment = settings_.enrollments[registrants_->registrant(device).enrollment];
  const bool migrate = enrollment.reprovisioning == Reprovisioning::migrate;
  if (hub.serves()) {
    hub.remove(now, device, migrate ? 2 : 1);  // read the twin (migrate), delete the identity
    return;
  }
  if (restored_[old_hub]) return;
  // The device starts with the initial twin; the identity is deleted when the hub is back (assumption A-9).
  overdue_[old_hub].push_back(device);
  if (migrate) ++counters_.twins_lost;
}

void Service::remove(Time now, Device device) {
  if (left_.empty()) left_.resize(record_.size());
  left_[device] = true;
  const HubId hub = record(device);
  if (hub == HubId::none) return;
  record_[device] = Record();
  --provisioned_[hub];
  board_.tell<&signals::Listener::assigned>(device, now, hub, HubId::none);
  if (hubs_[hub]->serves())
    hubs_[hub]->remove(now, device, 1);
  else
    overdue_[hub].push_back(device);
}

void Service::hub_returned(Time now, HubId hub) {
  // These wait for nobody: they use up what credit the registry has, but put nobody in debt.
  restored_[hub] = false;
  std::vector<Device> devices = std::exchange(overdue_[hub], {});
  std::erase_if(devices, [&](Device d) { return record(d) == hub; });  // it has come back meanwhile
  if (!devices.empty()) hubs_[hub]->remove_overdue(now, devices);
}

void Service::written(std::uint32_t operation, Time now) {
  operations_[operation].lost ? fail(operation, now) : complete(operation, now);
}

void Service::throttled(std::uint32_t operation, Time now) {
  operations_[operation].lost ? fail(operation, now) : retry(operation, now);
}

void Service::hold(Operation& operation, Time now, bool held) {
  if (operation.held == held) return;
  operation.held = held;
  if (operation.asked_for) registrants_->operation_held(operation.device, now, held);
}

PollAnswer Service::poll(Time now, std::uint32_t id) {
  moment_.require_open(now, "DPS");
  ++counters_.polls;
  serve_neighbours(now);
  if (!poll_limit_.take(now)) {
    ++counters_.polls_throttled;
    return {PollAnswer::Status::throttled, HubId::none, settings_.retry_after, false};
  }
  Operation& operation = operations_[id];
  if (operation.lost) {
    operation.asked_for = false;  // the hub will have done with it some day
    return {PollAnswer::Status::failed, HubId::none, Duration{0}, false};
  }
  if (operation.stage == Stage::assigned) {
    // A later operation of the same device may have moved it on: the record decides.
    const PollAnswer answer{PollAnswer::Status::assigned, record(operation.device), Duration{0}, false};
    release(id);
    return answer;
  }
  if (operation.stage == Stage::failed) {
    release(id);
    return {PollAnswer::Status::failed, HubId::none, Duration{0}, false};
  }
  return {PollAnswer::Status::assigning, HubId::none, settings_.poll_after, operation.held};
}

void Service::forget(std::uint32_t id) {
  Operation& operation = operations_[id];
  operation.asked_for = false;
  if (operation.stage == Stage::assigned || operation.stage == Stage::failed) release(id);
}

void Service::release(std::uint32_t id) {
  if (!tried_.empty()) tried_.erase(id);
  operations_[id].in_use = false;
  free_.push_back(id);
}

void Service::set_allocatable(Time now, HubId hub, bool allocatable) {
  if (allocatable_[hub] == allocatable) return;
  allocatable_[hub] = allocatable;
  for (std::size_t e = 0; e < candidates_.size(); ++e) refresh_candidates(e);
  board_.tell<&signals::Listener::hub_allocatable>(now, hub, allocatable);
}

bool Service::balanced() const {
  std::uint64_t recorded = 0, counted = 0;
  for (const Record record : record_) recorded += record.hub() != HubId::none;
  for (const std::uint64_t n : provisioned_) counted += n;
  ids::PerId<HubId, std::uint64_t> pending(hubs_.size());
  for (const Operation& o : operations_) {
    const bool open = o.in_use && (o.stage == Stage::processing || o.stage == Stage::queued);
    if (open && o.target != HubId::none) ++pending[o.target];
  }
  return recorded == counted && pending == reserved_;
}

}  // namespace provisioning
