// The fluid queue: known answers, and a reference that serves message by message.
#include "sim/flow.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <deque>
#include <limits>
#include <random>
#include <vector>

using sim::Duration;
using sim::Flow;
using sim::never;
using sim::Time;
using namespace std::chrono_literals;

namespace {

constexpr Time at(Duration since_start) { return sim::start_of_run + since_start; }

// When there will be a backlog where none is, or none where one is; never at today's rates.
Time crossing(Flow flow) {
  const bool waiting = flow.backlog() > 0;
  if (waiting && flow.rate() >= flow.capacity()) return never;
  for (;;) {
    const Time next = flow.next_change();
    if (next == never) return never;
    flow.advance(next);
    if ((flow.backlog() > 0) != waiting) return next;
  }
}

}  // namespace

TEST_CASE("below capacity everything passes at once", "[flow]") {
  Flow flow(100, 0s);
  flow.set_rate(at(0us), 80);
  CHECK(crossing(flow) == never);
  flow.advance(at(1h));
  CHECK(flow.arrived() == Approx(288'000));
  CHECK(flow.backlog() == 0);
  CHECK(flow.delay() == 0us);
  CHECK(flow.delays().count() == 288'000);
  CHECK(flow.delays().max() == 0);
}

// 300 on 100 with 1,000 of credit: used up after 5 s, then 200 a second of backlog, 2 s of delay each second.
TEST_CASE("overload uses the credit up, then waits", "[flow]") {
  Flow flow(100, 10s);
  flow.set_rate(at(0us), 300);
  CHECK(crossing(flow) == at(5s + 1us));
  flow.advance(at(5s));
  CHECK(flow.backlog() == 0);
  CHECK(flow.credit() == 0);
  flow.advance(at(5s + 1us));
  CHECK(flow.backlog() > 0);
  CHECK(crossing(flow) == never);
  flow.advance(at(15s));
  CHECK(flow.backlog() == Approx(2'000));
  CHECK(flow.delay() == 20s);
  CHECK(flow.arrived() == Approx(4'500));
  CHECK(flow.served() == Approx(2'500));
  flow.set_rate(at(15s), 60);
  CHECK(crossing(flow) == at(65s));
  flow.advance(at(65s));
  CHECK(flow.backlog() == 0);
  CHECK(crossing(flow) == never);
  flow.advance(at(1h));
  CHECK(flow.credit() == Approx(1'000));
  // The last of the overload waits longest; 1,500 pass on credit, 5,000 wait in all, then nobody.
  const auto& delays = flow.delays();
  CHECK(delays.at_rank(delays.count()) == Approx(20e6).margin(20e3));
  CHECK(delays.count() == static_cast<std::uint64_t>(4'500 + 60 * 3'585));
  const std::uint64_t without = delays.count() - 6'000;
  CHECK(delays.at_rank(without) == 0);
  CHECK(delays.at_rank(without + 100) > 0);
  // Mean of those who wait: 3,000 from 0 to 20 s, 3,000 from 20 s to 0.
  CHECK(delays.mean() * static_cast<double>(delays.count()) == Approx(6'000 * 10e6).epsilon(1e-4));
}

TEST_CASE("a crossing that falls between two microseconds is told as the later one", "[flow]") {
  Flow flow(3, 0s);
  flow.add(at(0us), 1);
  CHECK(crossing(flow) == at(333'334us));
  flow.advance(at(333'333us));
  CHECK(flow.backlog() > 0);
  flow.advance(at(333'334us));
  CHECK(flow.backlog() == 0);
}

TEST_CASE("following the crossings ends", "[flow]") {
  Flow flow(7, 1s);
  flow.set_rate(at(300 * 24h), 11.3);
  flow.add(at(300 * 24h), 3.7);
  CHECK(crossing(flow) < at(300 * 24h + 2s));
  flow.advance(crossing(flow));
  CHECK(flow.backlog() > 0);
  CHECK(crossing(flow) == never);
  flow.set_rate(at(300 * 24h + 1h), 6.9);
  CHECK(flow.backlog() > 0);
  flow.advance(crossing(flow));
  CHECK(flow.backlog() == 0);
  CHECK(crossing(flow) == never);
}

// 500 at once on 100 a second: the k-th waits k/100 s.
TEST_CASE("a lump drains at the capacity", "[flow]") {
  Flow flow(100, 0s);
  flow.add(at(10s), 500);
  CHECK(flow.backlog() == 500);
  CHECK(flow.delay() == 5s);
  CHECK(crossing(flow) == at(15s));
  flow.advance(at(12s));
  CHECK(flow.backlog() == Approx(300));
  flow.advance(at(1min));
  CHECK(flow.served() == 500);
  REQUIRE(flow.delays().count() == 500);
  for (std::uint64_t k = 1; k <= 500; ++k)
    CHECK(std::fabs(static_cast<double>(flow.delays().at_rank(k)) - static_cast<double>(k) * 1e4) <=
          1e4 + 2'500);
}

TEST_CASE("a lump passes as far as the credit goes", "[flow]") {
  Flow flow(100, 3s);
  flow.add(at(0us), 200);
  CHECK(flow.backlog() == 0);
  flow.add(at(0us), 200);
  CHECK(flow.backlog() == 100);
  CHECK(flow.credit() == 0);
  flow.add(at(0us), 50);
  CHECK(flow.backlog() == 150);
  flow.advance(at(2500ms));
  CHECK(flow.credit() == Approx(100));
  CHECK(flow.delays().count() == 450);
  CHECK(flow.delays().at_rank(300) == 0);
  CHECK(flow.delays().at_rank(301) > 0);
}

// 1,000 wait at 100 a second; after 5 s the capacity falls to 50 a second: the rest needs 10 s more.
TEST_CASE("a change of capacity reaches everyone who waits", "[flow]") {
  Flow flow(100, 0s);
  flow.add(at(0us), 1'000);
  flow.set_capacity(at(5s), 50);
  CHECK(flow.delay() == 10s);
  CHECK(crossing(flow) == at(15s));
  flow.set_capacity(at(10s), 0);
  CHECK(crossing(flow) == never);
  CHECK(flow.delay() == Duration::max());
  flow.set_capacity(at(20s), 250);
  CHECK(flow.backlog() == Approx(250));
  CHECK(crossing(flow) == at(21s));
  flow.advance(at(30s));
  CHECK(flow.delays().max() == Approx(21e6).margin(5e3));
  CHECK(static_cast<double>(flow.delays().at_rank(500)) == Approx(5e6).epsilon(0.003));
  CHECK(static_cast<double>(flow.delays().at_rank(750)) == Approx(10e6).epsilon(0.003));
}

TEST_CASE("the bound of the credit follows the capacity", "[flow]") {
  Flow flow(100, 10s);
  flow.set_capacity(at(0us), 10);
  CHECK(flow.credit() == 100);
  flow.set_capacity(at(1s), 1'000);
  CHECK(flow.credit() == 100);
  flow.advance(at(1h));
  CHECK(flow.credit() == 10'000);
}

// The contract of next_change(), as far as a crossing: there it is done, one microsecond before it is not.
TEST_CASE("crossings fall on the first whole microsecond", "[flow]") {
  std::mt19937_64 numbers(3);
  const auto uniform = [&numbers] { return static_cast<double>(numbers() >> 11) * 0x1p-53; };
  int begun = 0, ended = 0;
  for (int round = 0; round < 5'000; ++round) {
    Flow flow(std::floor(uniform() * 1'000) / 8, sim::from_seconds(uniform() * 3));
    const Time start = at(Duration{static_cast<std::int64_t>(uniform() * 1e13)});
    flow.set_rate(start, round % 2 == 0 ? std::floor(uniform() * 1'000) / 8 : uniform() * 125);
    flow.add(start, std::floor(uniform() * 400));
    const Time when = crossing(flow);
    if (when == never) continue;
    REQUIRE(when > start);
    const bool waiting = flow.backlog() > 0;
    (waiting ? ended : begun) += 1;
    flow.advance(when - 1us);
    REQUIRE((flow.backlog() > 0) == waiting);
    flow.advance(when);
    REQUIRE((flow.backlog() > 0) == !waiting);
    REQUIRE(flow.backlog() >= 0);
    REQUIRE(flow.credit() >= 0);
  }
  CHECK(begun > 300);
  CHECK(ended > 300);
}

namespace {

// What happens to a flow, worked out beforehand.
struct Change {
  double when;  // seconds
  double rate, capacity, lump;
};

constexpr double endless = std::numeric_limits<double>::infinity();

// Serves message by message: tokens of one message, the head takes one when it is whole. Fluid below a whole
// message counts as none. A message that finds the queue full overflows, one that is too old expires.
class Reference {
 public:
  Reference(double capacity, double burst, double queue = endless, double expiry = endless)
      : capacity_(capacity), burst_(burst), queue_s_(queue), expiry_(expiry), tokens_(capacity * burst) {}
  void change(const Change& change) {
    go_to(change.when);
    rate_ = change.rate;
    capacity_ = change.capacity;
    tokens_ = std::min(tokens_, std::max(capacity_ * burst_, partial()));
    amount_ += change.lump;
    arrive();
  }
  // From event to event: the next arrival, the next service.
  void go_to(double when) {
    while (now_ < when) {
      const double arrival = rate_ > 0 ? now_ + (std::floor(amount_ + 1e-9) + 1 - amount_) / rate_ : when;
      const double service =
          !queue_.empty() && capacity_ > 0 ? now_ + std::max(1 - tokens_, 0.0) / capacity_ : when;
      const double expires = !queue_.empty() ? std::max(queue_.front() + expiry_, now_) : when;
      const double next = std::min({when, arrival, service, expires});
      amount_ += rate_ * (next - now_);
      tokens_ += capacity_ * (next - now_);
      now_ = next;
      arrive();
    }
  }
  double arrived() const { return static_cast<double>(arrived_); }
  double served() const { return static_cast<double>(delays.size()); }
  double waiting() const { return static_cast<double>(queue_.size()); }
  std::vector<double> delays;
  double overflowed = 0, expired = 0;

 private:
  // Part of a token beyond the credit is kept while less than one message.
  double partial() const { return std::min(tokens_, 1.0); }
  void arrive() {
    serve();
    for (; static_cast<double>(arrived_) + 1 <= amount_ + 1e-9; ++arrived_) {
      if (static_cast<double>(queue_.size()) + 1 > capacity_ * queue_s_ + 1e-9 && tokens_ < 1 - 1e-9) {
        ++overflowed;
        continue;
      }
      queue_.push_back(now_);
      serve();
    }
    if (queue_.empty()) tokens_ = std::min(tokens_, std::max(capacity_ * burst_, 1.0));
  }
  void serve() {
    for (; !queue_.empty() && now_ - queue_.front() >= expiry_ - 1e-9; queue_.pop_front()) ++expired;
    while (!queue_.empty() && tokens_ >= 1 - 1e-9) {
      delays.push_back(now_ - queue_.front());
      queue_.pop_front();
      tokens_ -= 1;
    }
  }
  double capacity_, burst_, queue_s_, expiry_, tokens_, rate_ = 0, now_ = 0, amount_ = 0;
  std::uint64_t arrived_ = 0;
  std::deque<double> queue_;
};

double uniform(std::mt19937_64& numbers) { return static_cast<double>(numbers() >> 11) * 0x1p-53; }

std::vector<Change> random_changes(std::mt19937_64& numbers, double capacity, int n) {
  std::vector<Change> changes;
  double when = 0;
  for (int i = 0; i < n; ++i) {
    when = std::floor((when + uniform(numbers) * 3) * 1e6) / 1e6;
    if (uniform(numbers) < 0.1) capacity = std::floor(uniform(numbers) * 60);
    const double lump = uniform(numbers) < 0.3 ? std::floor(uniform(numbers) * 40) : 0;
    changes.push_back({when, uniform(numbers) < 0.2 ? 0 : uniform(numbers) * 70, capacity, lump});
  }
  return changes;
}

}  // namespace

// Whole messages on both sides: the fluid is whole up to where it stands, the reference serves at whole
// tokens.
TEST_CASE("served and waiting are within one message of message by message", "[flow]") {
  std::mt19937_64 numbers(1);
  double most_waiting = 0;
  for (int round = 0; round < 1'000; ++round) {
    const double capacity = 1 + std::floor(uniform(numbers) * 50), burst = std::floor(uniform(numbers) * 3);
    Flow flow(capacity, sim::from_seconds(burst));
    Reference reference(capacity, burst);
    for (const Change& change : random_changes(numbers, capacity, 40)) {
      const Time now = sim::start_of_run + sim::from_seconds(change.when);
      reference.change(change);
      flow.set_rate(now, change.rate);
      flow.set_capacity(now, change.capacity);
      flow.add(now, change.lump);
      const double arrived = std::floor(flow.arrived() + 1e-6),
                   served = static_cast<double>(flow.delays().count());
      REQUIRE(arrived == reference.arrived());
      REQUIRE(std::fabs(served - reference.served()) <= 1);
      REQUIRE(std::fabs(arrived - served - reference.waiting()) <= 1);
      REQUIRE(std::fabs(flow.arrived() - flow.served() - flow.backlog()) < 1e-6);
      most_waiting = std::max(most_waiting, reference.waiting());
    }
  }
  CHECK(most_waiting > 100);
}

// Traffic shaping as a hub does it. Joined pieces move an arrival by 50 ms at most, which decides about a few
// messages whenever some are about to expire.
TEST_CASE("refused messages are those of message by message but for a few", "[flow]") {
  std::mt19937_64 numbers(4);
  double overflowed = 0, expired = 0, worst = 0, sum = 0, n = 0;
  for (int round = 0; round < 2'000; ++round) {
    const double capacity = 5 + std::floor(uniform(numbers) * 50), burst = std::floor(uniform(numbers) * 3);
    const double queue = 1 + std::floor(uniform(numbers) * 4), expiry = 1 + uniform(numbers) * 4;
    Flow flow(capacity, sim::from_seconds(burst), sim::from_seconds(queue), sim::from_seconds(expiry));
    Reference reference(capacity, burst, queue, sim::seconds(sim::from_seconds(expiry)));
    for (Change change : random_changes(numbers, capacity, 40)) {
      change.capacity = std::max(change.capacity, 5.0);
      const Time now = sim::start_of_run + sim::from_seconds(change.when);
      reference.change(change);
      flow.set_rate(now, change.rate);
      flow.set_capacity(now, change.capacity);
      flow.add(now, change.lump);
      for (const double apart : {flow.served() - reference.served(), flow.overflowed() - reference.overflowed,
                                 flow.expired() - reference.expired, flow.backlog() - reference.waiting()})
        worst = std::max(worst, std::fabs(apart)), sum += std::fabs(apart), ++n;
    }
    overflowed += reference.overflowed;
    expired += reference.expired;
  }
  CHECK(worst <= 15);
  CHECK(sum / n < 1);
  CHECK(overflowed > 10'000);
  CHECK(expired > 10'000);
}

// 200 a second on 100 with the hub's own figures: credit for 90 s, a queue of 90 s, 60 s to wait. The credit
// is gone after 90 s, the queue full after 180 s with a head of 45 s, which is 60 s old at 210 s; from then
// on messages expire.
TEST_CASE("shaping goes through its stages at the instants that follow", "[flow]") {
  Flow flow(100, 90s, 90s, 60s);
  flow.set_rate(at(0us), 200);
  CHECK(flow.next_change() == at(90s + 1us));
  flow.advance(at(90s + 1us));
  CHECK(flow.serving() == 100);
  flow.advance(at(180s));
  CHECK(flow.backlog() == Approx(9'000));
  CHECK(flow.overflowed() == Approx(0).margin(1e-3));
  flow.advance(at(180s + 1us));
  CHECK(flow.refusing() == Approx(100));
  CHECK(flow.next_change() >= at(210s - 1ms));
  flow.advance(at(210s));
  CHECK(flow.overflowed() == Approx(3'000).epsilon(1e-6));
  CHECK(flow.expired() == Approx(0).margin(1e-3));
  flow.advance(at(240s));
  CHECK(flow.overflowed() == Approx(3'000).epsilon(1e-6));
  CHECK(flow.expired() == Approx(3'000).epsilon(1e-6));
  CHECK(flow.served() == Approx(200 * 90 + 100 * 150));
  CHECK(flow.arrived() == Approx(200 * 240));
  CHECK(flow.delays().max() == Approx(60e6).epsilon(0.003));
}

// A message served one place earlier or later has waited one service more or less.
TEST_CASE("delays are those of message by message within one service", "[long][flow]") {
  std::mt19937_64 numbers(2);
  double longest = 0, worst = 0;
  for (int round = 0; round < 1'000; ++round) {
    const double capacity = 5 + std::floor(uniform(numbers) * 50), burst = std::floor(uniform(numbers) * 3);
    Flow flow(capacity, sim::from_seconds(burst));
    Reference reference(capacity, burst);
    for (Change change : random_changes(numbers, capacity, 40)) {
      const Time now = sim::start_of_run + sim::from_seconds(change.when);
      change.capacity = std::max(change.capacity, 5.0);
      reference.change(change);
      flow.set_rate(now, change.rate);
      flow.set_capacity(now, change.capacity);
      flow.add(now, change.lump);
    }
    reference.change({200, 0, 60, 0});
    reference.go_to(2'000);
    flow.set_rate(at(200s), 0);
    flow.set_capacity(at(200s), 60);
    flow.advance(at(2'000s));
    auto& expected = reference.delays;
    REQUIRE(flow.delays().count() == expected.size());
    std::sort(expected.begin(), expected.end());
    for (std::uint64_t k = 1; k < expected.size(); k += 1 + expected.size() / 50) {
      const double delay = static_cast<double>(flow.delays().at_rank(k)) / 1e6;
      const double rounding = delay * sim::Quantiles::relative_error;
      worst = std::max(worst, std::fabs(delay - expected[k - 1]) - rounding);
    }
    longest = std::max(longest, expected.back());
  }
  CHECK(longest > 60);
  CHECK(worst < 1.0 / 5);
}

// A ramp of many small changes, as when devices come back one by one: pieces are joined, messages hardly
// moved.
TEST_CASE("many small changes of rate are as good as one at a time", "[flow]") {
  Flow flow(100, 0s);
  Flow coarse(100, 0s);
  for (int i = 0; i < 100'000; ++i) flow.set_rate(at(i * 1ms), 300.0 * i / 100'000);
  for (int i = 0; i < 1'000; ++i) coarse.set_rate(at(i * 100ms), 300.0 * (i + 0.495) / 1'000);
  flow.set_rate(at(100s), 0);
  coarse.set_rate(at(100s), 0);
  flow.advance(at(1h));
  coarse.advance(at(1h));
  // Arrived: 300 x 100 / 2. The backlog starts at 33.3 s and at 100 s is the area above 100: 200 x 66.7 / 2.
  CHECK(flow.arrived() == Approx(15'000).epsilon(1e-4));
  CHECK(static_cast<double>(flow.delays().max()) == Approx(66.67e6).epsilon(2e-3));
  const std::uint64_t n = std::min(flow.delays().count(), coarse.delays().count());
  for (std::uint64_t k = 1; k <= n; k += 100)
    CHECK(std::fabs(static_cast<double>(flow.delays().at_rank(k) - coarse.delays().at_rank(k))) < 50'000);
}

// A million at once at 1,000 a second: far beyond counting one by one.
TEST_CASE("long rows of messages keep their delays", "[flow]") {
  Flow flow(1'000, 0s);
  flow.add(at(0us), 1e6);
  flow.advance(at(24h));
  REQUIRE(flow.delays().count() == 1'000'000);
  for (std::uint64_t k = 1'000; k < 1'000'000; k += 1'000) {
    const double expected = static_cast<double>(k) * 1e3;
    const double told = static_cast<double>(flow.delays().at_rank(k));
    REQUIRE(std::fabs(told - expected) <= 25'000 + expected * sim::Quantiles::relative_error);
  }
}
