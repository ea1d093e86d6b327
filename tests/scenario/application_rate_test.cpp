// The limits of messages a second: of an application (quotas 2024), and of a device.
#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

using support::value;

namespace {

// 400 messages a second for four hubs that could take 240 each, and that let everybody wait.
const std::string loaded = R"(
start: 2023-06-01T00:00Z
duration: 20m
application: {quotas: 2024, hubs: {count: 4, edition: S2, units: 2, sends: {queue: 24h, expiry: 0s}}}
provisioning: {registrations_per_minute: 100000}
fleet: [{name: meters, devices: 400, client: {base: sdk-python}, credentials: x509, telemetry: {every: 1s}}]
)";

measures::Report with(const std::vector<std::string>& set) {
  support::Options options;
  options.set = set;
  return support::run(loaded, options);
}

}  // namespace

TEST_CASE("an application of 2024 takes 200 messages a second", "[application-rate]") {
  const double early = value(with({"duration=10m"}), "telemetry.delivered");
  const double late = value(with({}), "telemetry.delivered");
  CHECK(late - early == Approx(200 * 600).epsilon(0.01));
  // Before that, 90 s of credit of all hubs together.
  CHECK(early == Approx(200 * (600 + 90)).epsilon(0.01));
}

TEST_CASE("quotas of 2023, or limits that are off, know no such limit", "[application-rate]") {
  for (const char* without : {"application.quotas=2023", "limits=off"}) {
    const auto report = with({without});
    CHECK(value(report, "telemetry.delivered") == 400 * 1'200);
    CHECK(value(report, "telemetry.throttled_share") == 0);
  }
}

TEST_CASE("an application below its limit meets the limits of its hubs only", "[application-rate]") {
  const auto report = with({"fleet[0].devices=190"});
  CHECK(value(report, "telemetry.throttled_share") == 0);
  // All of it at one hub: it has what the others do not ask for.
  const auto one = with({"fleet[0].devices=190", "provisioning.allocation=static"});
  CHECK(value(one, "telemetry.throttled_share") == 0);
}

TEST_CASE("the shares of the hubs follow the load", "[application-rate]") {
  const std::vector<std::string> away{"fleet[0].return_to_dps=at once",
                                      "faults=[{name: away, at: 5m, hub: 1, for: 1h}]"};
  std::vector<std::string> shorter = away;
  shorter.push_back("duration=10m");
  const auto late = with(away), early = with(shorter);
  CHECK(value(late, "recovery.away.unrecovered") == 0);
  CHECK(value(late, "telemetry.delivered") - value(early, "telemetry.delivered") ==
        Approx(200 * 600).epsilon(0.01));
}

TEST_CASE("the limit of an application gives the same bytes whoever carries the clients",
          "[application-rate][long]") {
  support::Options options;
  options.set = {"fleet[0].return_to_dps=at once",   "duration=9m",
                 "application.hubs.sends.queue=80s", "application.hubs.sends.expiry=70s",
                 "fleet[0].client.retry.first=10s",  "faults=[{name: away, at: 5m, hub: 1, for: 2m}]"};
  const auto report = support::run(loaded, options);
  CHECK(value(report, "telemetry.refused") > 0);
  const std::string expected = support::bytes(report);
  options.parking = false;
  CHECK(support::bytes(support::run(loaded, options)) == expected);
  options.carrier = application::CarrierKind::actor;
  CHECK(support::bytes(support::run(loaded, options)) == expected);
}
