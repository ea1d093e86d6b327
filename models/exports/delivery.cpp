#include "models/exports/delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/purpose.hpp"
#include "sim/invariant.hpp"
#include "sim/settings/quantity.hpp"

namespace exports {

using signals::Delivering;
using signals::Listener;

namespace {

// From median and 99th percentile.
sim::LogNormal log_normal(const Latency& latency) {
  const double ratio = sim::seconds(latency.p99) / sim::seconds(latency.median);
  const double sigma = sim::exact_log(ratio) / sim::normal_quantile(0.99);
  const double p95 = sim::seconds(latency.median) * sim::exact_exp(sigma * sim::normal_quantile(0.95));
  return {latency.median, std::max(latency.median, sim::from_seconds(p95))};
}

}  // namespace

Delivery::Delivery(const Export& settings, Dependencies needs)
    : settings_(settings),
      needs_(std::move(needs)),
      latency_(log_normal(settings.latency)),
      bills_blocks_(needs_.blocks != std::array<double, 4>{1, 1, 1, 1}) {}

void Delivery::reach(const std::string& mailbox, Duration answer) {
  mailbox_ = mailbox;
  answer_ = answer;
}

void Delivery::run(sim::Member& me) {
  member_ = &me;
  me.wait_until(settings_.created.value_or(Time{}));
  create(me.now());
  for (;;) {
    if (barred_ || me.now() < resume_) {
      me.wait_until(barred_ ? sim::never : resume_);
      continue;
    }
    if (!on_) turn_on(me.now());
    if (next_ > me.now()) {
      me.wait_until(next_);
      continue;  // something else may have come in between
    }
    failed_ ? probe(me) : send(me);
  }
}

// A new export gives nothing for a while; one that is there from the start has long been on.
void Delivery::create(Time now) {
  exists_ = true;
  created_ = taken_ = needs_.source->up_to(now, settings_.data);
  taken_until_ = now;
  Duration delay{0};
  if (settings_.created) {
    const std::string& name = settings_.name;
    const sim::Draw draw =
        needs_.streams->draw(sim::hash_text(name.data(), name.size()), purpose::export_start, 0);
    delay = sim::uniform_between(settings_.start_delay.least, settings_.start_delay.most, draw.uniform(0));
  }
  resume_ = now + delay;
}

void Delivery::turn_on(Time now) {
  take(now);
  on_ = streams_ = true;
  failed_ = false;
  failures_ = busy_ = 0;
  failing_since_ = sim::never;
  next_ = next_batch(now);
  tried_ = now;
  say(now, Delivering::current);
}

// What was to begin later still does.
void Delivery::bar(Time now, bool barred) {
  barred_ = barred;
  if (!barred || !on_) return;
  stop(now);
  resume_ = now;
}

void Delivery::stop(Time now) {
  if (!on_) return;
  settle(now);
  drop_all();
  on_ = false;
  ++life_;
  resume_ = sim::never;
  say(now, Delivering::off);
  look_at_backlog(now);
}

void Delivery::resume(Time at) { resume_ = at; }

Time Delivery::next_batch(Time now) const {
  const auto batches = now.time_since_epoch() / needs_.batch;
  return Time{needs_.batch * (batches + 1)};
}

void Delivery::say(Time now, Delivering state) {
  if (state == said_) return;
  said_ = state;
  needs_.board->tell<&Listener::delivering>(now, needs_.number, state);
}

void Delivery::tell(Time now, signals::Decision::Outcome outcome, const std::string& what) const {
  needs_.board->tell<&Listener::decided>(signals::Decision{now, signals::Decision::Kind::delivery, outcome,
                                                           ids::HubId::none, settings_.name,
                                                           needs_.sink->settings().name, what});
}

bool Delivery::held_back(std::uint32_t partition) const {
  return needs_.sink->partitions_out().contains(partition);
}

std::uint64_t Delivery::waiting() const {
  std::uint64_t n = open_.count();
  for (const auto& [partition, held] : held_) n += held.backlog.count();
  return n;
}

std::uint64_t Delivery::sendable() const {
  std::uint64_t n = open_.count();
  for (const auto& [partition, held] : held_)
    if (!held_back(partition)) n += held.backlog.count();
  return n;
}

Time Delivery::oldest() const {
  Time oldest = open_.oldest();
  for (const auto& [partition, held] : held_) oldest = std::min(oldest, held.backlog.oldest());
  return oldest;
}

Time Delivery::deadline() const {
  if (failed_ || waiting() == 0) return sim::never;
  const Time since = needs_.clock == WindowClock::oldest ? oldest() : failing_since_;
  return since == sim::never ? sim::never : since + settings_.retry.window;
}

void Delivery::partitions_changed(Time now) {
  if (needs_.keyed.empty()) return;
  double elsewhere = 0;
  for (const auto& [partition, held] : held_) elsewhere += needs_.keyed[partition];
  for (const std::uint32_t partition : needs_.sink->partitions_out()) {
    if (held_.contains(partition)) continue;
    const double rest = 1 - elsewhere, share = needs_.keyed[partition];
    open_.split(rest > 0 ? std::min(share / rest, 1.0) : 0, held_[partition].backlog);
    elsewhere += share;
  }
  if (on_ && !failed_) say(now, waiting() > 0 ? Delivering::behind : Delivering::current);
}

void Delivery::settle(Time now, bool breaks) {
  take(now);
  if (!on_ || failed_ || !streams_ || !reached_ || needs_.waits_for_file || !needs_.sink->serves()) return;
  if (sendable() == 0) return;
  ++settlements_;
  if (breaks && said_ == Delivering::current) {
    const std::uint64_t answered = open_.count_until(now - answer_);
    if (answered > 0 && offer(now, open_, answered) != Outcome::taken) return;
    const std::uint64_t arrived = open_.count_until(now - answer_ / 2);
    if (arrived > 0 && unacknowledged_ == 0)
      unacknowledged_ = needs_.sink->offer(now, offer_of(now, open_, arrived)).messages;
    return;
  }
  offer(now);
  say(now, waiting() > 0 ? Delivering::behind : Delivering::current);
}

void Delivery::send(sim::Member& me) {
  take(me.now());
  next_ = next_batch(me.now());
  if (sendable() == 0) {
    tried_ = me.now();
    after(me.now(), me.now(), Outcome::taken);
    return;
  }
  const std::uint64_t life = life_;
  const Time begun = me.now();
  const Answer answer = ask(me, deadline());
  if (life != life_) return;
  const Time now = me.now();
  after(begun, now,
        answer == Answer::ready  ? offer(now)
        : answer == Answer::busy ? Outcome::unavailable
                                 : Outcome::refused);
}

void Delivery::probe(sim::Member& me) {
  take(me.now());
  const Time begun = me.now();
  const std::uint64_t life = life_;
  const Answer answer = ask(me, sim::never);
  if (life != life_) return;
  const Time now = me.now();
  take(now);
  next_ = std::max(begun + settings_.probe, now + Duration{1});
  if (answer != Answer::ready || !needs_.sink->takes(now)) {
    ++counters_.errors;
    return;
  }
  failed_ = false;
  failures_ = busy_ = 0;
  failing_since_ = sim::never;
  streams_ = waiting() == 0;
  next_ = streams_ ? next_batch(now) : now + Duration{1};
  say(now, streams_ ? Delivering::current : Delivering::behind);
  tell(now, signals::Decision::Outcome::done, "a probe found that it takes data again");
}

// Whether the destination can be reached and serves, or says that it is busy. Without an answer the attempt
// lasts until it times out, or until the window is over.
Delivery::Answer Delivery::ask(sim::Member& me, Time window_over) {
  Sink& sink = *needs_.sink;
  sink.expect(needs_.sender);
  const Time begun = me.now();
  const std::uint64_t life = life_, settlements = settlements_;
  const std::optional<std::string> answer = me.exchange(mailbox_, "batch", begun + answer_);
  if (life != life_) return Answer::none;
  if (answer && *answer == "503") return Answer::busy;
  if (answer) return *answer == "ok" && sink.serves() ? Answer::ready : Answer::none;
  if (sink.has_arrived(needs_.sender) && unacknowledged_ == 0 && !failed_ && settlements == settlements_)
    unacknowledged_ = sink.offer(me.now(), offer_of(me.now(), open_, open_.count())).messages;
  if (!failed_) say(me.now(), Delivering::behind);
  const Time until = std::min(begun + settings_.retry.timeout, std::max(window_over, me.now()));
  if (until > me.now()) me.wait_until(until);
  return Answer::none;
}

// A container gets a file for each partition and kind of data that there is.
Offer Delivery::offer_of(Time now, const Backlog& backlog, std::uint64_t messages) const {
  const auto kinds = static_cast<std::uint64_t>(std::count(kinds_.begin(), kinds_.end(), true));
  const std::uint64_t files = std::min(messages, kinds * needs_.sink->settings().partitions);
  return {needs_.sender,
          messages,
          backlog.bytes_each(),
          arriving_,
          fresh_,
          streams_ ? now - tried_ : Duration{0},
          static_cast<std::uint32_t>(files),
          bills_blocks_ ? backlog.blocks_each() : 1};
}

Delivery::Outcome Delivery::offer(Time now) {
  bool all = true, some = false, busy = false;
  const auto pass = [&](Backlog& backlog) {
    if (backlog.empty()) return;
    const Outcome outcome = offer(now, backlog, backlog.count());
    all = all && outcome == Outcome::taken;
    some = some || outcome == Outcome::taken || outcome == Outcome::part;
    busy = busy || outcome == Outcome::part || outcome == Outcome::busy;
  };
  for (auto& [partition, held] : held_)
    if (!held_back(partition)) pass(held.backlog);
  std::erase_if(held_, [&](const auto& one) { return !held_back(one.first) && one.second.backlog.empty(); });
  pass(open_);
  tried_ = now;
  if (all) kinds_ = {};
  if (all) return Outcome::taken;
  return some ? Outcome::part : busy ? Outcome::busy : Outcome::refused;
}

Delivery::Outcome Delivery::offer(Time now, Backlog& backlog, std::uint64_t n) {
  const Admission admission = needs_.sink->offer(now, offer_of(now, backlog, n));
  backlog.take(admission.messages, [&](const Piece& piece) {
    sim::require(piece.from >= backlog.delivered_until(), "messages of a partition overtake each other");
    counters_.bytes += static_cast<double>(piece.count) * piece.bytes_each;
    count_delays(piece, now);
  });
  counters_.exported += admission.messages;
  if (&backlog == &open_) {
    const std::uint64_t again = std::min(unacknowledged_, admission.messages);
    counters_.duplicated += again;
    unacknowledged_ -= again;
  }
  if (admission.messages == n) return Outcome::taken;
  if (admission.messages > 0) return Outcome::part;
  return admission.busy ? Outcome::busy : Outcome::refused;
}

// What an attempt that began then means for the next one. The last one begins at the deadline, or when the
// one before is over.
void Delivery::after(Time begun, Time now, Outcome outcome) {
  const bool progress = outcome == Outcome::taken || outcome == Outcome::part;
  if (progress) {
    failures_ = 0;
    failing_since_ = sim::never;
  } else {
    ++counters_.errors;
    if (failing_since_ == sim::never) failing_since_ = begun;
  }
  streams_ = outcome != Outcome::refused && outcome != Outcome::unavailable;
  busy_ = outcome == Outcome::taken || outcome == Outcome::refused ? 0 : busy_ + 1;
  if (outcome == Outcome::taken) {
    next_ = next_batch(now);
  } else if (outcome == Outcome::refused) {
    next_ = now + back_off();
  } else {
    const std::optional<Duration> wait = needs_.sink->busy_wait(busy_);
    next_ = now + wait.value_or(settings_.retry.first);
  }
  const Time over = deadline();
  if (over <= begun && (outcome != Outcome::taken || sendable() == 0)) {
    fail(now);
    return;
  }
  next_ = std::min(next_, std::max(over, now + Duration{1}));
  say(now, waiting() > 0 ? Delivering::behind : Delivering::current);
  look_at_backlog(now);
}

// Exactly when the window is over, and the answer to the last attempt is there.
void Delivery::fail(Time now) {
  const Time over = deadline();
  sim::require(over <= now && now <= over + last_attempt(),
               "an export whose window is over at {} us is failed at {} us", over.time_since_epoch().count(),
               now.time_since_epoch().count());
  failed_ = true;
  streams_ = false;
  const std::uint64_t waited = waiting();
  peak_ = std::max(peak_, waited);
  if (!settings_.keeps) drop_all();
  next_ = now + settings_.probe;
  say(now, Delivering::failed);
  look_at_backlog(now);
  tell(now, signals::Decision::Outcome::refused,
       fmt::format("failed: the window of {} is over, {} {} {}",
                   sim::settings::format_duration(settings_.retry.window), waited,
                   waited == 1 ? "message" : "messages", settings_.keeps ? "kept" : "dropped"));
}

// first, first x factor, ... up to the cap, each up to `jitter` shorter or longer.
Duration Delivery::back_off() {
  const Retry& retry = settings_.retry;
  double wait = sim::seconds(retry.first);
  for (std::uint32_t i = 0; i < failures_ && wait < sim::seconds(retry.cap); ++i) wait *= retry.factor;
  ++failures_;
  const sim::Draw draw = needs_.streams->draw(needs_.number, purpose::export_retry, draws_++);
  wait = std::min(wait, sim::seconds(retry.cap)) * (1 + retry.jitter * (2 * draw.uniform(0) - 1));
  return std::max(sim::from_seconds(wait), Duration{1});
}

void Delivery::forget_peaks() {
  peak_ = said_ == Delivering::current ? 0 : waiting();
  delays_ = {};
}

}  // namespace exports
