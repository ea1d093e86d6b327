// A flow that serves nothing for a while: without capacity, and held.
#include <catch2/catch.hpp>
#include <chrono>

#include "sim/flow.hpp"

namespace {

using namespace std::chrono_literals;
using sim::Time;

}  // namespace

TEST_CASE("a flow without capacity takes nothing, and goes on when it has some again") {
  sim::Flow flow(10, 1s, 60s, 90s);
  flow.set_rate(Time{}, 5);
  flow.set_capacity(Time{10s}, 0);
  flow.advance(Time{20s});
  CHECK(flow.arrived() == Approx(100));
  CHECK(flow.overflowed() == Approx(50));
  CHECK(flow.served() == Approx(50));
  flow.set_capacity(Time{20s}, 10);
  flow.advance(Time{30s});
  CHECK(flow.served() == Approx(100));
}

TEST_CASE("what is held waits, is not refused, and is served at the capacity afterwards") {
  sim::Flow flow(10, 1s, 5s, 3s);
  flow.set_rate(Time{}, 5);
  flow.hold(Time{10s}, true);
  flow.set_capacity(Time{20s}, 20);
  flow.advance(Time{110s});
  CHECK(flow.backlog() == Approx(500));
  CHECK(flow.overflowed() + flow.expired() == 0);
  flow.set_rate(Time{110s}, 0);
  flow.hold(Time{110s}, false);
  flow.advance(Time{120s});
  CHECK(flow.backlog() == Approx(300));
  flow.advance(Time{140s});
  CHECK(flow.served() == Approx(flow.arrived()));
}
