// A keep-alive of one's own, and what of the pings follows it, by the code of each SDK. Answers by hand: the
// C SDK waits for the answer to a ping until the whole seconds are more than half the keep-alive in whole
// seconds, or than 80; the MQTT library of embedded C for 1.5 times the keep-alive, .NET for 30 s; Java,
// Node.js and Python until the next ping. Over AMQP a client closes when nothing came for as long as it
// announces, whatever its hub announces, whose idle time-out is the keep-alive there.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/device/client_checks.hpp"
#include "models/device/tables.hpp"
#include "tests/analytic/known.hpp"

namespace {

using namespace std::chrono_literals;
using sim::Duration;

std::string fleet(const std::string& client) {
  return fmt::format(R"(
duration: 1h
application: {{era: legacy, hubs: [{{edition: S3, units: 10}}]}}
fleet:
  - {{name: all, devices: 1000, client: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: 366d}}}}
faults: [{{name: silence, at: 10s, for: 50m, hub: 1, mode: silent}}]
)",
                     client);
}

device::Behaviour read(const std::string& client) {
  return application::load(fleet(client), "test.yaml").fleet.at(0).client;
}

struct Kept {
  const char* base;
  int keep_alive_s;
  Duration every, wait;
};

std::string client_of(const Kept& kept) {
  return fmt::format("{{base: {}, keep_alive: {}s}}", kept.base, kept.keep_alive_s);
}

}  // namespace

TEST_CASE("the wait for the answer to a ping follows the keep-alive by the rule of each SDK", "[figures]") {
  for (const Kept& kept : {Kept{"sdk-c", 1, 1s, 1s},
                           {"sdk-c", 60, 60s, 31s},
                           {"sdk-c", 61, 61s, 31s},
                           {"sdk-c", 159, 159s, 80s},
                           {"sdk-c", 160, 160s, 81s},
                           {"sdk-c", 600, 600s, 81s},
                           {"ha-sample-c", 60, 60s, 31s},
                           {"sdk-embedded-c", 60, 60s, 90s},
                           {"sdk-embedded-c", 400, 400s, 600s},
                           {"sdk-dotnet", 120, 30s, 30s},
                           {"sdk-java", 120, 120s, 120s},
                           {"sdk-node", 120, 120s, 120s},
                           {"sdk-python", 120, 120s, 120s},
                           {"guide-reconnect", 120, 120s, 120s},
                           {"sdk-c-amqp", 120, 105s, 135s},
                           {"sdk-c-amqp", 480, 210s, 30s},
                           {"sdk-dotnet-amqp", 120, 52'500ms, 67'500ms},
                           {"sdk-dotnet-amqp", 480, 105s, 15s},
                           {"sdk-java-amqp", 120, 50s, 180s},
                           {"sdk-java-amqp", 480, 100s, 130s},
                           {"sdk-node-amqp", 120, 60s, 24h},
                           {"sdk-node-amqp", 480, 240s, 24h}}) {
    INFO(kept.base << " with " << kept.keep_alive_s << " s");
    const device::Detection detection = read(client_of(kept)).detection;
    CHECK(detection.ping_every == kept.every);
    CHECK(detection.ping_wait == kept.wait);
  }
}

// Where nothing else is given the rules give what the rows say.
TEST_CASE("the rules of the wait for a ping agree with their clients", "[figures]") {
  CHECK(device::wait_for_ping({0.5, 80s, true, 0s}, device::client_named("sdk-c").keep_alive) ==
        device::client_named("sdk-c").detection.ping_wait);
  CHECK(device::wait_for_ping({1.5, 0s, false, 0s}, device::client_named("sdk-embedded-c").keep_alive) ==
        device::client_named("sdk-embedded-c").detection.ping_wait);
  for (const auto& [name, silence] : {std::pair{"sdk-c-amqp", 240s}, std::pair{"sdk-dotnet-amqp", 120s},
                                      std::pair{"sdk-java-amqp", 230s}}) {
    const device::Detection& detection = device::client_named(name).detection;
    CHECK(detection.ping_every + detection.ping_wait == silence);
  }
}

TEST_CASE("what is given of the pings stays as it is given", "[figures]") {
  CHECK(read("{base: sdk-c, keep_alive: 60s, detection: {ping_wait: 7s}}").detection.ping_wait == 7s);
  const device::Detection own =
      read("{base: sdk-c, keep_alive: 60s, detection: {ping_every: 20s}}").detection;
  CHECK(own.ping_every == 20s);
  CHECK(own.ping_wait == 31s);
  const device::Detection amqp =
      read("{base: sdk-c-amqp, keep_alive: 120s, detection: {ping_every: 100s}}").detection;
  CHECK(amqp.ping_every == 100s);
  CHECK(amqp.ping_wait == 30s);
  CHECK(read("{base: sdk-c, keep_alive: 240s}").detection.ping_wait == 81s);
  CHECK(read("{base: sdk-c, protocol: amqp, keep_alive: 480s}").detection.ping_every == 210s);
}

// Uniform between the wait and a period more, by the phase of the pings: 1,000 devices, whose mean errs by
// the period over sqrt(12,000), three times of which are let pass.
TEST_CASE("a client with a keep-alive of its own notices a silent hub by its rule", "[known-2]") {
  for (const Kept& kept : {Kept{"sdk-c", 60, 60s, 31s},
                           {"sdk-c", 200, 200s, 81s},
                           {"sdk-embedded-c", 60, 60s, 90s},
                           {"sdk-embedded-c", 400, 400s, 600s},
                           {"sdk-c-amqp", 120, 105s, 135s},
                           {"sdk-c-amqp", 480, 210s, 30s}}) {
    INFO(kept.base << " with " << kept.keep_alive_s << " s");
    support::Options options;
    options.episodes = true;
    const measures::Report report = known::run_nearby(fleet(client_of(kept)), options);
    double sum = 0, least = 1e9, most = 0;
    for (const measures::Episode& e : report.episodes.rows) {
      const double noticed = e.noticed_s - 10;
      sum += noticed, least = std::min(least, noticed), most = std::max(most, noticed);
    }
    REQUIRE(report.episodes.rows.size() == 1000);
    const double every = sim::seconds(kept.every), wait = sim::seconds(kept.wait);
    CHECK(sum / 1000 == Approx(wait + every / 2).margin(3 * every / std::sqrt(12'000)));
    CHECK(least >= wait - 1e-3);
    CHECK(most <= wait + every + 1e-3);
  }
}
