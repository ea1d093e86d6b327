// Limiters: instants worked out by hand.
#include <catch2/catch.hpp>
#include <vector>

#include "tests/unit/limiter_support.hpp"

using namespace limiter_test;
using sim::TokenBucket;

TEST_CASE("a bucket starts full and refills at its rate", "[limiter]") {
  TokenBucket bucket(100, 3);
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(at(0us)));
  CHECK_FALSE(bucket.take(at(0us)));
  CHECK(bucket.next(at(0us)) == at(10ms));
  CHECK_FALSE(bucket.ready(at(9'999us)));
  CHECK(bucket.ready(at(10ms)));
  CHECK(bucket.level(at(15ms)) == Approx(1.5));
  CHECK(bucket.level(at(1h)) == 3);
}

TEST_CASE("a bucket without depth serves one each 1/rate, the first at once", "[limiter]") {
  TokenBucket bucket(100, 0);
  CHECK(bucket.take(at(5s)));
  CHECK(bucket.next(at(5s)) == at(5s + 10ms));
  CHECK(bucket.take(at(5s + 10ms)));
  CHECK(bucket.take(at(1h)));
  CHECK_FALSE(bucket.take(at(1h)));
}

// At 3 a second the k-th token after the first is complete at k/3 s, rounded up to the microsecond.
TEST_CASE("rounding to microseconds does not add up", "[limiter]") {
  TokenBucket bucket(3, 0);
  Time now = at(0us);
  for (std::int64_t k = 0; k < 100'000; ++k) {
    now = bucket.next(now);
    REQUIRE(now == at(Duration{(k * 1'000'000 + 2) / 3}));
    REQUIRE(bucket.take(now));
  }
}

// Who asks once a minute, in a crowd, gets a minute's tokens each time, whatever the rate is as a binary
// fraction.
TEST_CASE("a minute brings what the rate says, to the token", "[limiter]") {
  for (const int per_minute : {7, 100, 200, 1000}) {
    TokenBucket bucket(per_minute / 60.0, per_minute);
    for (int minute = 0; minute < 1'000; ++minute) {
      int taken = 0;
      while (bucket.take(at(minute * 60s))) ++taken;
      REQUIRE(taken == per_minute);
    }
  }
}

TEST_CASE("debt is paid before anyone is served", "[limiter]") {
  TokenBucket bucket(10, 2);
  bucket.charge(at(0us), 5.5);
  CHECK(bucket.level(at(0us)) == -3.5);
  CHECK(bucket.next(at(0us)) == at(450ms));
}

TEST_CASE("at rate zero nothing comes", "[limiter]") {
  TokenBucket bucket(0, 1);
  CHECK(bucket.next(at(1s)) == at(1s));
  CHECK(bucket.take(at(1s)));
  CHECK(bucket.next(at(1h)) == never);
  bucket.set_rate(at(2h), 1, 1);
  CHECK(bucket.next(at(2h)) == at(2h + 1s));
  bucket.charge(at(2h), 1e18);
  CHECK(bucket.next(at(2h)) == never);
}

TEST_CASE("a new rate counts from its instant, and a smaller depth cuts the credit", "[limiter]") {
  TokenBucket bucket(10, 100);
  bucket.charge(at(0us), 100);
  bucket.set_rate(at(1s), 20, 200);
  CHECK(bucket.level(at(2s)) == Approx(30));
  bucket.set_rate(at(2s), 10, 7);
  CHECK(bucket.level(at(2s)) == 7);
}

// Item 14: 200 a second on 100 a second, every 5 ms from zero. Arrival k (from 0) finds 9,000 + k/2 tokens
// given out in all, so the last to be served at once is k = 17,998. The n-th to be queued arrives at 89.995 s
// + 5 n ms and would be served at 90 s + 10 n ms. The queue has 9,000 places: full after the arrival at
// 179.990 s. The first whose service would come 60 s after its arrival is n = 11,999, at 209.990 s: it
// expires, and the next takes the token.
TEST_CASE("shaping follows from credit, queue and expiry", "[limiter]") {
  Shaper shaper({100, 90s, 90s, 60s, false});
  std::vector<Left> left;
  Time last_at_once{}, first_queued = never, first_overflow = never;
  for (std::uint32_t k = 0; k <= 42'000; ++k) {
    const Time now = at(k * 5ms);
    serve_until(shaper, now, left);
    const Admission admission = shaper.offer(now, k, never);
    if (admission == Admission::served) last_at_once = now;
    if (admission == Admission::queued) first_queued = std::min(first_queued, now);
    if (admission == Admission::overflow) first_overflow = std::min(first_overflow, now);
    if (k % 1'000 == 0) REQUIRE(shaper.balanced(now));
  }
  CHECK(last_at_once == at(89'990ms));
  CHECK(first_queued == at(89'995ms));
  CHECK(first_overflow == at(179'995ms));
  REQUIRE(left.size() > 12'001);
  for (std::uint32_t n = 0; n < 11'999; ++n)
    REQUIRE(left[n] == Left{at(90s + n * 10ms), 17'999 + n, Shaper::Fate::served});
  CHECK(left[11'999] == Left{at(209'990ms), 29'998, Shaper::Fate::expired});
  CHECK(left[12'000] == Left{at(209'990ms), 29'999, Shaper::Fate::served});
}

// Item 13: N at once, everyone waits.
TEST_CASE("a crowd is through at (N - B) / c", "[limiter]") {
  const std::uint32_t n = 100'000;
  for (const auto& [burst, end] : {std::pair{Duration{90s}, Duration{910s}}, {0s, 999'990ms}}) {
    Shaper shaper({100, burst, 10'000s, 0s, false});
    for (std::uint32_t id = 0; id < n; ++id) shaper.offer(at(0us), id, never);
    CHECK(serve_all(shaper).back() == Left{at(end), n - 1, Shaper::Fate::served});
    CHECK(shaper.account().served == n);
  }
}

TEST_CASE("a queue without places refuses at once", "[limiter]") {
  Shaper shaper({10, 0s, 0s, 60s, false});
  CHECK(shaper.offer(at(0us), 1, never) == Admission::served);
  CHECK(shaper.offer(at(0us), 2, never) == Admission::overflow);
  CHECK(shaper.next() == never);
  CHECK(shaper.offer(at(100ms), 3, never) == Admission::served);
  CHECK(shaper.account().offered == 3);
}

TEST_CASE("the length of the queue is its time at the rate", "[limiter]") {
  for (const double a_minute : {1.0, 7.0, 11.0, 20.0, 100.0, 1000.0}) {
    Shaper shaper({a_minute / 60, 0s, 10min, 0s, false});
    for (std::uint32_t id = 0; id < 11'000; ++id) shaper.offer(at(0us), id, never);
    CHECK(static_cast<double>(shaper.waiting()) == 10 * a_minute);
  }
}

TEST_CASE("nobody overtakes, and a waiting queue keeps newcomers waiting", "[limiter]") {
  Shaper shaper({10, 0s, 10s, 0s, false});
  for (std::uint32_t id = 0; id < 3; ++id) shaper.offer(at(0us), id, never);
  std::vector<Left> left;
  serve_until(shaper, at(100ms), left);
  CHECK(shaper.offer(at(100ms), 3, never) == Admission::queued);
  serve_until(shaper, at(1h), left);
  CHECK(left == std::vector<Left>{{at(100ms), 1, Shaper::Fate::served},
                                  {at(200ms), 2, Shaper::Fate::served},
                                  {at(300ms), 3, Shaper::Fate::served}});
}

TEST_CASE("skipped: who gave up leaves at the head without a token", "[limiter]") {
  Shaper shaper({10, 0s, 10s, 0s, false});
  for (std::uint32_t id = 0; id < 5; ++id) shaper.offer(at(0us), id, id == 1 || id == 2 ? at(100ms) : never);
  CHECK(shaper.waiting() == 4);
  CHECK(serve_all(shaper) == std::vector<Left>{{at(100ms), 1, Shaper::Fate::abandoned},
                                               {at(100ms), 2, Shaper::Fate::abandoned},
                                               {at(100ms), 3, Shaper::Fate::served},
                                               {at(200ms), 4, Shaper::Fate::served}});
  CHECK(shaper.balanced(at(1h)));
}

TEST_CASE("who has gone before its deadline is known by it, and takes no token", "[limiter]") {
  const Time deadline = at(1h);
  Shaper shaper({10, 0s, 10s, 0s, false});
  for (std::uint32_t id = 0; id < 5; ++id) shaper.offer(at(0us), id, deadline);
  shaper.abandon(2, deadline);
  shaper.abandon(3, at(2h));  // another attempt, which does not wait here
  CHECK(serve_all(shaper) == std::vector<Left>{{at(100ms), 1, Shaper::Fate::served},
                                               {at(200ms), 2, Shaper::Fate::abandoned},
                                               {at(200ms), 3, Shaper::Fate::served},
                                               {at(300ms), 4, Shaper::Fate::served}});
  CHECK(shaper.balanced(at(1h)));
  for (std::uint32_t id = 10; id < 20; ++id) shaper.offer(at(1h), id, at(2h));
  shaper.abandon(19, at(2h));
  const auto waited = shaper.empty(at(1h));
  CHECK(waited.back().deadline == at(1h));
  CHECK(waited.front().deadline == at(2h));
}

TEST_CASE("served: who gave up takes a token all the same", "[limiter]") {
  Shaper shaper({10, 0s, 10s, 0s, true});
  for (std::uint32_t id = 0; id < 4; ++id) shaper.offer(at(0us), id, id == 1 || id == 2 ? at(150ms) : never);
  CHECK(serve_all(shaper) == std::vector<Left>{{at(100ms), 1, Shaper::Fate::served},
                                               {at(200ms), 2, Shaper::Fate::abandoned},
                                               {at(300ms), 3, Shaper::Fate::served}});
}

TEST_CASE("expiry comes before service, to the microsecond", "[limiter]") {
  for (const auto& [expiry, fate, when] : {std::tuple{Duration{100ms}, Shaper::Fate::expired, at(100ms)},
                                           {100'001us, Shaper::Fate::served, at(100ms)},
                                           {99'999us, Shaper::Fate::expired, at(99'999us)}}) {
    Shaper shaper({10, 0s, 10s, expiry, false});
    shaper.offer(at(0us), 0, never);
    shaper.offer(at(0us), 1, never);
    CHECK(serve_all(shaper) == std::vector<Left>{{when, 1, fate}});
  }
}

TEST_CASE("a fault empties the queue", "[limiter]") {
  Shaper shaper({10, 0s, 10s, 0s, false});
  for (std::uint32_t id = 0; id < 4; ++id) shaper.offer(at(0us), id, never);
  const auto waited = shaper.empty(at(50ms));
  REQUIRE(waited.size() == 3);
  CHECK(waited.front().id == 1);
  CHECK(shaper.next() == never);
  CHECK_FALSE(shaper.pop(at(100ms)));
  CHECK(shaper.account().emptied == 3);
  CHECK(shaper.account().waited == 150'000);
  CHECK(shaper.account().area == 150'000);
  CHECK(shaper.balanced(at(1s)));
}

TEST_CASE("a change of rate reaches everyone who waits", "[limiter]") {
  Shaper shaper({10, 0s, 1s, 0s, false});
  for (std::uint32_t id = 0; id < 12; ++id) shaper.offer(at(0us), id, never);
  CHECK(shaper.account().overflowed == 1);
  shaper.set_rate(at(50ms), 0);  // half a token is there
  CHECK(shaper.next() == never);
  shaper.set_rate(at(10s), 5);
  CHECK(shaper.next() == at(10'100ms));
  CHECK(shaper.waiting() == 10);  // who waits beyond the five places stays
  CHECK(shaper.offer(at(10s), 99, never) == Admission::overflow);
  std::vector<Left> left;
  serve_until(shaper, at(11'100ms), left);
  CHECK(shaper.waiting() == 4);
  CHECK(shaper.offer(at(11'100ms), 98, never) == Admission::queued);
  CHECK(shaper.offer(at(11'100ms), 99, never) == Admission::overflow);
  left = serve_all(shaper);
  CHECK(left.size() == 5);
  CHECK(left.back() == Left{at(12'100ms), 98, Shaper::Fate::served});
}

TEST_CASE("credit grows with the rate and is cut with it", "[limiter]") {
  Shaper shaper({100, 1s, 0s, 0s, false});
  shaper.set_rate(at(0us), 10);
  int at_once = 0;
  while (shaper.offer(at(0us), 0, never) == Admission::served) ++at_once;
  CHECK(at_once == 10);
  shaper.set_rate(at(0us), 200);
  at_once = 0;
  while (shaper.offer(at(1h), 0, never) == Admission::served) ++at_once;
  CHECK(at_once == 200);
}

TEST_CASE("what others take delays who waits", "[limiter]") {
  Shaper shaper({10, 0s, 10s, 0s, false});
  shaper.offer(at(0us), 0, never);
  shaper.offer(at(0us), 1, never);
  shaper.charge(at(50ms), 2);
  CHECK(serve_all(shaper) == std::vector<Left>{{at(300ms), 1, Shaper::Fate::served}});
}

TEST_CASE("a quota counts within aligned windows", "[limiter]") {
  sim::WindowQuota quota(10, 1min);
  CHECK(quota.take(at(30s), 4));
  CHECK_FALSE(quota.take(at(59s), 7));
  CHECK(quota.take(at(59'999'999us), 6));
  CHECK_FALSE(quota.take(at(59'999'999us)));
  CHECK(quota.used(at(59'999'999us)) == 10);
  CHECK(quota.next_window(at(59'999'999us)) == at(1min));
  CHECK(quota.next_window(at(1min)) == at(2min));
  CHECK(quota.take(at(1min), 10));
  CHECK_FALSE(quota.take(at(1min), ~0ull));
  quota.set_limit(12);
  CHECK(quota.take(at(90s), 2));
  quota.set_limit(5);
  CHECK_FALSE(quota.take(at(90s)));
  CHECK_FALSE(quota.take(at(90s), 0));
  CHECK(quota.used(at(2min)) == 0);
}

// A run that starts at 16:00 sees midnight after eight hours.
TEST_CASE("the phase of a quota places its windows", "[limiter]") {
  sim::WindowQuota quota(1, 24h, 8h);
  CHECK(quota.take(at(0us)));
  CHECK_FALSE(quota.take(at(8h - 1us)));
  CHECK(quota.next_window(at(0us)) == at(8h));
  CHECK(quota.take(at(8h)));
  CHECK_FALSE(quota.take(at(31h)));
  CHECK(quota.next_window(at(31h)) == at(32h));
}
