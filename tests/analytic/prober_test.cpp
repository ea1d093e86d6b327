// When DPS takes a failed hub out of allocation. Answer: hubs are probed each 30 s, from a phase of their own
// on, and a probe tells its result when its time-out of 5 s is over, so that the third that fails is known
// between 65 and 95 s after the fault. One failure more or less moves that by 30 s, another time-out by as
// much, to the microsecond. The hub is back in with the first probe after the end of the fault.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"
#include "tests/support/life.hpp"

namespace {

struct Times {
  double out, in;  // seconds after the start of the fault, and after its end
};

Times times(const char* mode, const char* probe) {
  const measures::Report report = support::traced(fmt::format(R"(
duration: 30m
application: {{hubs: {{count: 2, edition: S3}}}}
provisioning: {{probe: {}}}
scaling: {{rebalance: {{when: never}}}}
fleet: [{{name: one, devices: 1, client: sdk-python, access: {{rtt: 0ms}}}}]
faults: [{{name: away, at: 10m, for: 10m, hub: 1, mode: {}}}]
)",
                                                              probe, mode));
  return {support::first(report, "-- hub-1 is taken out") - 600,
          support::first(report, "-- hub-1 is back in") - 1200};
}

}  // namespace

TEST_CASE("a hub is taken out at its third failed probe, and back at the first that it answers", "[prober]") {
  const Times usual = times("refuse", "{every: 30s}");
  CHECK(usual.out >= 65);
  CHECK(usual.out < 95);
  CHECK(times("silent", "{every: 30s}").out == usual.out);
  CHECK(usual.in == Approx(usual.out - 60).margin(1e-6));  // the phase is the same: 600 s are 20 periods
  CHECK(times("refuse", "{failures: 2}").out == Approx(usual.out - 30).margin(1e-6));
  CHECK(times("refuse", "{failures: 4}").out == Approx(usual.out + 30).margin(1e-6));
  CHECK(times("refuse", "{failures: 1}").out == Approx(usual.in).margin(1e-6));
  CHECK(times("refuse", "{timeout: 1s}").out == Approx(usual.out - 4).margin(1e-6));
}
