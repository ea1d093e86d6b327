#include "models/exports/exports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "models/exports/destination_kind.hpp"
#include "models/purpose.hpp"
#include "models/ranks.hpp"

namespace exports {

using namespace std::chrono_literals;

namespace {

constexpr Duration slack = 1ms;  // of an answer, beside the round trip

}  // namespace

Exports::Exports(Dependencies needs, const std::string& here, const std::vector<Destination>& destinations,
                 const std::vector<Export>& exports, const Figures& figures)
    : needs_(std::move(needs)),
      settings_(destinations),
      exports_(exports),
      source_(*needs_.hubs, needs_.events.get(), figures),
      guards_(destinations.size()) {
  std::vector<Sink::Setup> setups(destinations.size(), {0, Duration{0}, {}});
  struct Pair {
    std::size_t source, destination, sender;
  };
  std::vector<Pair> pairs;
  for (std::size_t e = 0; e < exports.size(); ++e)
    for (const std::string& name : exports[e].to) {
      const auto found = std::find_if(destinations.begin(), destinations.end(),
                                      [&](const Destination& d) { return d.name == name; });
      const auto d = static_cast<std::size_t>(found - destinations.begin());
      pairs.push_back({e, d, setups[d].senders++});
      setups[d].longest = std::max(setups[d].longest, *exports[e].batch);
    }
  for (std::size_t d = 0; d < destinations.size(); ++d) {
    setups[d].resized = [this, d](Time at, std::uint32_t before, std::uint32_t now) {
      tell(at, d, fmt::format("{} units instead of {}", now, before));
    };
    sinks_.push_back(destinations[d].kind->make_sink(destinations[d], setups[d]));
  }
  for (const Pair& pair : pairs) {
    const Destination& to = destinations[pair.destination];
    Delivery::Dependencies w;
    w.source = &source_;
    w.sink = sinks_[pair.destination].get();
    w.board = needs_.board;
    w.streams = needs_.streams;
    w.number = channels_.size();
    w.sender = pair.sender;
    w.batch = *exports[pair.source].batch;
    w.hold = [this](Time now, bool held) {
      holding_ += held ? 1 : -1;
      for (hub::Hub* hub : *needs_.hubs) hub->hold_sends(now, holding_ > 0);
    };
    w.waits_for_file = to.kind->file(to) > Duration{0};
    w.batch = std::max(w.batch, to.kind->file(to));
    if (to.kind->is_keyed(to) && to.partitions > 1) w.keyed = needs_.keyed(to.partitions);
    channels_.push_back({pair.source, pair.destination, std::make_unique<Delivery>(exports[pair.source], w)});
    respond(channels_.back(), pair.sender, to.region);
    if (to.failover) respond(channels_.back(), pair.sender, to.failover->region);
    reach(channels_.back(), to.region);
  }
  spawn(here);
}

// A mailbox and somebody to answer for each delivery: what one host is sent at one instant arrives together.
std::string Exports::mailbox(const Channel& channel, const std::string& region) const {
  return address(settings_[channel.destination].name, region) + " for " + exports_[channel.source].name;
}

void Exports::respond(const Channel& channel, std::size_t sender, const std::string& region) {
  Sink& sink = *sinks_[channel.destination];
  needs_.stage->respond(mailbox(channel, region), address(settings_[channel.destination].name, region),
                        [&sink, sender](const std::string&) { return sink.front_end(sender); });
}

void Exports::reach(const Channel& channel, const std::string& region) {
  channel.delivery->reach(mailbox(channel, region), needs_.round_trip(region) + slack);
}

void Exports::spawn(const std::string& here) {
  for (const Channel& channel : channels_) {
    Delivery& delivery = *channel.delivery;
    needs_.stage->spawn(
        "export " + exports_[channel.source].name + " to " + settings_[channel.destination].name, here,
        ranks::exports, [&delivery](sim::Member& me) { delivery.run(me); });
  }
  for (std::size_t d = 0; d < sinks_.size(); ++d)
    if (settings_[d].failover)
      needs_.stage->spawn("owner of " + settings_[d].name, here, ranks::failover,
                          [this, d](sim::Member& me) { guard(me, d); });
}

// Waits until the region has been lost for as long as the owner waits, and orders the failover; that is done
// once.
void Exports::guard(sim::Member& me, std::size_t destination) {
  Guard& guard = guards_[destination];
  const Destination& settings = settings_[destination];
  guard.member = &me;
  do me.wait_until(guard.lost ? me.now() + settings.failover->after : sim::never);
  while (!guard.lost);
  if (const auto time = settings.kind->failover_time()) {
    const sim::Draw draw = needs_.streams->draw(sim::hash_text(settings.name.data(), settings.name.size()),
                                                purpose::account_failover, 0);
    const Duration takes = time->at(draw.uniform(0));
    guard.done = true;  // ordered: it takes place even if the region comes back
    me.wait_until(me.now() + std::max(takes, Duration{1}));
  }
  guard.done = true;
  before_change(me.now(), destination, false);
  sinks_[destination]->fail_over(me.now(), settings.failover->region, guard.since);
  for (const Channel& channel : channels_)
    if (channel.destination == destination) reach(channel, settings.failover->region);
  needs_.moved(me.now(), destination);
  tell(me.now(), destination, "failed over to " + settings.failover->region);
}

void Exports::tell(Time now, std::size_t destination, const std::string& what) const {
  needs_.board->tell<&signals::Listener::decided>(
      signals::Decision{now, signals::Decision::Kind::destination, signals::Decision::Outcome::done,
                        ids::HubId::none, "", settings_[destination].name, what});
}

void Exports::region_changed(Time now, std::size_t destination, bool lost) {
  Guard& guard = guards_[destination];
  if (guard.done || guard.lost == lost) return;
  guard.lost = lost;
  if (lost) guard.since = now;
  if (guard.member)
    needs_.stage->move(*guard.member, lost ? now + settings_[destination].failover->after : sim::never, 0);
}

void Exports::before_change(Time now, std::size_t destination, bool breaks) {
  for (const Channel& channel : channels_)
    if (channel.destination == destination) channel.delivery->settle(now, breaks);
}

void Exports::set_state(Time now, std::size_t destination, hub::Mode mode, double capacity,
                        const std::set<std::uint32_t>& partitions_out, bool reached) {
  Sink& sink = *sinks_[destination];
  const bool others = partitions_out != sink.partitions_out();
  sink.set_state(now, mode, capacity, partitions_out);
  for (const Channel& channel : channels_) {
    if (channel.destination != destination) continue;
    channel.delivery->set_reached(reached);
    if (others) channel.delivery->partitions_changed(now);
  }
}

bool Exports::restart(Time now, std::size_t source, Duration off) {
  bool was_on = false;
  for (const Channel& channel : channels_) {
    Delivery& delivery = *channel.delivery;
    if (channel.source != source || !managed_ || !delivery.is_on()) continue;
    was_on = true;
    delivery.stop(now);
    delivery.resume(now + off);
    needs_.stage->move(*delivery.member(), delivery.resumes(), 0);
  }
  return was_on;
}

void Exports::set_managed(Time now, bool managed) {
  if (managed == managed_) return;
  managed_ = managed;
  for (const Channel& channel : channels_) {
    Delivery& delivery = *channel.delivery;
    delivery.bar(now, !managed);
    if (managed && delivery.exists())
      needs_.stage->move(*delivery.member(), std::max(now, delivery.resumes()), 0);
  }
}

void Exports::settle(Time now) {
  for (const Channel& channel : channels_) channel.delivery->settle(now);
  for (const auto& sink : sinks_) sink->advance(now);
}

void Exports::forget_peaks() {
  for (const Channel& channel : channels_) channel.delivery->forget_peaks();
  for (const auto& sink : sinks_) sink->forget_peaks();
}

}  // namespace exports
