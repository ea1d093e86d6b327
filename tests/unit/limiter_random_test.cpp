// Limiters under random use: a reference that goes microsecond by microsecond, conservation, queueing theory,
// crowds.
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "sim/random.hpp"
#include "tests/unit/limiter_support.hpp"

using namespace limiter_test;

namespace {

// The same contract, one microsecond at a time.
class Reference {
 public:
  explicit Reference(const Shaper::Settings& s, std::int64_t tokens_depth, std::size_t places)
      : s_(s),
        rate_(std::llround(s.rate * 1e6)),
        depth_(std::max<std::int64_t>(tokens_depth, 1) * one),
        places_(places) {}

  // One tick: tokens arrive, then expiry, then service.
  void tick(std::int64_t now, std::vector<Left>& left) {
    level_ = now == 0 ? depth_ : std::min(std::max(depth_, one + rate_ - 1), level_ + rate_);
    while (!queue_.empty()) {
      const Shaper::Request head = queue_.front();
      const bool gone = head.deadline <= at(Duration{now});
      if (s_.expiry > 0us && head.arrived + s_.expiry <= at(Duration{now}))
        left.push_back({at(Duration{now}), head.id, Shaper::Fate::expired});
      else if (level_ < one)
        return;
      else
        left.push_back({at(Duration{now}), head.id, gone ? Shaper::Fate::abandoned : Shaper::Fate::served});
      if (left.back().fate == Shaper::Fate::served ||
          (left.back().fate == Shaper::Fate::abandoned && s_.serve_abandoned))
        level_ -= one;
      queue_.erase(queue_.begin());
    }
  }
  Admission offer(std::int64_t now, std::uint32_t id, Time deadline) {
    if (queue_.empty() && level_ >= one) {
      level_ -= one;
      return Admission::served;
    }
    if (queue_.size() >= places_) return Admission::overflow;
    queue_.push_back({id, at(Duration{now}), deadline});
    return Admission::queued;
  }

 private:
  static constexpr std::int64_t one = 1'000'000'000'000;
  Shaper::Settings s_;
  std::int64_t rate_, depth_, level_ = 0;
  std::size_t places_;
  std::vector<Shaper::Request> queue_;
};

struct Case {
  Shaper::Settings settings;
  std::int64_t depth;
  std::size_t places;
};

// Rates of thousands a millisecond, so that much happens within few microseconds.
Case random_case(std::mt19937_64& numbers) {
  const auto below = [&numbers](std::uint64_t n) { return static_cast<std::int64_t>(numbers() % n); };
  const std::int64_t rate = 1'000 * (1 + below(1'500));
  const std::int64_t burst = below(3) * below(20), queue = below(40), expiry = below(2) * below(30);
  Case c{{static_cast<double>(rate), Duration{burst}, Duration{queue}, Duration{expiry}, below(2) == 1},
         0,
         static_cast<std::size_t>(queue * rate / 1'000'000)};
  // A depth of a fraction of a token more than whole ones is left to other tests.
  c.depth = burst * rate / 1'000'000;
  c.settings.burst = Duration{c.depth * 1'000'000 % rate == 0 ? c.depth * 1'000'000 / rate : 0};
  if (c.settings.burst == 0us) c.depth = 0;
  return c;
}

}  // namespace

