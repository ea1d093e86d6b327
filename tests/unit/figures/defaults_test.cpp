// Scenarios that say nothing but how many devices there are get the figures that are published, or assumed
// with a reason (the .txt files beside this one name the sources). That each key changes a run is the matter
// of tests/scenario/keys_test.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "models/application/load.hpp"
#include "models/device/pace.hpp"
#include "models/exports/kinds/blob_container.hpp"
#include "models/exports/kinds/data_explorer.hpp"
#include "models/exports/kinds/service_bus.hpp"
#include "models/exports/kinds/webhook.hpp"
#include "models/failover/tables.hpp"

namespace {

using namespace std::chrono_literals;
using application::Scenario;

Scenario smallest(const std::string& more = "") {
  return application::load("fleet: [{devices: 1000}]\n" + more, "plant.yaml");
}

exports::Export exported() {
  return smallest("destinations: [{name: d, kind: event-hubs}]\nexports: [{name: e, to: [d]}]").exports.at(0);
}

exports::Destination destination(const std::string& kind) {
  return smallest("destinations: [{name: d, kind: " + kind + "}]\nexports: [{name: e, to: [d]}]")
      .destinations.at(0);
}

void check(const control::Triangular& t, sim::Duration least, sim::Duration mode, sim::Duration most) {
  CHECK(t.least == least);
  CHECK(t.mode == mode);
  CHECK(t.most == most);
}

// The mean load between two times of a day that starts at this instant, an hour being 1 at the mean of all
// days.
double load_between(const char* profile, const char* start, sim::Duration from, sim::Duration to) {
  const Scenario s = application::load(
      fmt::format("fleet: [{{devices: 1, telemetry: {{profile: {}}}}}]\nduration: 24h\nstart: {}", profile,
                  start),
      "p.yaml");
  const auto steps = device::pace_steps(s.fleet.at(0).telemetry.profile, {}, s.start_utc_s, s.duration);
  const device::Pace pace(steps);
  return sim::seconds(pace.shown(sim::Time{to}) - pace.shown(sim::Time{from})) / sim::seconds(to - from);
}

}  // namespace

