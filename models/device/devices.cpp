#include "models/device/devices.hpp"

#include <algorithm>

namespace device {

using signals::Activity;
using signals::Error;
using signals::Listener;

namespace {

// Whether it hears that its hub closes the connection.
bool hears_hub(const Client& c) { return c.state == State::connected || c.state == State::resuming; }

}  // namespace

Devices::Devices(const Dependencies& needs, RunGroups groups, sim::Entity first_entity, bool parking)
    : board_(*needs.board),
      roster_(*needs.streams, std::move(groups), needs.hubs.size()),
      reach_(needs.hubs, *needs.dps, roster_),
      programs_(roster_),
      outbox_(roster_, reach_, board_),
      protocol_(roster_, reach_, programs_, needs.distance),
      twins_(roster_, reach_, board_),
      waits_(roster_, programs_),
      hub_phase_(parts(), dps_phase_),
      dps_phase_(parts(), hub_phase_),
      firmware_(parts(), hub_phase_, dps_phase_),
      parking_(parts()),
      first_entity_(first_entity),
      parks_(parking) {}

provisioning::Registrant Devices::registrant(Device device) const {
  const RunGroup& k = roster_.group_of(device);
  return {roster_.key(device), k.enrollment, &k.latency, k.group->edge, k.group->approval};
}

void Devices::begin() {
  for (const RunGroup& k : roster_.groups()) {
    const std::uint32_t n = k.group->devices;
    for (Device i = 0; i < n; ++i) {
      const Device d = k.first + i;
      Client& c = roster_[d];
      if (const auto& joins = k.group->joins) {
        c.next = Time{joins->of(i, n)};
      } else {
        roster_.set_hub(d, c, reach_.dps().place(d));
        c.state = State::connected;
        board_.tell<&Listener::assigned>(d, Time{}, HubId::none, c.hub);
        board_.tell<&Listener::online>(d, Time{}, Time{}, c.hub);
        const double u = roster_.drawn_once(d, purpose::renewal_phase);
        if (k.renewal.count() > 0)
          protocol_.plan_renewal(d, c, Time{sim::uniform_between(Duration{0}, k.renewal, u)});
        c.set_opened(protocol_.opened_before(d, c));
        protocol_.watch_idle(d, c, c.opened());
      }
      if (const Time first = std::min(c.next, roster_.departure(d, c)); first != sim::never)
        wakes_->set(first_entity_ + d, first);
    }
  }
  outbox_.begin();
}

void Devices::finish(Time end) {
  for (Device d = 0; d < roster_.size(); ++d)
    if (roster_[d].parked) catch_up(d, roster_[d], end);
}

Time Devices::wake(Device device, Time now) {
  Client& c = roster_[device];
  ++events_;
  if (c.parked) catch_up(device, c, now);
  roster_.set_now(now);
  if (interruption(device, c) <= now) {
    roster_.departure(device, c) <= now ? firmware_.leave(device, c, now) : firmware_.restart(device, c, now);
  } else if (outbox_.waits_to_send(c) && c.phase_start <= now && outbox_.send_again(device, c, now)) {
    hub_phase_.cut(device, c, now, CauseId::none);
  } else if (c.next <= now) {
    contact(device, c, now);
  } else if (c.state == State::connected && twins_.next(device) <= now) {
    twins_.ask_again(device, c, now);
  }
  return wake_time(device, c);
}

Time Devices::wake_time(Device d, Client& c) {
  const Time interrupted = interruption(d, c);
  if (outbox_.waits_to_send(c))
    return std::min({c.next, std::max(c.phase_start, roster_.now() + Duration{1}), interrupted});
  if (c.state == State::connected)
    return std::min({c.next, std::max(twins_.next(d), roster_.now() + Duration{1}), interrupted});
  const Time until = parks_ ? parking_.parked_until(d, c) : c.next;
  c.parked = until > c.next;
  return std::min(std::max(c.next, until), interrupted);
}

void Devices::contact(Device d, Client& c, Time now) {
  switch (c.state) {
    case State::away:
      return firmware_.join(d, c, now);
    case State::connected:
      return hub_phase_.due(d, c, now);
    case State::undetected:
      return hub_phase_.react(d, c, now, Error::closed);
    case State::resuming:
      return hub_phase_.resume(d, c, now);
    case State::dialing:
      return hub_phase_.dial(d, c);
    case State::unanswered:
      return hub_phase_.failed(d, c, now, Error::timeout);
    case State::ignored:
      return dps_phase_.ignored(d, c, now);
    case State::handshaking:
      return hub_phase_.shake_hands(d, c, now);
    case State::queued:
      return hub_phase_.leave_queue(d, c, now);
    case State::enrolling:
      return dps_phase_.enrol(d, c, now);
    case State::polling:
      return dps_phase_.poll(d, c, now);
    case State::off:
      return firmware_.start(d, c, now);
    case State::lost:
    case State::gone:
      return;
  }
}

// What its hub sends does not reach a device whose path is cut: it waits until its own limit, or until TCP
// repeats the CONNACK or the FIN.
void Devices::accepted(Device device, Time deadline, Time now) {
  Client& c = roster_[device];
  if (!hub_phase_.expects(c, deadline)) return;
  roster_.set_now(now);
  hub_phase_.accepted(device, c, now);
  set_wake(device, c);
}

void Devices::dropped(Device device, Time deadline, Time now) {
  Client& c = roster_[device];
  if (!hub_phase_.expects(c, deadline)) return;
  roster_.set_now(now);
  hub_phase_.closed(device, c, now, Error::dropped);
  set_wake(device, c);
}

void Devices::reset(Device device, Time deadline, Time now) {
  Client& c = roster_[device];
  if (!hub_phase_.expects(c, deadline)) return;
  roster_.set_now(now);
  hub_phase_.closed(device, c, now, Error::refused);
  set_wake(device, c);
}

void Devices::swallowed(Device device, Time deadline, Time now) {
  Client& c = roster_[device];
  if (!hub_phase_.expects(c, deadline)) return;
  roster_.set_now(now);
  hub_phase_.kept(device, c, now);
  set_wake(device, c);
}

// A registration that it no longer waited for has moved it on.
void Devices::removed(Device device, HubId hub, Time now) {
  Client& c = roster_[device];
  if (c.hub != hub) return;
  if (c.state == State::undetected && hub::serves(reach_.hub_of(c).mode())) return sever(c, now);
  if (!hears_hub(c)) return;
  roster_.set_now(now);
  hub_phase_.cut(device, c, now, CauseId::none);
  set_wake(device, c);
}

void Devices::disabled(Device device, HubId hub, CauseId cause, Time now) {
  Client& c = roster_[device];
  const bool parked = c.parked;  // it may be at another hub than the one that disables it
  before_assignment(device, now);
  reach_.disable(device, cause);
  if (c.hub == hub && hears_hub(c))
    hub_phase_.cut(device, c, now, cause);
  else if (c.hub == hub && c.state == State::undetected && hub::serves(reach_.hub_of(c).mode()))
    sever(c, now);
  if (reach_.dps().access().blocked(device))
    board_.tell<&Listener::operated>(device, now, signals::Operation::blocked, cause);
  else
    board_.tell<&Listener::moved>(device, now, hub, cause);
  if (c.hub == hub || parked) set_wake(device, c);
}

// What its attempts meet is about to change.
void Devices::before_assignment(Device device, Time now) {
  Client& c = roster_[device];
  if (c.parked) catch_up(device, c, now);
  roster_.set_now(now);
}

void Devices::after_assignment(Device device, Time now) {
  roster_.set_now(now);
  set_wake(device, roster_[device]);
}

void Devices::leave_parking(Device d, Time now) {
  Client& c = roster_[d];
  const bool parked = c.parked;
  if (parked) catch_up(d, c, now);
  reach_.note_kept_away(d, c);
  if (!parked) return;
  wakes_->set(first_entity_ + d, std::min(c.next, interruption(d, c)));
}

void Devices::see_change(Device d, Time now) {
  if (Client& c = roster_[d]; hub_phase_.see_change(d, c, now)) set_wake(d, c);
}

void Devices::before_hub_change(HubId hub, Time now) {
  roster_.each_of(hub, [&](Device d) { leave_parking(d, now); });
  roster_.set_now(now);
}

void Devices::after_hub_change(HubId hub, Time now) {
  roster_.set_now(now);
  roster_.each_of(hub, [&](Device d) { see_change(d, now); });
}

void Devices::before_dps_change(Time now) {
  for (Device d = 0; d < roster_.size(); ++d) leave_parking(d, now);
  roster_.set_now(now);
}

void Devices::after_dps_change(Time now) {
  roster_.set_now(now);
  for (Device d = 0; d < roster_.size(); ++d)
    if (roster_[d].state != State::connected) see_change(d, now);
}

void Devices::set_routes(Time now, GroupId kind, const std::vector<std::pair<HubId, Route>>& routes) {
  const RunGroup& k = roster_.groups()[kind];
  const Device end = k.first + k.group->devices;
  for (Device d = k.first; d < end; ++d) leave_parking(d, now);
  roster_.set_now(now);
  reach_.set_routes(kind, routes);
  for (Device d = k.first; d < end; ++d) see_change(d, now);
}

void Devices::move_address(Time now, HubId hub, const hub::NameService& names, hub::Mode old, CauseId fault) {
  before_hub_change(hub, now);
  reach_.move_address(now, hub, names, old, fault);
  roster_.each_of(
      hub, [&](Device d) { board_.tell<&Listener::misled>(d, hub, now, reach_.given_address(d, hub)); });
  after_hub_change(hub, now);
}

void Devices::close_zone(Time now, HubId hub, std::uint32_t zone, const std::vector<std::uint32_t>& there,
                         CauseId fault) {
  // Its own by a keyed hash; one of the others while that is lost.
  const auto zone_of = [&](Device d) {
    const std::uint64_t hash = sim::mix(roster_.key(d), hub.index());
    const auto own = static_cast<std::uint32_t>(hash % 3);
    return std::find(there.begin(), there.end(), own) != there.end() ? own : there[hash / 3 % there.size()];
  };
  roster_.set_now(now);
  roster_.each_of(hub, [&](Device d) {
    Client& c = roster_[d];
    const bool dead = c.state == State::undetected || c.state == State::resuming;
    if ((c.state != State::connected && !dead) || zone_of(d) != zone) return;
    if (c.state == State::undetected) return sever(c, now);
    hub_phase_.cut(d, c, now, fault);
    set_wake(d, c);
  });
}

// Devices that have not joined yet, or have left, take no part: who joins meanwhile has no power either.
void Devices::set_power(Time now, GroupId group, CauseId fault) {
  if (!programs_.set_power(group, fault)) return;
  const RunGroup& k = roster_.groups()[group];
  const Device end = k.first + k.group->devices;
  for (Device d = k.first; d < end; ++d) leave_parking(d, now);
  roster_.set_now(now);
  for (Device d = k.first; d < end; ++d) {
    Client& c = roster_[d];
    if (c.state == State::away || c.state == State::gone) continue;
    firmware_.set_power(d, c, now, fault);
    set_wake(d, c);
  }
}

// The device that has the message still is disconnected, over AMQP not.
void Devices::message_refused(HubId hub, GroupId group, Time now) {
  roster_.set_now(now);
  const std::optional<Device> sender = outbox_.refused(hub, group, now);
  if (!sender) return;
  if (!speaks_amqp(roster_.behaviour(roster_[*sender])))
    hub_phase_.cut(*sender, roster_[*sender], now, CauseId::none);
  set_wake(*sender, roster_[*sender]);
}

// Of a connection that is closed nobody hears.
GroupId Devices::twin_answered(Device device, Time asked, Time now, bool served) {
  roster_.set_now(now);
  Client& c = roster_[device];
  if (twins_.answered(device, asked, now, served)) set_wake(device, c);
  return c.group;
}

void Devices::quota_changed(HubId hub, bool used_up, Time now) {
  roster_.set_now(now);
  roster_.each_of(hub, [&](Device d) {
    Client& c = roster_[d];
    if (c.state != State::connected || !roster_.has_messages(c)) return;
    outbox_.quota_changed(d, c, used_up, now);
    set_wake(d, c);
  });
}

void Devices::operation_held(Device device, Time now, bool held) {
  dps_phase_.held(device, roster_[device], now, held);
}

}  // namespace device
