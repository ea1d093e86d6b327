// When a client's messages reach its hub: while it is connected and the hub takes them.
#include <algorithm>

#include "models/device/devices.hpp"

namespace device {

using signals::Error;
using signals::Listener;

bool Devices::has_messages(const Client& c) const {
  return run_groups_.known(c.group).group->telemetry.every.count() > 0;
}

// What it kept since `since`: the newest, as many as the buffer holds.
std::uint64_t Devices::kept(Device d, Time since, Time now) const {
  const MessageClock clock = message_clock(d);
  const std::int64_t arose = clock.count(now) - clock.count(since);
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(arose, 0, run_group(d).group->buffer));
}

// When its next message arrives; never if its clock stands still.
Time Devices::next_publish(Device d, const Client& c, Time now) const {
  const Time next = message_clock(d).next(now);
  return next == sim::never ? next : next + c.rtt() / 2;
}

// Its connection is there: it sends what it kept, then what comes. Where the quota is used up its next
// publish closes the connection: at once, if something waits.
void Devices::start_sending(Device d, Client& c, Time now) {
  if (!has_messages(c)) return;
  const auto held = held_since_.find(d);
  const Time since = held == held_since_.end() ? c.lost_at : held->second;
  const std::uint64_t waiting = kept(d, since, now);
  if (hub_of(c).out_of_quota()) {
    held_since_.insert_or_assign(d, since);
    c.phase_start = waiting > 0 ? now + c.rtt() : next_publish(d, c, now);
    return;
  }
  if (held != held_since_.end()) held_since_.erase(held);
  c.sending = true;
  members_.add(c.hub, c.group, d);
  const Time flushed = hub_of(c).start_sending(now, c.group, 1, waiting);
  if (waiting > 0 && flushed_.empty()) flushed_.resize(clients_.size(), Time::min());
  if (waiting > 0) flushed_[d] = flushed;
  tell<&Listener::sends>(d, now);
}

// All of an established fleet, which keeps nothing.
void Devices::begin_sending() {
  for (Device d = 0; d < clients_.size(); ++d) {
    Client& c = clients_[d];
    if (c.state != State::connected || !has_messages(c)) continue;
    c.sending = true;
    members_.add(c.hub, c.group, d);
    tell<&Listener::sends>(d, Time{});
  }
  for (const HubId h : hubs_.ids())
    for (const GroupId g : run_groups_.ids())
      if (const std::size_t n = members_.of(h, g).size(); n > 0) hubs_[h]->start_sending(Time{}, g, n, 0);
}

// From `from` on what it generates stays with it, and what it kept and has not sent yet.
void Devices::stop_sending(Device d, Client& c, Time from, Time now) {
  if (!c.sending) return;
  c.sending = false;
  members_.remove(c.hub, c.group, d);
  const bool kept = !flushed_.empty() && flushed_[d] != Time::min();
  const std::uint64_t unsent = hub_of(c).stop_sending(now, c.group, kept ? flushed_[d] : now);
  if (kept) flushed_[d] = Time::min();
  if (unsent > 0) {
    const MessageClock clock = message_clock(d);
    from = clock.at(clock.count(from) - static_cast<std::int64_t>(unsent));
  }
  if (from < now) held_since_.insert_or_assign(d, from);
  tell<&Listener::holds>(d, from);
}

// The device has the message still: the last one it sent. It is one that sends, which is disconnected; where
// none does, one that did.
void Devices::message_refused(HubId hub, GroupId group, Time now) {
  const sim::Draw u = streams_.draw(hub.index(), purpose::refused_device, refused_++);
  const auto& members = members_.of(hub, group);
  now_ = now;
  if (members.empty()) return give_back(hub, group, u);
  const Device d = members[u.below(members.size())];
  Client& c = clients_[d];
  stop_sending(d, c, message_clock(d).last(now) - Duration{1}, now);
  cut(d, c, now, CauseId::none);
  set_wake(d, c);
}

void Devices::give_back(HubId hub, GroupId group, const sim::Draw& u) {
  // To find one of this hub, which may have lost all of them; then any; then it is as if it had been
  // delivered.
  constexpr std::uint32_t tries = 256, most_tries = 1'024;
  const RunGroup& k = run_groups_[group];
  const auto first = static_cast<std::uint32_t>(u.below(k.group->devices));
  for (std::uint32_t i = 0; i < std::min(k.group->devices, most_tries); ++i) {
    const Device d = k.first + (first + i) % k.group->devices;
    const Client& c = clients_[d];
    if (c.sending || c.hub == HubId::none || c.state == State::off || (c.hub != hub && i < tries)) continue;
    const auto held = held_since_.try_emplace(d, c.lost_at).first;
    const MessageClock clock = message_clock(d);
    if (clock.count(held->second) <= clock.count(Time{})) continue;  // it has sent nothing before
    held->second = clock.at(clock.count(held->second) - 1);
    return tell<&Listener::holds>(d, held->second);
  }
}

void Devices::quota_changed(HubId hub, bool used_up, Time now) {
  now_ = now;
  each_of(hub, [&](Device d) {
    Client& c = clients_[d];
    if (c.state != State::connected || !has_messages(c)) return;
    if (used_up) {
      stop_sending(d, c, now, now);
      held_since_.try_emplace(d, now);
      c.phase_start = next_publish(d, c, now);
    } else {
      start_sending(d, c, now);
    }
    set_wake(d, c);
  });
}

// A publish to a hub without quota: the connection is closed.
void Devices::publish_refused(Device d, Client& c, Time now) { cut(d, c, now, CauseId::none); }

}  // namespace device
