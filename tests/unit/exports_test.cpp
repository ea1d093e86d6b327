// The parts of data export: the backlog, limits that senders share, and what each kind of destination takes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "models/exports/kinds/blob_container.hpp"
#include "models/exports/kinds/event_hub.hpp"
#include "models/exports/kinds/service_bus.hpp"
#include "models/exports/shared_limit.hpp"
#include "models/exports/source.hpp"
#include "models/exports/tables.hpp"

namespace {

using namespace std::chrono_literals;
using exports::Backlog;
using exports::BlobSettings;
using exports::Piece;
using exports::SharedLimit;
using sim::Duration;
using sim::Time;

Time at(double seconds) { return Time{sim::from_seconds(seconds)}; }

exports::Destination destination(const exports::DestinationKind& kind) {
  exports::Destination d;
  d.name = "hot";
  d.kind = &kind;
  d.region = "westeurope";
  d.own.of<BlobSettings>() = {exports::Redundancy::lrs, 100, 1e6};
  d.partitions = 4;
  d.own.of<exports::BusSettings>() = {0, 1, 1'000'000, 1000, 4e6};
  return d;
}

// Of what came in over this time.
exports::Offer offer(std::uint64_t messages, double bytes, double arriving = 0, Duration span = 10s) {
  return {0, messages, bytes, arriving, messages, span, 4};
}

std::unique_ptr<exports::Sink> sink_of(const exports::Destination& d, Duration batch = 10s) {
  return d.kind->make_sink(d, {1, batch, {}});
}

}  // namespace

TEST_CASE("a backlog gives the oldest first and knows when they arrived", "[exports]") {
  Backlog backlog;
  CHECK(backlog.oldest() == sim::never);
  backlog.add({at(0), at(10), 10, 100});
  backlog.add({at(10), at(20), 20, 200});
  CHECK(backlog.count() == 30);
  CHECK(backlog.bytes() == Approx(5000));
  CHECK(backlog.oldest() == at(1));
  Time last{};
  std::uint64_t taken = 0;
  backlog.take(15, [&](const Piece& piece) {
    CHECK(piece.from >= last);
    last = piece.to;
    taken += piece.count;
  });
  CHECK(taken == 15);
  CHECK(last == at(12.5));
  CHECK(backlog.oldest() == at(13));
  CHECK(backlog.drop_before(at(13)) == 0);  // the one at 13 s stays
  CHECK(backlog.drop_before(at(15.2)) == 5);
  CHECK(backlog.oldest() == at(15.5));
  CHECK(backlog.clear() == 10);
  CHECK(backlog.empty());
}

TEST_CASE("a part of a backlog goes with its partition", "[exports]") {
  Backlog backlog, part;
  for (int i = 0; i < 10; ++i) backlog.add({at(i), at(i + 1), 7, 100});
  backlog.split(0.25, part);
  CHECK(part.count() == 17);  // of 17.5
  CHECK(backlog.count() == 53);
  CHECK(part.oldest() >= backlog.oldest());
  Backlog all;
  part.split(1, all);
  CHECK(all.count() == 17);
  CHECK(part.empty());
}

