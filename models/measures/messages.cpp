#include "models/measures/messages.hpp"

#include <algorithm>
#include <cmath>

#include "models/measures/subject.hpp"

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

// A device has no more of its messages back than it has sent: what a hub refuses beyond these it has refused
// to somebody else. What it has back of those sent by the end of the warm-up was in flight then.
void Messages::holds(Device d, Time at) {
  const MessageClock clock = setup_.clock(d);
  const std::int64_t before = clock.count(since_[d]);
  if (before - clock.count(at) > sent_[d]) at = sent_[d] > 0 ? clock.at(before - sent_[d]) : since_[d];
  const std::int64_t more = clock.count(at) - before;
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
  closed_.generated += generated - clock.count(joined_.empty() ? Time{} : joined_[d]);
  closed_.lost += generated - clock.count(since_[d]);
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
  since_[d] = at;
}

void Messages::started(Device d, Time at) {
  const auto found = pauses_.since.find(d);
  if (found == pauses_.since.end()) return;
  const MessageClock clock = setup_.clock(d);
  const std::int64_t late = clock.count(at) - clock.count(found->second);
  const std::int64_t arose = clock.count(found->second) - clock.count(since_[d]);
  const std::int64_t kept = std::min<std::int64_t>(arose, setup_.buffer(d));
  pauses_.not_generated += late;
  closed_.lost += arose - kept;
  since_[d] = kept > 0 ? clock.at(clock.count(at) - kept) : at;
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
    account.generated += clock.count(until) - clock.count(joined_.empty() ? Time{} : joined_[d]);
    if (sending_[d])
      account.delivered += clock.count(until) - clock.count(since_[d]);
    else
      add_offline(account, d, since_[d], until, false);
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
  in_flight_at_warmup_ = std::llround(setup_.in_flight(warmup));
}

// What hubs have not accepted is known as a flow, what devices have sent to the message: what came back was
// in flight, whatever the flow said, and no more is in flight than was sent and has not come back.
void Messages::finish(Time end) {
  account_ = count_all(end);
  account_.generated -= at_warmup_.generated;
  account_.delivered -= at_warmup_.delivered;
  account_.lost -= at_warmup_.lost;
  in_flight_at_warmup_ = std::max(in_flight_at_warmup_, taken_back_);
  carried_in_ = at_warmup_.buffered + in_flight_at_warmup_;
  in_flight_ =
      std::min<std::int64_t>(std::llround(setup_.in_flight(end)), account_.delivered + in_flight_at_warmup_);
  account_.delivered -= in_flight_ - in_flight_at_warmup_;
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
            double sum = 0;
            for (hub::Hub* hub : hubs) {
              hub->advance_ingress(t);
              sum += hub->ingress().waiting();
            }
            return sum;
          },
          [&devices](Device d) {
            return devices.roster().group_of(d).group->storage == device::Storage::flash;
          }}));
}

}  // namespace measures
