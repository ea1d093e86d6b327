// Firmware that looks at its connection only so often. Answer: of a fleet whose hub goes down, a share u of
// those that look each second have noticed after u seconds, and all after one.
#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

double asked(const char* duration) {
  support::Options options;
  options.set = {std::string("duration=") + duration};
  return support::value(known::run_nearby(R"(
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
provisioning: {registrations_per_minute: 100000}
fleet: [{name: all, devices: 400, client: ha-sample-python, access: {rtt: 0ms, loss: 0%}, credentials: x509}]
faults: [{name: away, at: 10m, hub: 1}]
)",
                                          options),
                        "dps.registrations");
}

}  // namespace

TEST_CASE("the Python sample looks at its connection each second", "[figures]") {
  CHECK(asked("600500ms") == Approx(200).margin(3 * 10));  // binomial, deviation 10
  CHECK(asked("600900ms") < 390);
  CHECK(asked("601s") == 400);
}