TEST_CASE("fates and instants are those of a reference that goes by the microsecond", "[limiter]") {
  std::mt19937_64 numbers(5);
  std::uint64_t by_fate[3] = {}, by_admission[3] = {};
  for (int round = 0; round < 2'000; ++round) {
    const Case c = random_case(numbers);
    Shaper shaper(c.settings);
    Reference reference(c.settings, c.depth, c.places);
    std::vector<Left> left, expected;
    const std::uint64_t busy = 1 + numbers() % 4;
    for (std::int64_t now = 0; now < 200; ++now) {
      reference.tick(now, expected);
      serve_until(shaper, at(Duration{now}), left);
      for (std::uint64_t i = numbers() % busy; i > 0; --i) {
        const auto id = static_cast<std::uint32_t>(numbers());
        const Time deadline =
            numbers() % 2 == 0 ? never : at(Duration{now + static_cast<std::int64_t>(numbers() % 20)});
        const Admission admission = reference.offer(now, id, deadline);
        REQUIRE(shaper.offer(at(Duration{now}), id, deadline) == admission);
        ++by_admission[static_cast<int>(admission)];
      }
      REQUIRE(shaper.balanced(at(Duration{now})));
    }
    REQUIRE(left == expected);
    for (const Left& one : left) ++by_fate[static_cast<int>(one.fate)];
  }
  for (const auto n : by_fate) CHECK(n > 1'000);
  for (const auto n : by_admission) CHECK(n > 1'000);
}

// Whatever happens, all are accounted for, in the order of arrival, at no more than depth + rate x time.
TEST_CASE("conservation, order and rate under random use", "[limiter]") {
  std::mt19937_64 numbers(6);
  const auto below = [&numbers](std::int64_t n) {
    return static_cast<std::int64_t>(numbers() % static_cast<std::uint64_t>(n));
  };
  for (int round = 0; round < 1'000; ++round) {
    const double rate = static_cast<double>(1 + below(2'000)) / 7;
    const Shaper::Settings settings{rate, Duration{below(2'000'000)}, Duration{below(3'000'000)},
                                    Duration{below(1'500'000)}, below(2) == 1};
    Shaper shaper(settings);
    std::vector<Left> left;
    Time now = at(0us);
    std::uint32_t id = 0;
    std::uint64_t emptied = 0;
    for (int step = 0; step < 300; ++step) {
      now += Duration{below(3) * below(20'000)};
      serve_until(shaper, now, left);
      if (below(100) == 0) emptied += shaper.empty(now).size();
      shaper.offer(now, id++, below(2) == 0 ? never : now + Duration{below(1'000'000)});
      REQUIRE(shaper.balanced(now));
    }
    const auto& account = shaper.account();
    const double most =
        std::max(1.0, sim::seconds(settings.burst) * rate) + rate * (sim::seconds(now) + 1e-6);
    REQUIRE(static_cast<double>(account.served) <= most * (1 + 1e-9));
    REQUIRE(account.offered == id);
    REQUIRE(account.emptied == emptied);
    for (std::size_t i = 1; i < left.size(); ++i) {
      REQUIRE(left[i].id > left[i - 1].id);
      REQUIRE(left[i].when >= left[i - 1].when);
    }
  }
}

TEST_CASE("whatever the rate changes, all are accounted for", "[limiter]") {
  std::mt19937_64 numbers(7);
  const auto below = [&numbers](std::int64_t n) {
    return static_cast<std::int64_t>(numbers() % static_cast<std::uint64_t>(n));
  };
  for (int round = 0; round < 1'000; ++round) {
    Shaper shaper(
        {50, Duration{below(500'000)}, Duration{below(2'000'000)}, Duration{below(900'000)}, below(2) == 1});
    std::vector<Left> left;
    Time now = at(0us);
    std::uint64_t at_once = 0;
    for (std::uint32_t id = 0; id < 200; ++id) {
      now += Duration{below(20'000)};
      serve_until(shaper, now, left);
      if (below(10) == 0) shaper.set_rate(now, static_cast<double>(below(3) * below(200)));
      if (below(10) == 0) shaper.charge(now, static_cast<double>(below(5)));
      while (const auto one = shaper.pop(now)) left.push_back({now, one->request.id, one->fate});
      at_once += shaper.offer(now, id, never) == Admission::served;
      REQUIRE(shaper.balanced(now));
    }
    const auto& a = shaper.account();
    REQUIRE(left.size() + at_once == a.expired + a.abandoned + a.served);
    REQUIRE(left.size() + at_once + a.overflowed + shaper.waiting() == a.offered);
    for (std::size_t i = 1; i < left.size(); ++i) REQUIRE(left[i].id > left[i - 1].id);
  }
}

namespace {

// Mean wait in service times of `n` Poisson arrivals, the first tenth left out.
double mean_wait(double rho, std::uint32_t replication, std::uint32_t n) {
  const sim::Streams streams(18, replication);
  const Duration service{10'000};
  Shaper shaper({100, 0s, 100'000h, 0s, false});
  std::vector<Time> arrived(n);
  std::vector<Left> left;
  Time now = at(0us);
  double waited = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    now += sim::from_seconds(-sim::exact_log(streams.draw(0, 0, i).uniform(0)) / (100 * rho));
    serve_until(shaper, now, left);
    arrived[i] = now;
    shaper.offer(now, i, never);
  }
  serve_until(shaper, never - 1us, left);
  for (const Left& one : left)
    if (one.id >= n / 10) waited += static_cast<double>((one.when - arrived[one.id]).count());
  return waited / (n - n / 10) / static_cast<double>(service.count());
}

}  // namespace

// Item 18: Pollaczek-Khinchine, rho / (2 (1 - rho)) service times.
TEST_CASE("one place of depth under Poisson arrivals is M/D/1", "[limiter]") {
  for (const double rho : {0.5, 0.7, 0.8, 0.9}) {
    const std::uint32_t replications = 20;
    double sum = 0, squares = 0;
    for (std::uint32_t r = 0; r < replications; ++r) {
      const double wait = mean_wait(rho, r, 20'000);
      sum += wait;
      squares += wait * wait;
    }
    const double mean = sum / replications;
    const double error = std::sqrt((squares / replications - mean * mean) / (replications - 1));
    const double expected = rho / (2 * (1 - rho));
    CHECK(mean == Approx(expected).margin(3.5 * error));
    CHECK(error < 0.04 * expected);
  }
}

namespace {

// Item 15 with the simplest client: it gives up after 30 s or when refused, and comes again one second later.
struct Crowd {
  std::uint32_t back = 0;
  Time last{};
};

Crowd reconnect(std::uint32_t n, bool serve_abandoned) {
  Shaper shaper({100, 90s, 60s, 60s, serve_abandoned});
  std::vector<std::vector<std::uint32_t>> attempts(3'700);  // by whole second
  for (std::uint32_t id = 0; id < n; ++id) attempts[0].push_back(id);
  Crowd crowd;
  const auto connected = [&crowd](Time now) { ++crowd.back, crowd.last = now; };
  std::vector<char> is_back(n);
  std::vector<Left> left;
  for (std::size_t second = 0; second < 3'600; ++second) {
    const Time now = at(std::chrono::seconds(second));
    left.clear();
    serve_until(shaper, now, left);
    for (const Left& one : left)
      if (one.fate == Shaper::Fate::served) is_back[one.id] = 1, connected(one.when);
    for (const std::uint32_t id : attempts[second]) {
      if (is_back[id]) continue;
      const Admission admission = shaper.offer(now, id, now + 30s);
      if (admission == Admission::served) is_back[id] = 1, connected(now);
      if (admission == Admission::queued) attempts[second + 31].push_back(id);
      if (admission == Admission::overflow) attempts[second + 1].push_back(id);
    }
  }
  return crowd;
}

}  // namespace

TEST_CASE("who gave up must not take a token, or the crowd never comes back", "[limiter][long]") {
  const Crowd skipped = reconnect(20'000, false);
  CHECK(skipped.back == 20'000);
  CHECK(sim::seconds(skipped.last) == Approx(110).margin(3));
  const Crowd served = reconnect(20'000, true);
  CHECK(20'000 - served.back > (20'000 - 9'000) / 2);  // of those the burst did not let through
}
