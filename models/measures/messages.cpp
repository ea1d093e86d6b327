#include "models/measures/messages.hpp"

#include <algorithm>
#include <cmath>

#include "models/measures/subject.hpp"
#include "sim/invariant.hpp"

namespace measures {

namespace {

constexpr Time not_joined = sim::never;
constexpr Time connected = Time::min();
constexpr std::int64_t timed_apart = 64;  // of what a device kept; beyond, in as many groups

}  // namespace

Messages::Messages(Setup setup)
    : setup_(std::move(setup)),
      since_(setup_.devices, not_joined),
      offline_since_(setup_.devices, not_joined),
      sent_(setup_.devices),
      sending_(setup_.devices) {}

// A gap in the connection: the newest messages up to the buffer's size survive it. Returns how many.
std::int64_t Messages::add_offline(Account& account, Device d, Time from, Time to, bool ended) const {
  const MessageClock clock = setup_.clock(d);
  const std::int64_t arose = clock.count(to) - clock.count(from);
  const std::int64_t kept = std::min<std::int64_t>(arose, setup_.buffer(d));
  account.lost += arose - kept;
  (ended ? account.delivered : account.buffered) += kept;
  return kept;
}

// What it has back may be another's, since a hub's flow knows of no senders, but in number no more than it
// has generated. What it has back of those sent by the end of the warm-up was on the way then.
void Messages::holds(Device d, Time at) {
  const MessageClock clock = setup_.clock(d);
  sim::require(clock.count(at) >= clock.count(began(d)),
               "device {} has more messages back than it has generated", d);
  const std::int64_t more = clock.count(at) - clock.count(since_[d]);
  closed_.delivered += more;
  sent_[d] += more;
  if (!least_sent_.empty() && sent_[d] < least_sent_[d]) {
    taken_back_ += least_sent_[d] - sent_[d];
    least_sent_[d] = sent_[d];
  }
  since_[d] = at;
  sending_[d] = false;
}

void Messages::sends(Device d, Time at) {
  if (since_[d] != not_joined) {
    sent_[d] += add_offline(closed_, d, since_[d], at, true);
    time_kept(d, since_[d], at);
  }
  since_[d] = at;
  sending_[d] = true;
}

void Messages::offline(Device d, Time at, HubId, CauseId, bool) { offline_since_[d] = at; }

// The delays of what it kept go evenly from the oldest, which is sent first, to the newest.
void Messages::time_kept(Device d, Time from, Time at) {
  const MessageClock clock = setup_.clock(d);
  const std::int64_t newest = clock.count(at);
  const std::int64_t n = std::min<std::int64_t>(newest - clock.count(from), setup_.buffer(d));
  if (n <= 0) return;
  std::int64_t number = newest - n + 1;
  const auto shifted = pauses_.shifted.empty() ? pauses_.shifted.end() : pauses_.shifted.find(d);
  if (shifted != pauses_.shifted.end()) {
    std::int64_t late = 0;
    for (const Redated& shift : shifted->second) late += shift.late;
    for (const Redated& shift : shifted->second) {
      const std::int64_t run = shift.newest - number + 1;
      if (run > 0) time_run_of(d, at, number, run, number - (newest - n + 1), late);
      number = std::max(number, shift.newest + 1);
      late -= shift.late;
    }
    pauses_.shifted.erase(shifted);
  }
  if (number <= newest) time_run_of(d, at, number, newest - number + 1, number - (newest - n + 1), 0);
}

// Of n messages from number `first` on, which are sent after `sent_before` others.
void Messages::time_run_of(Device d, Time at, std::int64_t number, std::int64_t n, std::int64_t sent_before,
                           std::int64_t late) {
  const MessageClock clock = setup_.clock(d);
  const auto delay = [&](std::int64_t i) {
    return static_cast<double>((at - clock.at(number + i - late)).count()) +
           static_cast<double>(sent_before + i) / setup_.flush(d) * 1e6;
  };
  const double first = delay(0), last = delay(n - 1);
  const std::int64_t parts = std::min(n, timed_apart);
  for (std::int64_t i = 0; i < parts; ++i) {
    const std::int64_t begin = n * i / parts, end = n * (i + 1) / parts;
    const double place = n > 1 ? static_cast<double>(begin + end - 1) / 2 / static_cast<double>(n - 1) : 0;
    kept_delays_.add(std::llround(std::max(first + (last - first) * place, 0.0)),
                     static_cast<std::uint64_t>(end - begin));
  }
}

void Messages::online(Device d, Time at, Time since, HubId) {
  // An established device at the start has never been away.
  if (offline_since_[d] != not_joined) offline_time_ += (at - std::max(since, warmup_)).count();
  offline_since_[d] = connected;
}

void Messages::joined(Device d, Time at) {
  if (joined_.empty()) joined_.resize(setup_.devices, Time{});
  joined_[d] = at;
  since_[d] = at;
  offline_since_[d] = at;
}

// What it keeps goes with it.
void Messages::left(Device d, Time at, HubId) {
  if (since_[d] == not_joined) return;
  const MessageClock clock = setup_.clock(d);
  const std::int64_t generated = clock.count(running_until(d, at));
  closed_.generated += generated - clock.count(began(d));
  closed_.lost += generated - clock.count(since_[d]);
  closed_.ahead += ahead(d, clock, at);
  since_[d] = not_joined;
  pauses_.since.erase(d);
  count_presence(d, at);
  offline_since_[d] = not_joined;
}

// Its program ends, and with it what it kept in memory.
void Messages::stopped(Device d, Time at, CauseId, Time, HubId) {
  if (since_[d] == not_joined || !pauses_.since.emplace(d, at).second) return;
  const MessageClock clock = setup_.clock(d);
  if (setup_.stored && setup_.stored(d)) return;
  closed_.lost += clock.count(at) - clock.count(since_[d]);
  begin_anew(d, at);
}

// What it keeps, or sends next, begins elsewhere between two messages. Flows do not hear of that.
void Messages::begin_anew(Device d, Time since) {
  if (setup_.ahead) {
    const MessageClock clock = setup_.clock(d);
    closed_.ahead += setup_.ahead(d, clock, since_[d], false) - setup_.ahead(d, clock, since, false);
  }
  since_[d] = since;
}

void Messages::started(Device d, Time at) {
  const auto found = pauses_.since.find(d);
  if (found == pauses_.since.end()) return;
  const MessageClock clock = setup_.clock(d);
  const std::int64_t late = clock.count(at) - clock.count(found->second);
  const std::int64_t arose = clock.count(found->second) - clock.count(since_[d]);
  const bool stored = setup_.stored && setup_.stored(d);
  const std::int64_t kept = stored ? std::min<std::int64_t>(arose, setup_.buffer(d)) : 0;
  pauses_.not_generated += late;
  closed_.lost += arose - kept;
  const std::int64_t latest = clock.count(at) - kept;
  const Time same = stored ? clock.moved(since_[d], latest - clock.count(since_[d])) : at;
  begin_anew(d, same == sim::never ? clock.at(latest) : same);
  pauses_.since.erase(found);
  if (kept == 0 || late == 0) return;
  std::vector<Redated>& shifts = pauses_.shifted[d];
  for (Redated& shift : shifts) shift.newest += late;
  shifts.push_back({clock.count(at), late});
}

// Up to when it has generated messages.
Time Messages::running_until(Device d, Time t) const {
  const auto found = pauses_.since.empty() ? pauses_.since.end() : pauses_.since.find(d);
  return found == pauses_.since.end() ? t : std::min(t, found->second);
}

// Up to then it wanted a connection; it may have none now.
void Messages::count_presence(Device d, Time until) {
  const Time away = offline_since_[d];
  if (away == not_joined) return;
  wanted_time_ += (until - std::max(warmup_, joined_.empty() ? Time{} : joined_[d])).count();
  if (away != connected && away < until) offline_time_ += (until - std::max(warmup_, away)).count();
}

// As it would stand if it lost its connection at t.
std::int64_t Messages::sent_by(Device d, Time t) const {
  const MessageClock clock = setup_.clock(d);
  return sent_[d] + (sending_[d] ? clock.count(t) - clock.count(since_[d]) : 0);
}

Messages::Account Messages::count_all(Time t) const {
  Account account = closed_;
  for (Device d = 0; d < since_.size(); ++d) {
    if (since_[d] == not_joined) continue;
    const MessageClock clock = setup_.clock(d);
    const Time until = running_until(d, t);
    account.generated += clock.count(until) - clock.count(began(d));
    account.ahead += ahead(d, clock, until);
    if (!sending_[d]) {
      add_offline(account, d, since_[d], until, false);
      continue;
    }
    const std::int64_t due = is_due(d, clock, until) ? 1 : 0;
    account.delivered += clock.count(until) - clock.count(since_[d]) - due;
    account.buffered += due;
  }
  account.generated -= pauses_.not_generated;
  return account;
}

void Messages::begin_counting(Time warmup) {
  warmup_ = warmup;
  if (warmup == Time{}) return;
  offline_time_ = wanted_time_ = 0;
  kept_delays_ = {};
  least_sent_.resize(setup_.devices);
  for (Device d = 0; d < since_.size(); ++d) least_sent_[d] = sent_by(d, warmup);
  at_warmup_ = count_all(warmup);
  away_at_warmup_ = away(at_warmup_.delivered, setup_.flows(warmup)).all();
}

// Whether a device that sends has generated a message at this very instant which its hub has not taken yet.
bool Messages::is_due(Device d, const MessageClock& clock, Time now) const {
  return setup_.ahead && setup_.ahead(d, clock, now, true) == -1;
}

// By how much the flows are ahead of the device now, beyond what they were as it began.
double Messages::ahead(Device d, const MessageClock& clock, Time now) const {
  if (!setup_.ahead) return 0;
  double ahead = setup_.ahead(d, clock, sending_[d] ? now : since_[d], sending_[d]);
  if (sending_[d] && ahead == -1) ahead = 0;  // a message is due
  return ahead - setup_.ahead(d, clock, began(d), false);
}

// Clocks and flows differ in parts of messages. What waits is what the throttles know of, and delivered are
// the whole messages that they have let through, which are those that exports receive: other parts count as
// those of devices. Where nothing waits all of them are delivered.
Messages::Away Messages::away(std::int64_t sent, const Flows& hubs) const {
  constexpr double whole = 1e-6;  // a message that lacks no more than this is whole
  if (hubs.waiting <= 0) return {0, std::llround(hubs.unsent)};
  const double rest = static_cast<double>(sent) - hubs.unsent - hubs.served;
  const double waiting = std::clamp(rest, 0.0, hubs.waiting);
  const double beside = hubs.unsent + std::clamp(rest - waiting, 0.0, hubs.waiting);
  const auto all = static_cast<std::int64_t>(std::ceil(waiting + beside - whole));
  const std::int64_t in_throttles = std::min<std::int64_t>(std::llround(waiting), all);
  return {in_throttles, all - in_throttles};
}

// What came back was on the way, whatever the flow said, and no more is on the way than was sent and has not
// come back.
void Messages::finish(Time end) {
  account_ = count_all(end);
  const Flows hubs = setup_.flows(end);
  deliveries_ = {static_cast<double>(account_.delivered) + account_.ahead, hubs.all()};
  Away left = away(account_.delivered, hubs);
  account_.generated -= at_warmup_.generated;
  account_.delivered -= at_warmup_.delivered;
  account_.lost -= at_warmup_.lost;
  away_at_warmup_ = std::max({away_at_warmup_, taken_back_, -account_.delivered});
  carried_in_ = at_warmup_.buffered + away_at_warmup_;
  account_.delivered += away_at_warmup_;
  left.unsent = std::min(left.unsent, account_.delivered);
  in_flight_ = std::min(left.waiting, account_.delivered - left.unsent);
  account_.buffered += left.unsent;
  account_.delivered -= left.unsent + in_flight_;
  for (Device d = 0; d < since_.size(); ++d) count_presence(d, end);
}

void Messages::report(Report& report) const {
  const auto put = [&](const char* name, std::int64_t n) {
    report.values[std::string("telemetry.") + name] = {"messages", static_cast<double>(n), std::nullopt,
                                                       std::nullopt};
  };
  put("generated", account_.generated);
  put("carried_in", carried_in_);
  put("delivered", account_.delivered);
  put("lost", account_.lost);
  put("buffered", account_.buffered);
  put("in_flight", in_flight_);
  const double wanted = static_cast<double>(wanted_time_);
  Value availability{"1", std::nullopt, std::nullopt, std::nullopt};
  if (wanted_time_ > 0) availability.value = 1 - static_cast<double>(offline_time_) / wanted;
  report.values["availability"] = availability;
}

std::unique_ptr<Messages> make_messages(const Subject& subject) {
  const device::Devices& devices = *subject.devices;
  const hub::Hubs& hubs = *subject.hubs;
  return listening(
      subject,
      std::make_unique<Messages>(Messages::Setup{
          devices.roster().size(), [&devices](Device d) { return devices.roster().message_clock(d); },
          [&devices](Device d) { return devices.roster().group_of(d).group->buffer; },
          [&devices](Device d) { return devices.roster().group_of(d).group->telemetry.flush; },
          [&hubs](Time t) {
            Messages::Flows sum;
            for (hub::Hub* hub : hubs) {
              hub->advance_ingress(t);
              const hub::Ingress& ingress = hub->ingress();
              sum.served += ingress.messages_taken().messages;
              sum.waiting += ingress.flow().backlog();
              sum.unsent += ingress.unsent();
              sum.owed += ingress.owed();
            }
            return sum;
          },
          [&devices](Device d) {
            return devices.roster().group_of(d).group->storage == device::Storage::flash;
          },
          [&devices](Device d, const MessageClock& clock, Time t, bool now) {
            return devices.outbox().flow_ahead(d, clock, t, now);
          }}));
}

}  // namespace measures
