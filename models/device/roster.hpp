// The devices of the application: their records, their groups, and what follows from who a device is. Data
// without decisions.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/device/by_hub.hpp"
#include "models/device/client.hpp"
#include "models/device/message_clock.hpp"
#include "models/device/settings.hpp"
#include "models/hub/hub.hpp"
#include "models/network/network.hpp"
#include "sim/huge_pages.hpp"
#include "sim/random.hpp"

namespace device {

// How the devices of a group reach a service, and what they see on the way to it.
struct Route {
  network::Path path;
  hub::Mode mode = hub::Mode::up;  // or refuse, or silent: the service is not reached
  CauseId fault{};                 // that decides it
};

// A group of equal devices as it is in a run: its settings and what follows from them.
struct RunGroup {
  const Group* group = nullptr;
  std::uint64_t key = 0;          // hash of the group's name, mixed
  Device first = 0;               // its devices are first ... first + devices - 1
  std::size_t enrollment = 0;     // index of its enrollment group
  Duration renewal{0};            // zero for X.509
  ids::PerId<HubId, Route> hubs;  // to each hub
  Route dps;
  ids::PerId<HubId, Duration> latency;  // to each hub, for lowest latency
  std::optional<Pace> pace;             // of its message clocks, unless it is that of time
};

using RunGroups = ids::PerId<GroupId, RunGroup>;  // in order of name

// At a hub the messages of a device are a flow, which has sent a part of a message before the clock of the
// device gets to it, or the rest of it afterwards: by so much of a message, in (-1, 1), it is ahead at t.
double flow_ahead(const RunGroup& group, const MessageClock& clock, Time t);

class Roster {
 public:
  Roster(const sim::Streams& streams, RunGroups groups, std::size_t hubs);

  std::size_t size() const { return clients_.size(); }
  Client& operator[](Device d) { return clients_[d]; }
  const Client& operator[](Device d) const { return clients_[d]; }
  const sim::HugeVector<Client>& clients() const { return clients_; }

  RunGroups& groups() { return groups_; }
  const RunGroups& groups() const { return groups_; }
  const RunGroup& group(const Client& c) const { return groups_.known(c.group); }
  const RunGroup& group_of(Device d) const { return group(clients_[d]); }
  const Behaviour& behaviour(const Client& c) const { return group(c).group->client; }
  bool has_messages(const Client& c) const { return group(c).group->telemetry.every.count() > 0; }

  std::uint64_t key(Device d) const {
    const RunGroup& k = group_of(d);
    return sim::mix(k.key ^ (d - k.first));
  }
  // Orders devices due at one instant: a keyed hash, so that nobody wins every synchronised round.
  std::uint64_t rank(Device d, Time t) const {
    return sim::mix(streams_.seed() ^ key(d), static_cast<std::uint64_t>(t.time_since_epoch().count()));
  }
  const sim::Streams& streams() const { return streams_; }
  sim::Draw draw(Device d, Client& c, sim::Purpose why) { return streams_.draw(key(d), why, c.draws++); }
  // In [0, 1), drawn for this purpose once and for all.
  double drawn_once(Device d, sim::Purpose why) const { return streams_.draw(key(d), why, 0).uniform(0); }
  MessageClock message_clock(Device d) const;
  // When it began: as an established device at the start, or as it joined.
  Time beginning(Device d) const { return joins(d).value_or(Time{}); }

  // When it joins, of a fleet that does; and when it leaves for good: never if it does not, or has left.
  std::optional<Time> joins(Device d) const {
    const RunGroup& k = group_of(d);
    if (!k.group->joins) return std::nullopt;
    return Time{k.group->joins->of(d - k.first, k.group->devices)};
  }
  Time departure(Device d, const Client& c) const {
    const auto& leaves = group(c).group->leaves;
    return leaves && c.state != State::gone ? departure_of(d, *leaves) : sim::never;
  }

  void set_hub(Device d, Client& c, HubId hub) {
    by_hub_.move(d, c.hub, hub);
    c.hub = hub;
  }
  template <class Do>
  void each_of(HubId hub, const Do& act) {  // act(device) for those with the name of the hub
    by_hub_.each(hub, [&](Device d) {
      if (clients_[d].hub == hub) act(d);
    });
  }

  // The present instant of whoever acts; a contact that is planned is after it.
  Time now() const { return now_; }
  void set_now(Time t) { now_ = t; }
  Time tick_after(Time t) const { return std::max(t, now_ + Duration{1}); }

 private:
  Time departure_of(Device d, const Joins& leaves) const;

  const sim::Streams& streams_;
  RunGroups groups_;
  sim::HugeVector<Client> clients_;
  ByHub by_hub_;  // who has the name of which hub
  Time now_{};
};

}  // namespace device
