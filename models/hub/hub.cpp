#include "models/hub/hub.hpp"

#include <algorithm>
#include <utility>

#include "models/purpose.hpp"

namespace hub {

namespace {

sim::Shaper::Settings shaper(double rate, const Shaping& shaping) {
  return {rate, shaping.burst, shaping.queue, shaping.expiry, shaping.serve_abandoned};
}

Ingress::Limits sending_limits(const EditionLimits& limits, std::uint32_t units) {
  return {limits.sends.at(units), limits.twin_updates.at(units), limits.method_bytes.at(units)};
}

double daily_quota(const EditionLimits& limits, std::uint32_t units) {
  return static_cast<double>(limits.messages_a_day) * units;
}

}  // namespace

Hub::Hub(HubId id, const Settings& settings, const EditionLimits& limits, std::vector<OfferedLoad> offered,
         const sim::Moment& moment, const sim::Streams& streams, sim::Entity first_entity)
    : id_(id),
      settings_(settings),
      limits_(limits),
      moment_(moment),
      streams_(streams),
      connect_service_(first_entity),
      registry_service_(first_entity + 1),
      ingress_service_(first_entity + 2),
      read_service_(first_entity + 3),
      connects_(shaper(limits.connects.at(settings.units), settings.connects)),
      registry_(shaper(limits.registry.at(settings.units), settings.registry)),
      twin_reads_(shaper(limits.twin_reads.at(settings.units), settings.sends)),
      ingress_({sending_limits(limits, settings.units), settings.sends, daily_quota(limits, settings.units),
                std::move(offered)}) {}

void Hub::attach(Wakes& wakes, Peer& peer, Writer& writer) {
  wakes_ = &wakes;
  peer_ = &peer;
  writer_ = &writer;
}

Answer Hub::syn(Time now) const {
  moment_.require_open(now, "a hub");
  if (mode_ == Mode::refuse) return Answer::refused;
  if (!answers(mode_)) return Answer::silence;
  return Answer::accepted;
}

void Hub::count_connect(Time at) {
  ++counters_.connects;
  by_second_.add(static_cast<std::size_t>(at.time_since_epoch().count() / 1'000'000));
}

Answer Hub::connect(Time now, Device device, Time deadline, Identity identity) {
  const Answer reached = syn(now);
  if (reached != Answer::accepted) return reached;
  count_connect(now);
  if (says_busy(mode_)) return Answer::unavailable;
  if (identity == Identity::absent) return Answer::unauthorized;
  if (identity == Identity::disabled) return Answer::unavailable;
  switch (connects_.offer(now, device, deadline)) {
    case sim::Admission::served:
      ++counters_.accepted;
      return Answer::accepted;
    case sim::Admission::queued:
      most_waiting_ = std::max(most_waiting_, connects_.waiting());
      wakes_->set(connect_service_, connects_.next());
      return Answer::queued;
    case sim::Admission::overflow:
      break;
  }
  ++counters_.throttled;
  return Answer::dropped;
}

Time Hub::serve_connects(Time now) {
  while (const auto leaving = connects_.pop(now)) {
    const Device device = leaving->request.id;
    switch (leaving->fate) {
      case sim::Shaper::Fate::served:
        ++counters_.accepted;
        peer_->accepted(device, leaving->request.deadline, now);
        break;
      case sim::Shaper::Fate::expired:
        // Who gave up before the request expired has noticed long ago.
        if (leaving->request.deadline <= now) {
          ++counters_.timed_out;
        } else {
          ++counters_.throttled;
          peer_->dropped(device, leaving->request.deadline, now);
        }
        break;
      case sim::Shaper::Fate::abandoned:
        ++counters_.timed_out;
        break;
    }
  }
  return connects_.next();
}

Write Hub::write(Time now, std::uint32_t operation) {
  moment_.require_open(now, "an identity registry");
  if (!serves()) return Write::no_answer;
  // Who is due leaves first: DPS may write here as it hears of a write elsewhere that is due at the same
  // instant.
  if (registry_.next() <= now) serve_registry(now);
  switch (registry_.offer(now, operation, sim::never)) {
    case sim::Admission::served:
      ++counters_.identity_writes;
      return Write::done;
    case sim::Admission::queued:
      wakes_->set(registry_service_, registry_.next());
      return Write::queued;
    case sim::Admission::overflow:
      break;
  }
  ++counters_.identity_throttled;
  return Write::throttled;
}

void Hub::remove(Time now, Device device, double operations) {
  registry_.charge(now, operations);
  counters_.identity_writes += static_cast<std::uint64_t>(operations);
  wakes_->set(registry_service_, registry_.next());
  peer_->removed(device, id_, now);
}

void Hub::remove_overdue(Time now, const std::vector<Device>& devices) {
  const double credit = std::max(0.0, registry_.credit(now));
  counters_.identity_writes += devices.size();
  registry_.charge(now, std::min(credit, static_cast<double>(devices.size())));
  wakes_->set(registry_service_, registry_.next());
  for (const Device device : devices) peer_->removed(device, id_, now);
}

std::size_t Hub::can_disable(Time now) {
  return static_cast<std::size_t>(std::max(0.0, registry_.credit(now)));
}

void Hub::enable(Time now, std::size_t identities) {
  moment_.require_open(now, "an identity registry");
  counters_.identity_writes += identities;
  registry_.charge(now, static_cast<double>(identities));
  wakes_->set(registry_service_, registry_.next());
}

void Hub::disable(Time now, const std::vector<Device>& devices, CauseId cause) {
  enable(now, devices.size());
  for (const Device device : devices) peer_->disabled(device, id_, cause, now);
}

Time Hub::serve_registry(Time now) {
  while (const auto leaving = registry_.pop(now)) {
    if (leaving->fate == sim::Shaper::Fate::served) {
      ++counters_.identity_writes;
      writer_->written(leaving->request.id, now);
    } else {
      ++counters_.identity_throttled;
      writer_->throttled(leaving->request.id, now);
    }
  }
  return registry_.next();
}

sim::Admission Hub::read_twin(Time now, Device device, GroupId group) {
  moment_.require_open(now, "a device twin");
  read_counters_.sent += 1;
  if (!serves() || quota_used_up_) {
    read_counters_.refused += 1;
    return sim::Admission::overflow;
  }
  if (twin_reads_.next() <= now) serve_twin_reads(now);
  const sim::Admission admission = twin_reads_.offer(now, device, sim::never);
  if (admission == sim::Admission::queued) wakes_->set(read_service_, twin_reads_.next());
  if (admission == sim::Admission::overflow) read_counters_.refused += 1;
  if (admission == sim::Admission::served) meter_read(now, group);
  return admission;
}

Time Hub::serve_twin_reads(Time now) {
  while (const auto leaving = twin_reads_.pop(now)) {
    const bool served = leaving->fate == sim::Shaper::Fate::served && !quota_used_up_;
    (served ? read_counters_.delayed : read_counters_.refused) += 1;
    const GroupId group = peer_->twin_answered(leaving->request.id, leaving->request.arrived, now, served);
    if (served) meter_read(now, group);
  }
  return twin_reads_.next();
}

RequestCounters Hub::twin_reads() const {
  RequestCounters counters = read_counters_;
  counters.delayed += static_cast<double>(twin_reads_.waiting());
  return counters;
}

void Hub::meter_read(Time now, GroupId group) {
  if (ingress_.meter_read(now, group.index())) reconsider(now);
}

void Hub::update_twin(Time now, GroupId group) {
  ingress_.update_twin(now, group.index());
  reconsider(now);
}

// What follows from a change is worked out a microsecond later, once for all changes of an instant.
void Hub::reconsider(Time now) { wakes_->set(ingress_service_, now + sim::Duration{1}); }

Time Hub::start_sending(Time now, GroupId group, std::uint64_t devices, std::uint64_t kept, double part) {
  reconsider(now);
  return ingress_.connect(now, group.index(), devices, kept, part);
}

std::uint64_t Hub::stop_sending(Time now, GroupId group, Time flushed, double ahead) {
  reconsider(now);
  return ingress_.disconnect(now, group.index(), flushed, ahead);
}

void Hub::set_pace(Time now, GroupId group, double factor) {
  ingress_.set_factor(now, group.index(), factor);
  reconsider(now);
}

void Hub::set_sending(Time now, GroupId group, bool sending) {
  ingress_.set_sending(now, group.index(), sending);
  reconsider(now);
}

void Hub::take_lump(Time now, GroupId group) {
  ingress_.lump(now, group.index());
  reconsider(now);
}

void Hub::begin_day(Time now, double used) {
  ingress_.begin_day(now, used);
  reconsider(now);
}

void Hub::limit_sending(Time now) {
  const Ingress::Limits own = sending_limits(limits_, settings_.units);
  ingress_.set_limits(
      now, {std::min(own.sends * share_, sends_bound_), own.twin_updates * share_, own.methods * share_});
}

void Hub::hold_sends(Time now, bool held) {
  ingress_.hold_sends(now, held);
  reconsider(now);
}

void Hub::bound_sends(Time now, double sends) {
  sends_bound_ = sends;
  limit_sending(now);
  reconsider(now);
}

// Refused messages close the connections of those who sent them; a quota that is used up refuses what waits,
// and changes what a publish does to all.
Time Hub::serve_ingress(Time now) {
  ingress_.advance(now);
  if (ingress_.quota().used_up()) ingress_.refuse_waiting(now);
  while (ingress_.take_refusal()) {
    const double u = streams_.draw(id_.index(), purpose::refused_group, refusals_++).uniform(0);
    peer_->message_refused(id_, GroupId(ingress_.group_of_refused(u)), now);
  }
  if (ingress_.quota().used_up() != quota_used_up_) {
    quota_used_up_ = !quota_used_up_;
    peer_->quota_changed(id_, quota_used_up_, now);
  }
  return ingress_.next();
}

void Hub::apply_limits(Time now) {
  connects_.set_rate(now, limits_.connects.at(settings_.units) * share_);
  registry_.set_rate(now, limits_.registry.at(settings_.units) * share_);
  twin_reads_.set_rate(now, limits_.twin_reads.at(settings_.units) * share_);
  limit_sending(now);
  wakes_->set(connect_service_, connects_.next());
  wakes_->set(registry_service_, registry_.next());
  wakes_->set(read_service_, twin_reads_.next());
  reconsider(now);
}

void Hub::resize(Time now, Edition edition, const EditionLimits& limits, std::uint32_t units) {
  moment_.require_open(now, "a hub's size");
  settings_.edition = edition;
  settings_.units = units;
  limits_ = limits;
  ingress_.set_quota(now, daily_quota(limits, units));
  apply_limits(now);
}

void Hub::leave_host(Time now) {
  for (const auto& request : connects_.empty(now))
    ++(request.deadline > now ? counters_.refused : counters_.timed_out);
  wakes_->set(connect_service_, connects_.next());
}

void Hub::set_mode(Time now, Mode mode, double capacity, CauseId fault) {
  moment_.require_open(now, "a hub's state");
  mode_ = mode;
  fault_ = fault;
  share_ = capacity;
  if (closes_connections(mode) || mode == Mode::frozen) {
    for (const auto& request : connects_.empty(now)) {
      const bool waits = request.deadline > now;
      ++(waits ? counters_.refused : counters_.timed_out);
      if (waits && mode == Mode::refuse) peer_->reset(request.id, request.deadline, now);
      if (waits && mode == Mode::upgrade) peer_->dropped(request.id, request.deadline, now);
      if (waits && mode == Mode::frozen) peer_->swallowed(request.id, request.deadline, now);
    }
  }
  if (mode == Mode::refuse || !answers(mode)) {
    for (const auto& request : registry_.empty(now)) writer_->throttled(request.id, now);
    read_counters_.refused += static_cast<double>(twin_reads_.empty(now).size());  // with their connections
    ingress_.refuse_waiting(now);  // nobody has heard that it was taken
  }
  apply_limits(now);
}

}  // namespace hub
