// The calendar against what it promises: every wake-up once, by time, then by rank, however the horizon is
// cut.
#include "sim/calendar.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "sim/child.hpp"
#include "sim/random.hpp"

using sim::Calendar;
using sim::Duration;
using sim::Entity;
using sim::never;
using sim::Time;
using namespace std::chrono_literals;

namespace {

struct Wake {
  Entity e;
  Time t;
  bool operator==(const Wake&) const = default;
};
using Log = std::vector<Wake>;

std::ostream& operator<<(std::ostream& out, const Wake& w) {
  return out << w.e << "@" << w.t.time_since_epoch().count();
}

Time at(Duration d) { return Time{d}; }

const auto by_number = [](Entity e, Time) { return std::uint64_t{e}; };
const auto nobody = [](Entity, sim::Ahead) {};

// Runs up to `horizon`, nobody wanting to be woken again.
Log run_once(Calendar& calendar, Time horizon) {
  Log log;
  calendar.run_before(
      horizon, by_number,
      [&](Entity e, Time t) {
        log.push_back({e, t});
        return never;
      },
      nobody);
  return log;
}

// The same contract in the plainest possible way.
class Reference {
 public:
  explicit Reference(std::size_t entities) : due_(entities, never) {}

  void set(Entity e, Time t) {
    const auto [from, to] = pending_.equal_range(due_[e]);
    for (auto entry = from; entry != to; ++entry)
      if (entry->second == e) {
        pending_.erase(entry);
        break;
      }
    due_[e] = t;
    if (t != never) pending_.emplace(t, e);
  }
  Time due(Entity e) const { return due_[e]; }

  template <class Rank, class Run, class Soon>
  void run_before(Time horizon, const Rank& rank, const Run& run, const Soon&) {
    while (!pending_.empty() && pending_.begin()->first < horizon) {
      const Time now = pending_.begin()->first;
      std::map<std::pair<std::uint64_t, Entity>, Entity> batch;
      const auto [from, to] = pending_.equal_range(now);
      for (auto entry = from; entry != to; ++entry)
        batch[{rank(entry->second, now), entry->second}] = entry->second;
      for (const auto& [order, e] : batch) {
        if (due_[e] != now) continue;
        set(e, never);
        set(e, run(e, now));
      }
    }
  }

 private:
  std::multimap<Time, Entity> pending_;
  std::vector<Time> due_;
};

// A random program, the same for any calendar: what is set, when the horizon moves, and what each wake-up
// does.
class Program {
 public:
  static constexpr Entity entities = 24;
  explicit Program(std::uint32_t number) : streams_(number, 0) {}

  template <class AnyCalendar>
  Log run(AnyCalendar& calendar) {
    index_ = 0;
    log_.clear();
    Time horizon{};
    for (int step = 0; step < 40; ++step) {
      for (std::uint64_t n = draw().below(4); n > 0; --n) change(calendar, horizon);
      horizon += span();
      calendar.run_before(
          horizon,
          [](Entity e, Time t) {
            return sim::mix(e % 7, static_cast<std::uint64_t>(t.time_since_epoch().count()));
          },
          [&](Entity e, Time now) { return wake(calendar, e, now); }, nobody);
      for (Entity e = 0; e < entities; ++e) log_.push_back({e, calendar.due(e)});
    }
    return log_;
  }

 private:
  sim::Draw draw() { return streams_.draw(1, 1, index_++); }

  // Anything from the next microsecond to years: within a slot, a block, a span and beyond.
  Duration span() {
    static constexpr Duration scale[] = {3us, 1ms, 9ms, 200ms, 9s, 2min, 3h, 40h, 24h * 400};
    const sim::Draw d = draw();
    const Duration widest = scale[d.below(std::size(scale), 0)];
    return Duration{1 + static_cast<std::int64_t>(d.below(static_cast<std::uint64_t>(widest.count()), 1))};
  }

  template <class AnyCalendar>
  void change(AnyCalendar& calendar, Time from) {
    const sim::Draw d = draw();
    const auto e = static_cast<Entity>(d.below(entities, 0));
    const std::uint64_t kind = d.below(8, 1);
    if (kind == 0)
      calendar.set(e, never);
    else if (kind == 1)
      calendar.set(e, from);
    else
      calendar.set(e, from + span());
  }

