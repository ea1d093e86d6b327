#include "models/device/outbox.hpp"

#include <algorithm>

#include "models/purpose.hpp"

namespace device {

using signals::Listener;

// What it kept since `since`: the newest, as many as the buffer holds.
std::uint64_t Outbox::kept(Device d, Time since, Time now) const {
  const MessageClock clock = roster_.message_clock(d);
  const std::int64_t arose = clock.count(now) - clock.count(since);
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(arose, 0, roster_.group_of(d).group->buffer));
}

// When its next message arrives; never if its clock stands still.
Time Outbox::next_publish(Device d, const Client& c, Time now) const {
  const Time next = roster_.message_clock(d).next(now);
  return next == sim::never ? next : next + c.rtt() / 2;
}

void Outbox::start(Device d, Client& c, Time now) {
  if (!roster_.has_messages(c)) return;
  const auto held = held_since_.find(d);
  const Time since = held == held_since_.end() ? c.lost_at : held->second;
  const std::uint64_t waiting = kept(d, since, now);
  if (reach_.hub_of(c).out_of_quota()) {
    held_since_.insert_or_assign(d, since);
    c.phase_start = waiting > 0 ? now + c.rtt() : next_publish(d, c, now);
    if (speaks_amqp(roster_.behaviour(c))) c.phase_start = sim::never;
    return;
  }
  if (held != held_since_.end()) held_since_.erase(held);
  c.sending = true;
  members_.add(c.hub, c.group, d);
  const Time flushed = reach_.hub_of(c).start_sending(now, c.group, 1, waiting);
  if (waiting > 0 && flushed_.empty()) flushed_.resize(roster_.size(), Time::min());
  if (waiting > 0) flushed_[d] = flushed;
  tell<&Listener::sends>(d, now);
}

void Outbox::begin() {
  for (Device d = 0; d < roster_.size(); ++d) {
    Client& c = roster_[d];
    if (c.state != State::connected || !roster_.has_messages(c)) continue;
    c.sending = true;
    members_.add(c.hub, c.group, d);
    tell<&Listener::sends>(d, Time{});
  }
  for (const HubId h : reach_.hubs().ids())
    for (const GroupId g : roster_.groups().ids())
      if (const std::size_t n = members_.of(h, g).size(); n > 0)
        reach_.hubs()[h]->start_sending(Time{}, g, n, 0);
}

void Outbox::stop(Device d, Client& c, Time from, Time now) {
  if (!c.sending) return;
  c.sending = false;
  members_.remove(c.hub, c.group, d);
  const bool kept = !flushed_.empty() && flushed_[d] != Time::min();
  const std::uint64_t unsent = reach_.hub_of(c).stop_sending(now, c.group, kept ? flushed_[d] : now);
  if (kept) flushed_[d] = Time::min();
  if (unsent > 0) {
    const MessageClock clock = roster_.message_clock(d);
    from = clock.at(clock.count(from) - static_cast<std::int64_t>(unsent));
  }
  if (from < now) held_since_.insert_or_assign(d, from);
  tell<&Listener::holds>(d, from);
}

std::optional<Device> Outbox::refused(HubId hub, GroupId group, Time now) {
  const sim::Draw u = roster_.streams().draw(hub.index(), purpose::refused_device, refused_++);
  const auto& members = members_.of(hub, group);
  if (members.empty()) {
    give_back(hub, group, u);
    return std::nullopt;
  }
  const Device d = members[u.below(members.size())];
  stop(d, roster_[d], roster_.message_clock(d).last(now) - Duration{1}, now);
  roster_[d].phase_start = now + roster_.behaviour(roster_[d]).resend;
  return d;
}

void Outbox::give_back(HubId hub, GroupId group, const sim::Draw& u) {
  // To find one of this hub, which may have lost all of them; then any; then it is as if it had been
  // delivered.
  constexpr std::uint32_t tries = 256, most_tries = 1'024;
  const RunGroup& k = roster_.groups()[group];
  const auto first = static_cast<std::uint32_t>(u.below(k.group->devices));
  for (std::uint32_t i = 0; i < std::min(k.group->devices, most_tries); ++i) {
    const Device d = k.first + (first + i) % k.group->devices;
    const Client& c = roster_[d];
    if (c.sending || c.hub == HubId::none || c.state == State::off || (c.hub != hub && i < tries)) continue;
    const auto held = held_since_.try_emplace(d, c.lost_at).first;
    const MessageClock clock = roster_.message_clock(d);
    if (clock.count(held->second) <= clock.count(Time{})) continue;  // it has sent nothing before
    held->second = clock.at(clock.count(held->second) - 1);
    return tell<&Listener::holds>(d, held->second);
  }
}

// Since when its messages are kept, as the clock counts them, for which those that it kept before it stopped
// are the latest.
Time Outbox::kept_through(Device d, const Client& c, Time now) const {
  if (roster_.group_of(d).group->storage == Storage::memory) return now;
  const auto held = held_since_.find(d);
  const std::uint64_t before = kept(d, held == held_since_.end() ? c.lost_at : held->second, c.since);
  const MessageClock clock = roster_.message_clock(d);
  return clock.at(clock.count(now) - static_cast<std::int64_t>(before));
}

void Outbox::restart(Device d, const Client& c, Time now) {
  if (roster_.has_messages(c)) held_since_.insert_or_assign(d, kept_through(d, c, now));
}

void Outbox::quota_changed(Device d, Client& c, bool used_up, Time now) {
  if (!used_up) return start(d, c, now);
  stop(d, c, now, now);
  held_since_.try_emplace(d, now);
  c.phase_start = speaks_amqp(roster_.behaviour(c)) ? sim::never : next_publish(d, c, now);
}

bool Outbox::send_again(Device d, Client& c, Time now) {
  if (reach_.hub_of(c).out_of_quota() && !speaks_amqp(roster_.behaviour(c))) return true;
  start(d, c, now);
  return false;
}

}  // namespace device