TEST_CASE("a shared limit gives a lone sender its rate, and who comes back one window of it", "[exports]") {
  SharedLimit limit(1000, 1s, 10s, 1);
  CHECK(limit.available(at(10), 0, 50'000, 10s) == Approx(10'000));
  limit.take(10'000);
  CHECK(limit.available(at(14), 0, 50'000, 4s) == Approx(4000));
  limit.take(4000);
  CHECK(limit.available(at(60), 0, 50'000, 0s) == Approx(1000));  // it was away
  limit.take(1000);
  CHECK(limit.available(at(61), 0, 300, 1s) == Approx(300));
  limit.set_rate(at(61), 500);
  CHECK(limit.available(at(65), 0, 50'000, 4s) == Approx(2000));
}

TEST_CASE("a shared limit is max-min fair", "[exports]") {
  SharedLimit limit(1000, 1s, 10s, 3);
  double given[3] = {};
  for (int i = 1; i <= 100; ++i) {
    const double wanted[3] = {1000, 8000, 50'000};  // in 10 s: 100, 800 and 5,000 a second
    for (std::size_t s = 0; s < 3; ++s) {
      const double now = limit.available(at(10 * i), s, wanted[s], 10s);
      limit.take(now);
      given[s] += now;
    }
  }
  CHECK(given[0] / 1000 == Approx(100).epsilon(0.01));
  CHECK(given[1] / 1000 == Approx(450).epsilon(0.03));
  CHECK(given[2] / 1000 == Approx(450).epsilon(0.03));
  CHECK(given[0] + given[1] + given[2] <= 1000 * 1000 + 10'000);
}

TEST_CASE("auto-inflate goes to the units that are needed, a step a minute, and never back", "[exports]") {
  exports::Destination d = destination(exports::event_hubs());
  d.units = {1, 20};
  const auto sink = sink_of(d);
  double seconds = 10;
  const auto offer_for = [&](double rate, double time) {
    for (const double end = seconds + time; seconds < end; seconds += 10)
      sink->offer(at(seconds), offer(static_cast<std::uint64_t>(rate * 10), 100, rate));
  };
  offer_for(900, 120);
  CHECK(sink->units() == 1);
  CHECK(sink->counters().busy == 0);
  offer_for(4500, 60);
  CHECK(sink->units() >= 5);  // 4,500 a second
  CHECK(sink->units() <= 6);  // and what waits, cleared within a minute
  const std::uint32_t units = sink->units();
  offer_for(100, 3600);
  CHECK(sink->units() == units);
  CHECK(sink->units_peak() == units);
  CHECK(sink->counters().unit_seconds == Approx(units * seconds).epsilon(0.05));
}

TEST_CASE("an event hub's consumer is held to the egress of its units and misses what is too old",
          "[exports]") {
  exports::Destination d = destination(exports::event_hubs());
  d.units = {2, 2};
  d.consumers = {{100'000}};
  d.retention = 1h;
  const auto sink = sink_of(d);
  // Egress of 2 units: 8,192 events or 4 MB a second; ingress half of it, so that it keeps up.
  for (int i = 1; i <= 360; ++i) sink->offer(at(10 * i), offer(20'000, 100, 2000));
  CHECK(sink->lag() == 0);
  CHECK(sink->counters().read == 360 * 20'000);
  d.consumers = {{100}};
  const auto slow = sink_of(d);
  for (int i = 1; i <= 720; ++i) slow->offer(at(10 * i), offer(2000, 100, 200));
  // 200 a second come in and 100 are read; the rest is an hour old after two hours.
  CHECK(slow->counters().read == Approx(100 * 7200).epsilon(0.01));
  CHECK(slow->lag_peak() == Approx(100 * 7200).epsilon(0.01));
  for (int i = 721; i <= 1080; ++i) slow->offer(at(10 * i), offer(2000, 100, 200));
  CHECK(slow->counters().missed > 0);
  CHECK(slow->counters().read + slow->counters().missed + slow->lag() == slow->counters().accepted);
}

TEST_CASE("a storage account refuses files above its targets, and says how long to wait", "[exports]") {
  exports::Destination d = destination(exports::blob_storage());
  d.own.of<BlobSettings>().requests = 3;  // four files at once are too many, in a minute they are not
  const auto sink = sink_of(d, 60s);
  CHECK(sink->offer(at(60), offer(1000, 100, 0, 60s)).messages == 1000);
  CHECK(sink->offer(at(120), offer(1000, 100, 0, 60s)).messages == 1000);
  const exports::Admission again = sink->offer(at(121), offer(1000, 100, 0, 0s));
  CHECK(again.messages == 0);
  CHECK(again.busy);
  CHECK(sink->counters().requests == 8);
  for (const auto& [n, wait] : {std::pair{1u, 2s}, {2u, 4s}, {3u, 10s}, {4u, 30s}, {9u, 30s}})
    CHECK(sink->busy_wait(n) == wait);
  d.own.of<BlobSettings>().requests = 20'000;
  const auto small = sink_of(d, 60s);
  CHECK(small->offer(at(60), offer(700'000, 100, 0, 60s)).messages == 600'000);  // 60 MB in a minute
  CHECK(small->offer(at(120), offer(500'000, 100, 0, 60s)).messages == 500'000);
}

// Docs: storage-redundancy. GZRS and ZRS are written in three zones, all with a G to another region, which
// can be read without a failover where RA stands before it.
TEST_CASE("which copies of an account there are", "[exports]") {
  struct Row {
    exports::Redundancy redundancy;
    bool zones, elsewhere, readable;
  };
  using exports::Redundancy;
  for (const auto& [redundancy, zones, elsewhere, readable] :
       std::vector<Row>{{Redundancy::lrs, false, false, false},
                        {Redundancy::zrs, true, false, false},
                        {Redundancy::grs, false, true, false},
                        {Redundancy::ra_grs, false, true, true},
                        {Redundancy::gzrs, true, true, false},
                        {Redundancy::ra_gzrs, true, true, true}}) {
    exports::Destination d = destination(exports::blob_storage());
    d.own.of<BlobSettings>().redundancy = redundancy;
    CHECK(d.kind->spans_zones(d) == zones);
    CHECK(d.kind->no_failover(d).has_value() == !elsewhere);
    const auto sink = sink_of(d, 60s);
    sink->set_state(at(100), hub::Mode::silent, 1, {});
    sink->advance(at(160));
    CHECK(sink->counters().unavailable == 60s);
    CHECK(sink->counters().unreadable == (readable ? 0s : 60s));
    if (!elsewhere) continue;
    d.failover = exports::Failover{1h, "northeurope"};
    const auto copied = sink_of(d, 60s);
    for (int i = 1; i <= 30; ++i) copied->offer(at(60 * i), offer(100, 100));
    copied->set_state(at(1801), hub::Mode::silent, 1, {});
    copied->fail_over(at(1900), "northeurope", at(1801));
    CHECK(copied->counters().unreplicated == 1500);  // of 15 minutes
    copied->advance(at(1910));
    CHECK(copied->counters().unavailable == 109s);
    CHECK(copied->counters().unreadable == (readable ? 10s : 109s));  // it goes on with one copy
  }
}

// It fills up once a minute, whatever the batches of an export are.
TEST_CASE("who writes a file a minute is not away meanwhile", "[exports]") {
  exports::Destination d = destination(exports::blob_storage());
  d.own.of<BlobSettings>().requests = 3;
  const auto sink = sink_of(d, 1s);
  for (const double t : {60, 120, 180}) CHECK(sink->offer(at(t), offer(1000, 100, 0, 60s)).messages == 1000);
}

TEST_CASE("a premium namespace grows above three quarters of its capacity and shrinks below one",
          "[exports]") {
  exports::Destination d = destination(exports::service_bus_queue());
  d.tier = exports::Tier::premium;
  d.units = {1, 8};
  const auto sink = sink_of(d);
  double seconds = 10;
  // 1,000 B in and 1,000 B out of 4 MB a second and unit.
  const auto offer_for = [&](double rate, double time) {
    for (const double end = seconds + time; seconds < end; seconds += 10)
      sink->offer(at(seconds), offer(static_cast<std::uint64_t>(rate * 10), 1000, rate));
  };
  offer_for(1400, 3600);  // 70 %
  CHECK(sink->units() == 1);
  offer_for(1600, 1800);  // 80 %, then 40 % of two units
  CHECK(sink->units() == 2);
  offer_for(20'000, 3600);
  CHECK(sink->units() == 8);
  CHECK(sink->units_peak() == 8);
  sink->advance(at(seconds + 3600));  // nothing comes any more
  CHECK(sink->units() == 1);
}

TEST_CASE("a full queue refuses until its consumer has read", "[exports]") {
  exports::Destination d = destination(exports::service_bus_queue());
  d.consumers = {{10}};
  const auto sink = sink_of(d);
  CHECK(sink->offer(at(10), offer(900, 1000)).messages == 900);  // 1 MB holds 1,000
  const exports::Admission full = sink->offer(at(20), offer(500, 1000));
  CHECK(full.full);
  CHECK(full.messages > 190);
  CHECK(full.messages < 310);
  CHECK(sink->offer(at(30), offer(500, 1000)).messages == Approx(100).margin(5));
  CHECK(sink->lag() <= 1000);
}

TEST_CASE("what a failed over account lacks is what it took since the last copy", "[exports]") {
  exports::Destination d = destination(exports::blob_storage());
  d.own.of<BlobSettings>().requests = 1000;
  d.own.of<BlobSettings>().redundancy = exports::Redundancy::gzrs;
  d.failover = exports::Failover{1h, "northeurope"};
  const auto sink = sink_of(d, 60s);
  for (int i = 1; i <= 60; ++i) sink->offer(at(60 * i), offer(100, 100));
  CHECK(sink->spans_zones());
  sink->set_state(at(3601), hub::Mode::silent, 1, {});
  CHECK_FALSE(sink->front_end(0));
  sink->fail_over(at(7200), "northeurope", at(3601));
  CHECK(sink->counters().unreplicated == 1500);  // of 15 minutes
  CHECK(sink->region() == "northeurope");
  CHECK_FALSE(sink->spans_zones());
  sink->advance(at(7201));
  CHECK(sink->counters().unavailable == 3600s);
}

TEST_CASE("connectivity is told once a minute, of who is in another state than before", "[exports]") {
  constexpr ids::HubId hub(0), other(1);
  exports::DeviceEvents events(3, 60s);
  events.online(0, at(0), at(0), hub);  // from the start
  events.offline(0, at(10), hub, ids::CauseId::none, false);
  events.online(0, at(20), at(10), hub);
  events.offline(1, at(30), hub, ids::CauseId::none, false);
  CHECK(events.connectivity(at(59)) == 0);
  CHECK(events.connectivity(at(60)) == 1);
  events.online(1, at(70), at(30), hub);
  events.offline(2, at(119), hub, ids::CauseId::none, false);
  events.online(2, at(121), at(119), hub);
  CHECK(events.connectivity(at(120)) == 3);
  CHECK(events.connectivity(at(180)) == 4);
  events.assigned(0, at(190), ids::HubId::none, other);
  events.assigned(1, at(190), hub, other);
  events.left(1, at(200), other);
  CHECK(events.lifecycle(at(180)) == 0);
  CHECK(events.lifecycle(at(240)) == 2);
  // Provisioned is who had no hub and has one, after the start.
  events.assigned(0, at(250), ids::HubId::none, hub);
  events.assigned(1, at(250), ids::HubId::none, other);
  CHECK(events.lifecycle(at(300)) == 4);
  events.assigned(0, at(310), hub, other);
  events.assigned(1, at(310), other, ids::HubId::none);
  events.assigned(2, at(0), ids::HubId::none, hub);
  CHECK(events.lifecycle(at(360)) == 4);
}