  template <class AnyCalendar>
  Time wake(AnyCalendar& calendar, Entity e, Time now) {
    log_.push_back({e, now});
    const sim::Draw d = draw();
    if (d.below(3, 0) == 0) change(calendar, now);
    // Those woken at one instant often want the same next one, so that ranks decide again; the log is kept
    // short.
    if (log_.size() > 4'000 || d.below(4, 1) == 0) return never;
    return d.below(2, 0) == 0 ? now + 5ms - now.time_since_epoch() % 5ms : now + span();
  }

  sim::Streams streams_;
  std::uint32_t index_ = 0;
  Log log_;
};

std::string child_error(const std::function<void()>& body) {
  const sim::ChildResult result = sim::in_child([&] {
    body();
    return std::string();
  });
  CHECK_FALSE(result.ok);
  return result.error;
}

}  // namespace

TEST_CASE("wake-ups run by time, at equal times by rank", "[calendar]") {
  Calendar calendar(4);
  calendar.set(0, at(20s));
  calendar.set(1, at(10s));
  calendar.set(2, at(20s));
  calendar.set(3, at(1us));
  Log log;
  calendar.run_before(
      at(1min), [](Entity e, Time) { return std::uint64_t{100} - e; },
      [&](Entity e, Time t) {
        log.push_back({e, t});
        return never;
      },
      nobody);
  CHECK(log == Log{{3, at(1us)}, {1, at(10s)}, {2, at(20s)}, {0, at(20s)}});
}

TEST_CASE("many of one slot come in their order, and each is announced twice before", "[calendar]") {
  constexpr Entity many = 1000;
  Calendar calendar(many);
  Log expected;
  for (Entity e = 0; e < many; ++e) {
    const Time t = at(1h + Duration{static_cast<std::int64_t>(sim::mix(e) % 60'000)});
    calendar.set(e, t);
    expected.push_back({e, t});
  }
  std::sort(expected.begin(), expected.end(),
            [](const Wake& a, const Wake& b) { return std::pair(a.t, a.e) < std::pair(b.t, b.e); });
  Log log;
  std::vector<std::vector<sim::Ahead>> announced(many);
  calendar.run_before(
      at(2h), by_number,
      [&](Entity e, Time t) {
        CHECK(announced[e] == std::vector{sim::Ahead::early, sim::Ahead::close});
        log.push_back({e, t});
        return never;
      },
      [&](Entity e, sim::Ahead ahead) { announced[e].push_back(ahead); });
  CHECK(log == expected);
}

TEST_CASE("the rank is asked for the instant at which it decides", "[calendar]") {
  Calendar calendar(2);
  Log log;
  calendar.set(0, at(1s));
  calendar.set(1, at(1s));
  calendar.run_before(
      at(3s), [](Entity e, Time t) { return t == at(1s) ? std::uint64_t{e} : 1u - std::uint64_t{e}; },
      [&](Entity e, Time t) {
        log.push_back({e, t});
        return t == at(1s) ? at(2s) : never;
      },
      nobody);
  CHECK(log == Log{{0, at(1s)}, {1, at(1s)}, {1, at(2s)}, {0, at(2s)}});
}

TEST_CASE("the horizon itself is not reached", "[calendar]") {
  Calendar calendar(1);
  calendar.set(0, at(5s));
  CHECK(run_once(calendar, at(5s)).empty());
  CHECK(calendar.due(0) == at(5s));
  CHECK(run_once(calendar, at(5s + 1us)) == Log{{0, at(5s)}});
  CHECK(calendar.due(0) == never);
}

TEST_CASE("setting again moves, never cancels", "[calendar]") {
  Calendar calendar(3);
  calendar.set(0, at(1s));
  calendar.set(0, at(3h));  // later
  calendar.set(1, at(3h));
  calendar.set(1, at(2s));  // sooner
  calendar.set(2, at(1s));
  calendar.set(2, never);  // away
  CHECK(run_once(calendar, at(4h)) == Log{{1, at(2s)}, {0, at(3h)}});
}

TEST_CASE("moved away and back wakes once", "[calendar]") {
  Calendar calendar(1);
  calendar.set(0, at(1s));
  calendar.set(0, at(2s));
  calendar.set(0, at(1s));
  CHECK(run_once(calendar, at(1h)) == Log{{0, at(1s)}});
}

TEST_CASE("what is set to the present instant runs at it, after its batch", "[calendar]") {
  Calendar calendar(4);
  for (const Entity e : {1u, 2u, 3u}) calendar.set(e, at(1s));
  Log log;
  calendar.run_before(
      at(2s), by_number,
      [&](Entity e, Time t) {
        log.push_back({e, t});
        if (e == 1) calendar.set(0, t);
        return never;
      },
      nobody);
  CHECK(log == Log{{1, at(1s)}, {2, at(1s)}, {3, at(1s)}, {0, at(1s)}});
}

TEST_CASE("who is moved away by one that runs before it at its instant does not run", "[calendar]") {
  Calendar calendar(3);
  for (const Entity e : {0u, 1u, 2u}) calendar.set(e, at(1s));
  Log log;
  calendar.run_before(
      at(10s), by_number,
      [&](Entity e, Time t) {
        log.push_back({e, t});
        if (e == 0) calendar.set(1, at(5s));
        return never;
      },
      nobody);
  CHECK(log == Log{{0, at(1s)}, {2, at(1s)}, {1, at(5s)}});
}

TEST_CASE("far wake-ups come in order, days and years ahead", "[calendar]") {
  Calendar calendar(6);
  const Time times[] = {at(24h * 3650), at(24h * 365), at(24h), at(24h * 365 + 1us), at(24h * 2), at(1h)};
  for (Entity e = 0; e < 6; ++e) calendar.set(e, times[e]);
  CHECK(run_once(calendar, at(24h * 4000)) ==
        Log{{5, times[5]}, {2, times[2]}, {4, times[4]}, {1, times[1]}, {3, times[3]}, {0, times[0]}});
}

TEST_CASE("a horizon in years and then something near it", "[calendar]") {
  Calendar calendar(2);
  calendar.set(0, at(24h * 1000));
  CHECK(run_once(calendar, at(24h * 999)).empty());
  calendar.set(1, at(24h * 999 + 1us));
  CHECK(run_once(calendar, at(24h * 1001)) == Log{{1, at(24h * 999 + 1us)}, {0, at(24h * 1000)}});
}

TEST_CASE("random programs give what a plain multimap gives", "[calendar]") {
#ifdef HUBSTORM_SANITIZE
  constexpr std::uint32_t programs = 300;  // many times slower there
#else
  constexpr std::uint32_t programs = 1'500;
#endif
  std::size_t wakes = 0;
  for (std::uint32_t number = 0; number < programs; ++number) {
    Calendar calendar(Program::entities);
    Reference reference(Program::entities);
    const Log expected = Program(number).run(reference);
    const Log found = Program(number).run(calendar);
    INFO("program " << number);
    REQUIRE(found == expected);
    wakes += expected.size() - 40 * Program::entities;
  }
  CHECK(3 * wakes > 200 * programs);
}

TEST_CASE("an entity woken into the past ends the program", "[calendar]") {
  const std::string now = child_error([] {
    Calendar calendar(1);
    calendar.set(0, at(7us));
    calendar.run_before(
        at(1s), by_number, [](Entity, Time t) { return t; }, nobody);
  });
  CHECK_THAT(now, Catch::Contains("entity 0 asked to be woken at 7 us, which is not after 7 us"));
  const std::string before = child_error([] {
    Calendar calendar(1);
    run_once(calendar, at(1s));
    calendar.set(0, at(1s - 1us));
  });
  CHECK_THAT(before, Catch::Contains("entity 0 set to 999999 us, before the horizon"));
}

TEST_CASE("nobody is set before the instant that is running", "[calendar]") {
  const std::string error = child_error([] {
    Calendar calendar(2);
    calendar.set(0, at(5us));
    calendar.run_before(
        at(1s), by_number,
        [&](Entity e, Time) {
          if (e == 0) calendar.set(1, at(4us));
          return never;
        },
        nobody);
  });
  CHECK_THAT(error, Catch::Contains("entity 1 set to 4 us"));
}
