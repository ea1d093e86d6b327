// When TCP sends again, against the schedules of the kernel's documentation.
#include <catch2/catch.hpp>

#include "models/network/tcp.hpp"

namespace {

using namespace std::chrono_literals;
using network::gives_up;
using network::next_repeat;
using network::next_syn;
using sim::Time;

}  // namespace

namespace {

// That SYNs are sent at `since` and so long after it, and at no other time.
void check_syns(int linear_timeouts, std::initializer_list<sim::Duration> repeats) {
  INFO(linear_timeouts);
  const Time since{100s};
  CHECK(next_syn(since, since - 1s, linear_timeouts) == since);
  CHECK(next_syn(since, since, linear_timeouts) == since);
  Time before = since;
  for (const sim::Duration after : repeats) {
    CHECK(next_syn(since, before + 1us, linear_timeouts) == since + after);
    CHECK(next_syn(since, since + after, linear_timeouts) == since + after);
    before = since + after;
  }
  CHECK(next_syn(since, before + 1us, linear_timeouts) == sim::never);
}

}  // namespace

// Half a step of the wheel late: 16 ms from 252 ms on, 128 ms from 2,016 ms on, 1,024 ms from 16,128 ms on.
TEST_CASE("SYNs are repeated at 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s, and later by the wheel of timers") {
  check_syns(4,
             {1'016ms, 2'032ms, 3'048ms, 4'064ms, 5'080ms, 7'096ms, 11'224ms, 19'352ms, 35'480ms, 68'504ms});
}

// tcp_syn_retries repeats, and tcp_syn_linear_timeouts more, of which none doubles the time-out.
TEST_CASE("SYNs of a kernel before 6.5 are repeated at 1, 3, 7, 15, 31 and 63 s") {
  check_syns(0, {1'016ms, 3'032ms, 7'160ms, 15'288ms, 31'416ms, 64'440ms});
  check_syns(1, {1'016ms, 2'032ms, 4'048ms, 8'176ms, 16'304ms, 32'432ms, 65'456ms});
  CHECK(next_syn(Time{0s}, Time{128 * 1'016ms}, 127) == Time{128 * 1'016ms});
  CHECK(next_syn(Time{0s}, Time{128 * 1'016ms + 1us}, 127) == Time{128 * 1'016ms + 2'016ms});
}

// Time-outs of 204 ms and its doubles, each half a step of the wheel late: 2 ms, 16 ms from 252 ms on, 128 ms
// from 2,016 ms on, 1,024 ms from 16,128 ms on.
TEST_CASE(
    "data are repeated after 0.206 s twice and then at doubling intervals, which the wheel of timers makes "
    "longer") {
  const Time first{100s};
  CHECK(next_repeat(first, 1ms, first) == first);
  Time before = first;
  for (const sim::Duration after :
       {206ms, 412ms, 836ms, 1'668ms, 3'316ms, 6'708ms, 13'364ms, 26'548ms, 53'684ms, 106'932ms, 212'404ms}) {
    CHECK(next_repeat(first, 1ms, before + 1us) == first + after);
    CHECK(next_repeat(first, 1ms, first + after) == first + after);
    before = first + after;
  }
  // 120 s and half a step of 2,048 ms.
  for (int n = 1; n <= 3; ++n)
    CHECK(next_repeat(first, 1ms, before + (n - 1) * 121'024ms + 1us) == before + n * 121'024ms);
}

// The schedule of above, on which the first repeat after the probe is 412 ms and the last before 924.6 s have
// passed since then 817.524 s after the first packet.
TEST_CASE("TCP ends a connection in place of the first repeat that is due 924.6 s after the first one") {
  const Time first{100s};
  CHECK(gives_up(first, 1ms) == first + 212'404ms + 6 * 121'024ms);
  CHECK(next_repeat(first, 1ms, gives_up(first, 1ms)) == gives_up(first, 1ms));
  // Between the bounds that spare asking, whatever the round trip.
  for (sim::Duration round_trip = 0ms; round_trip < 200s; round_trip = round_trip * 5 / 4 + 1ms) {
    const sim::Duration waits = gives_up(first, round_trip) - first;
    CHECK(waits > network::soonest_end);
    CHECK(waits <= network::latest_end);
  }
}
