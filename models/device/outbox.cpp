#include "models/device/outbox.hpp"

#include <algorithm>
#include <cmath>

#include "models/purpose.hpp"

namespace device {

using signals::Listener;

// What it kept since `since`: the newest, as many as the buffer holds.
std::uint64_t Outbox::kept(Device d, const MessageClock& clock, Time since, Time now) const {
  const std::int64_t arose = clock.count(now) - clock.count(since);
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(arose, 0, roster_.group_of(d).group->buffer));
}

// Whether it has generated a message after the one that was its latest at `until`.
bool Outbox::has_sent(Device d, const MessageClock& clock, Time until) const {
  return clock.count(until) >= clock.count(roster_.beginning(d));
}

// How many of those that it kept it has not sent yet.
std::int64_t Outbox::unsent(Device d, const Client& c, Time now) const {
  if (flushed_.empty() || flushed_[d] <= now) return 0;
  return std::llround(sim::seconds(flushed_[d] - now) * roster_.group(c).group->telemetry.flush);
}

// Whether devices of its group send together at this very instant, and its hub has not taken that yet.
bool Outbox::lump_is_due(Device d, const Client& c, Time t) const {
  const Telemetry& load = roster_.group(c).group->telemetry;
  if (!c.sending || !load.synchronised || load.jitter.count() > 0 || t <= roster_.beginning(d)) return false;
  return roster_.message_clock(d).last(t) == t && !reach_.hub_of(c).ingress().has_lump_of(t, c.group.index());
}

// Up to when its hub has what it generates: not the message of this instant, if that is yet to come.
Time Outbox::sent_until(Device d, const Client& c, Time now) const {
  return lump_is_due(d, c, now) ? now - Duration{1} : now;
}

double Outbox::flow_ahead(Device d, const Client& c, const MessageClock& clock, Time now) const {
  return lump_is_due(d, c, now) ? -1 : device::flow_ahead(roster_.group(c), clock, now);
}

double Outbox::flow_ahead(Device d, const MessageClock& clock, Time t, bool sends_now) const {
  return sends_now ? flow_ahead(d, roster_[d], clock, t) : device::flow_ahead(roster_.group_of(d), clock, t);
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
  const MessageClock clock = roster_.message_clock(d);
  const std::uint64_t waiting = kept(d, clock, since, now);
  if (reach_.hub_of(c).out_of_quota()) {
    held_since_.insert_or_assign(d, since);
    c.phase_start = waiting > 0 ? now + c.rtt() : next_publish(d, c, now);
    if (speaks_amqp(roster_.behaviour(c))) c.phase_start = sim::never;
    return;
  }
  if (held != held_since_.end()) held_since_.erase(held);
  c.sending = true;
  members_.add(c.hub, c.group, d);
  const double part = flow_ahead(d, c, clock, now) - device::flow_ahead(roster_.group(c), clock, since);
  const Time flushed = reach_.hub_of(c).start_sending(now, c.group, 1, waiting, part);
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

void Outbox::stop(Device d, Client& c, Time from, Time now, std::int64_t refused) {
  if (!c.sending) return;
  const Time sent = sent_until(d, c, now);
  from = std::min(from, sent);
  double ahead = 0;
  if (from < sent) {
    const RunGroup& k = roster_.group(c);
    const MessageClock clock = roster_.message_clock(d);
    ahead = static_cast<double>(clock.count(sent) - clock.count(from)) + device::flow_ahead(k, clock, sent) -
            device::flow_ahead(k, clock, from);
  }
  c.sending = false;
  members_.remove(c.hub, c.group, d);
  const bool kept = !flushed_.empty() && flushed_[d] != Time::min();
  const std::uint64_t unsent = reach_.hub_of(c).stop_sending(now, c.group, kept ? flushed_[d] : now, ahead);
  if (kept) flushed_[d] = Time::min();
  if (const std::int64_t back = static_cast<std::int64_t>(unsent) + refused; back > 0)
    from = roster_.message_clock(d).moved(from, -back);
  if (from < now) held_since_.insert_or_assign(d, from);
  tell<&Listener::holds>(d, from);
}

std::optional<Device> Outbox::refused(HubId hub, GroupId group, Time now) {
  constexpr std::size_t tries = 16;  // to find one that has sent a message
  const sim::Draw u = roster_.streams().draw(hub.index(), purpose::refused_device, refused_++);
  const auto& members = members_.of(hub, group);
  const std::size_t first = members.empty() ? 0 : u.below(members.size());
  for (std::size_t i = 0; i < std::min(members.size(), tries); ++i) {
    const Device d = members[(first + i) % members.size()];
    const MessageClock clock = roster_.message_clock(d);
    const Time sent = sent_until(d, roster_[d], now);
    if (!has_sent(d, clock, clock.moved(sent, -1 - unsent(d, roster_[d], now)))) continue;
    stop(d, roster_[d], now, now, 1);
    roster_[d].phase_start = now + roster_.behaviour(roster_[d]).resend;
    return d;
  }
  if (!give_back(hub, group, u)) reach_.hubs()[hub]->owe_message();
  return std::nullopt;
}

// Whether somebody has taken it back who sends no more.
bool Outbox::give_back(HubId hub, GroupId group, const sim::Draw& u) {
  // To find one of this hub, which may have lost all of them; then any.
  constexpr std::uint32_t tries = 256, most_tries = 1'024;
  const RunGroup& k = roster_.groups()[group];
  const auto first = static_cast<std::uint32_t>(u.below(k.group->devices));
  for (std::uint32_t i = 0; i < std::min(k.group->devices, most_tries); ++i) {
    const Device d = k.first + (first + i) % k.group->devices;
    const Client& c = roster_[d];
    if (c.sending || c.hub == HubId::none || (c.hub != hub && i < tries)) continue;
    const auto held = held_since_.find(d);
    const MessageClock clock = roster_.message_clock(d);
    const Time since = clock.moved(held == held_since_.end() ? c.lost_at : held->second, -1);
    if (!has_sent(d, clock, since)) continue;
    held_since_.insert_or_assign(d, since);
    tell<&Listener::holds>(d, since);
    return true;
  }
  return false;
}

// Since when its messages are kept, as the clock counts them, for which those that it kept before it stopped
// are the latest.
Time Outbox::kept_through(Device d, const Client& c, Time now) const {
  if (roster_.group_of(d).group->storage == Storage::memory) return now;
  const auto held = held_since_.find(d);
  const Time since = held == held_since_.end() ? c.lost_at : held->second;
  const MessageClock clock = roster_.message_clock(d);
  const auto before = static_cast<std::int64_t>(kept(d, clock, since, c.since));
  const std::int64_t latest = clock.count(now) - before;
  const Time same = clock.moved(since, latest - clock.count(since));
  return same == sim::never ? clock.at(latest) : same;
}

void Outbox::stopped(Device d, const Client& c, Time now) {
  if (!roster_.has_messages(c) || roster_.group(c).group->storage != Storage::memory) return;
  held_since_.insert_or_assign(d, now);
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
