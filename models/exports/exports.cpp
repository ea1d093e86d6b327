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
  std::vector<Pair> pairs;
  std::vector<Sink::Setup> setups(destinations.size(), {0, Duration{0}, {}});
  for (std::size_t e = 0; e < exports.size(); ++e)
    for (const std::string& name : exports[e].to) {
      const auto found = std::find_if(destinations.begin(), destinations.end(),
                                      [&](const Destination& d) { return d.name == name; });
      const auto d = static_cast<std::size_t>(found - destinations.begin());
      pairs.push_back({e, d, setups[d].senders++});
      setups[d].longest = std::max(setups[d].longest, *exports[e].batch);
    }
  make_sinks(setups);
  for (const Pair& pair : pairs) {
    const Destination& to = destinations[pair.destination];
    channels_.push_back({pair.source, pair.destination,
                         std::make_unique<Delivery>(exports[pair.source], delivery_of(pair, figures))});
    respond(channels_.back(), pair.sender, to.region);
    if (to.failover) respond(channels_.back(), pair.sender, to.failover->region);
    reach(channels_.back(), to.region);
  }
  spawn(here);
}

Delivery::Dependencies Exports::delivery_of(const Pair& pair, const Figures& figures) {
  const Export& from = exports_[pair.source];
  const Destination& to = settings_[pair.destination];
  Delivery::Dependencies w;
  w.source = &source_;
  w.sink = sinks_[pair.destination].get();
  w.board = needs_.board;
  w.streams = needs_.streams;
  w.number = channels_.size();
  w.sender = pair.sender;
  w.hold = [this](Time now, bool held) {
    holding_ += held ? 1 : -1;
    for (hub::Hub* hub : *needs_.hubs) hub->hold_sends(now, holding_ > 0);
  };
  w.blocks = blocks_of(from, to, figures);
  w.waits_for_file = to.kind->file(to) > Duration{0};
  w.clock = from.retry.clock.value_or(w.waits_for_file ? figures.clock_of_files : figures.clock_of_streams);
  w.batch = std::max(*from.batch, to.kind->file(to));
  if (to.kind->is_keyed(to)) w.keyed = shares_of(to.partitions);
  return w;
}

// Destinations of one namespace share what the first of them holds.
void Exports::make_sinks(std::vector<Sink::Setup>& setups) {
  const auto first = [this](std::size_t d) { return settings_[d].first.value_or(d); };
  for (std::size_t d = 0; d < settings_.size(); ++d) {
    Sink::Setup &own = setups[d], &all = setups[first(d)];
    own.senders_before = all.all_senders;
    own.readers_before = all.all_readers;
    all.all_senders += own.senders;
    all.all_readers += settings_[d].consumers.size();
    all.longest = std::max(all.longest, own.longest);
  }
  for (std::size_t d = 0; d < settings_.size(); ++d) {
    Sink::Setup& own = setups[d];
    own.resized = [this, d](Time at, std::uint32_t before, std::uint32_t now) {
      tell(at, d, fmt::format("{} units instead of {}", now, before));
    };
    own.first = first(d) == d ? nullptr : sinks_[first(d)].get();
    own.all_senders = setups[first(d)].all_senders;
    own.all_readers = setups[first(d)].all_readers;
    own.into_hour = needs_.into_hour;
    if (settings_[d].kind->is_keyed(settings_[d])) own.shares = shares_of(settings_[d].partitions);
    sinks_.push_back(settings_[d].kind->make_sink(settings_[d], own));
  }
}

// None, where there is one alone.
const std::vector<double>& Exports::shares_of(std::uint32_t partitions) {
  std::vector<double>& shares = shares_[partitions];
  if (shares.empty() && partitions > 1) shares = needs_.keyed(partitions);
  return shares;
}

// Of telemetry, properties, connectivity and lifecycle: on average where groups send messages of their own
// size.
std::array<double, 4> Exports::blocks_of(const Export& from, const Destination& to,
                                         const Figures& figures) const {
  const std::uint64_t block = to.kind->billed_block(to);
  if (block == 0) return {1, 1, 1, 1};
  const auto begun = [&](std::uint64_t bytes) {
    return static_cast<double>(std::max<std::uint64_t>(1, (bytes + block - 1) / block));
  };
  const auto mean = [&](const std::vector<Dependencies::Sizes>& sizes) {
    double weight = 0, blocks = 0;
    for (const Dependencies::Sizes& one : sizes) {
      weight += one.weight;
      blocks += one.weight * begun(one.bytes + from.envelope + from.enrichment);
    }
    return weight > 0 ? blocks / weight : 1;
  };
  return {mean(needs_.telemetry), mean(needs_.properties),
          begun(figures.connectivity_event + from.enrichment),
          begun(figures.lifecycle_event + from.enrichment)};
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
    const Duration takes = settings.failover->takes.value_or(time->at(draw.uniform(0)));
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