TEST_CASE("what a scenario is where it says nothing", "[figures]") {
  const Scenario s = smallest();
  CHECK(s.start_utc_s == 1'685'599'200);  // 1 June 2023, 6:00 UTC
  CHECK(s.duration == 6h);
  CHECK(s.warmup == 0s);
  CHECK(s.seed == 1);
  CHECK(s.replications == 1);
  CHECK(s.limits_documented);
  CHECK(s.era == application::Era::y2021);
  CHECK(s.quotas == 2023);
  CHECK(s.region == "westeurope");
  const device::Group& group = s.fleet.at(0);
  CHECK(group.access.name == "broadband");
  CHECK(group.client.name == "guide-reconnect");
  CHECK(group.never_recovers == 0);
  CHECK(group.credentials == provisioning::Attestation::sas);
  CHECK(group.enrollment == "default");
  CHECK_FALSE(group.edge);
  CHECK(group.approval.kind == provisioning::Approval::Kind::automatic);
  CHECK(group.buffer == 100);
  CHECK(group.storage == device::Storage::memory);
  CHECK(group.boot.from == 20s);
  CHECK(group.boot.to == 60s);
  CHECK(group.telemetry.every == 5min);
  CHECK(group.telemetry.bytes == 512);
  CHECK_FALSE(group.telemetry.synchronised);
  CHECK(group.telemetry.flush == 10);
  CHECK(group.telemetry.profile.kind == device::Profile::Kind::constant);
}

TEST_CASE("the provisioning service as it is where a scenario says nothing", "[figures]") {
  for (const char* year : {"2023", "2024"}) {
    const provisioning::Settings p =
        smallest("application: {quotas: " + std::string(year) + "}").provisioning;
    CHECK(p.registrations_per_minute == 200);
    CHECK(p.polls_per_minute == 10 * 200);
    CHECK(p.burst == 1min);
    CHECK(p.limiter == provisioning::LimiterKind::token_bucket);
    CHECK(p.retry_after == 30s);
    CHECK(p.poll_after == 3s);
    CHECK(p.processing.median() == 300ms);
    CHECK(p.processing.p95() == 1500ms);
    CHECK(p.write_retry_every == 10s);
    CHECK(p.write_retry_for == 60s);
    CHECK(p.exclude_failed_hubs);
    CHECK(p.probe.every == 30s);
    CHECK(p.probe.timeout == 5s);
    CHECK(p.probe.failures == 3);
  }
}

TEST_CASE("the control plane as it is where a scenario says nothing", "[figures]") {
  const control::Settings c = smallest().scaling;
  CHECK(c.policy == control::PolicyKind::none);
  CHECK(c.every == 5min);
  CHECK(c.hold_up == 10min);
  CHECK(c.hold_down == 60min);
  check(c.resize, 30s, 1min, 5min);
  check(c.create, 2min, 4min, 10min);
  CHECK(c.command_timeout == 5s);
  CHECK(c.quota == 0.9);
  CHECK(c.throttled == 0.01);
  CHECK(c.target == 0.7);
  CHECK(c.ahead == 30min);
  CHECK(c.units.least == 1);
  CHECK_FALSE(c.change_edition);
  CHECK(c.rebalance.hub_return);
  CHECK_FALSE(c.rebalance.scale_out);
  CHECK(c.rebalance.batch == 10s);
  CHECK(c.drain == 10min);
  CHECK_FALSE(c.replace_failed_after);
  CHECK(c.oscillation == 2h);
}

TEST_CASE("a failover as it is where a scenario says nothing", "[figures]") {
  const failover::Settings f = smallest().failover;
  CHECK(f.standby == failover::Standby::none);
  CHECK(f.moves == failover::Moves::application);
  check(f.detection.range, 1min, 5min, 30min);
  CHECK_FALSE(f.detection.uniform);
  CHECK(f.automatic);
  CHECK(f.decision == 0s);
  check(f.service_rto.range, 2h, 8h, 26h);
  CHECK(f.switch_over == 1min);
  CHECK(f.rpo == 5min);
  CHECK(f.unread == 10s);
  CHECK(f.errors_after == 123s);
  CHECK(f.dns.ttl == 60s);
  CHECK(f.dns.stale == 300s);
  CHECK(f.dns.stale_share == 0.1);
  CHECK(failover::documented_line().least == 10min);  // a hub without devices takes longer as it is
}

TEST_CASE("the shaping of a hub where a scenario says nothing", "[figures]") {
  const hub::Settings h = smallest().hubs.at(0);
  for (const hub::Shaping& shaping : {h.connects, h.sends, h.registry}) {
    CHECK(shaping.burst == 90s);
    CHECK(shaping.queue == 90s);
    CHECK_FALSE(shaping.serve_abandoned);
  }
  CHECK(h.connects.expiry == 60s);
  CHECK(h.sends.expiry == 60s);
  CHECK(h.registry.expiry == 40s);
}

TEST_CASE("an export as it is where a scenario says nothing", "[figures]") {
  const exports::Export e = exported();
  CHECK(e.data == exports::Data{});  // telemetry alone
  CHECK(e.filter == 1);
  CHECK(e.enrichment == 0);
  CHECK(e.envelope == 340);
  CHECK(e.start_delay.least == 1min);
  CHECK(e.start_delay.most == 5min);
  CHECK(e.batch.value_or(10s) == 10s);
  CHECK(e.retry.window == 15min);
  CHECK_FALSE(e.retry.clock);
  CHECK(exports::figures().clock_of_streams == exports::WindowClock::oldest);
  CHECK(exports::figures().clock_of_files == exports::WindowClock::last_success);
  CHECK(e.retry.first == 1s);
  CHECK(e.retry.factor == 2);
  CHECK(e.retry.cap == 60s);
  CHECK(e.retry.jitter == 0.2);
  CHECK(e.retry.timeout == 60s);
  CHECK_FALSE(e.keeps);
  CHECK(e.probe == 5min);
  CHECK(e.latency.median == 1500ms);
  CHECK(e.latency.p99 == 10s);
}

TEST_CASE("an event hub as it is where a scenario says nothing", "[figures]") {
  const exports::Destination d = destination("event-hubs, consumer: {reads: 1/s}");
  CHECK(d.tier == exports::Tier::standard);
  CHECK(d.units.count == 1);
  CHECK(d.partitions == 4);
  CHECK(d.retention == 24h);
}

TEST_CASE("what an account takes where a scenario says nothing", "[figures]") {
  const exports::Destination d = destination("blob-storage");
  // 60 Gbit/s in the larger regions, 25 in the others; an account that fails over has what its new region
  // gives.
  CHECK(d.own.of<exports::BlobSettings>().requests == 40'000);
  CHECK(d.own.of<exports::BlobSettings>().ingress == 7500e6);
  const exports::Destination small = destination("blob-storage, region: ukwest, redundancy: GRS");
  CHECK(small.own.of<exports::BlobSettings>().requests == 20'000);
  CHECK(small.own.of<exports::BlobSettings>().ingress == 3125e6);
  CHECK(small.own.of<exports::BlobSettings>().requests_there == 40'000);
  CHECK(small.own.of<exports::BlobSettings>().ingress_there == 7500e6);
  const exports::Destination granted = destination("blob-storage, region: ukwest, requests: 100000/s");
  CHECK(granted.own.of<exports::BlobSettings>().requests_there == 100'000);
  CHECK(d.partitions == 4);
  const exports::Destination queue = destination("service-bus-queue, consumer: {reads: 1/s}");
  CHECK(queue.own.of<exports::BusSettings>().size == 1'000'000'000);
}

TEST_CASE("a webhook as it is where a scenario says nothing", "[figures]") {
  const exports::Destination d = destination("webhook");
  CHECK(d.own.of<exports::WebhookSettings>().calls == 1'000);
  CHECK(d.own.of<exports::WebhookSettings>().retry_after == 30s);
}

TEST_CASE("a cluster of Data Explorer as it is where a scenario says nothing", "[figures]") {
  const exports::Destination d = destination("data-explorer");
  CHECK(d.own.of<exports::DataExplorerSettings>().ingestion == exports::Ingestion::queued);
  CHECK(d.own.of<exports::DataExplorerSettings>().batching == 5min);
  CHECK(d.own.of<exports::DataExplorerSettings>().throughput == 10e6);
  CHECK(d.own.of<exports::DataExplorerSettings>().backoff == 10s);
  CHECK(d.kind->most_message(d) == 0);
  const exports::Destination streaming = destination("data-explorer, ingestion: streaming");
  CHECK(streaming.kind->most_message(streaming) == 4'000'000);
}

TEST_CASE("a day of each load profile", "[figures]") {
  // A cosine with its peak of 1.5 at 13:00: over two hours around it 1 + 0.5 sin(15 deg) / (pi / 12).
  const double near = 0.5 * 0.2588190451 / 0.2617993878;
  const char* const thursday = "2023-06-01T00:00Z";
  const char* const saturday = "2023-06-03T00:00Z";
  CHECK(load_between("constant", thursday, 0h, 24h) == Approx(1));
  CHECK(load_between("diurnal", thursday, 12h, 14h) == Approx(1 + near).epsilon(1e-5));
  CHECK(load_between("diurnal", thursday, 0h, 2h) == Approx(1 - near).epsilon(1e-5));
  CHECK(load_between("diurnal", saturday, 0h, 24h) == Approx(1).epsilon(1e-5));
  // A weekend day has 60 % of another day's: 7 / (5 + 2 x 0.6) of the mean, and 0.6 of that.
  CHECK(load_between("weekly", thursday, 0h, 24h) == Approx(7 / 6.2).epsilon(1e-5));
  CHECK(load_between("weekly", saturday, 0h, 24h) == Approx(0.6 * 7 / 6.2).epsilon(1e-5));
}
