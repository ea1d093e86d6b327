// The stage and its agenda; a process has one, so every case runs in a child.
#include "sim/stage.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <simgrid/s4u.hpp>

#include <catch2/catch.hpp>
#include <string>

#include "sim/calendar.hpp"
#include "sim/invariant.hpp"
#include "tests/unit/stage_support.hpp"

using namespace stories;

namespace {

// The answer to a request over a link of 100 ms with this deadline, "none" if it came too late.
std::string asked(Duration deadline) {
  return told([deadline] {
    Story story;
    story.stage.add_host("far", 100ms);
    story.stage.respond("service", "far", [](const std::string& request) { return request + "!"; });
    story.member("asker", 0, [&](Member& me) {
      me.wait_until(at(1s));
      const auto answer = me.exchange("service", "hello", at(1s) + deadline);
      story.tell(answer.value_or("none") + " at " + text(me.now()));
    });
    return story.conduct(at(1min));
  });
}

}  // namespace

// Each simcall lets SimGrid run other actors: the conductor must not take the silence of one that has not
// said yet what it waits for as leave to go on.
TEST_CASE("simcalls at one instant do not let the conductor run ahead", "[stage]") {
  const std::string story = told([] {
    Story s;
    s.member("busy", 0, [&](Member& me) {
      for (const Duration next : {1'500'000us, 1'500'001us, 2'000'000us}) {
        for (int i = 0; i < 5; ++i) simgrid::s4u::Mailbox::by_name(fmt::format("box {} {}", next.count(), i));
        me.wait_until(at(next));
      }
    });
    s.stage.conduct(
        at(3s), [&](Time horizon) { s.tell(text(horizon)); }, [&] { s.tell("end"); });
    return s.told;
  });
  CHECK(story == "1500000 1500001 2000000 3000000 end");
}

TEST_CASE("a member that waits for the past ends the program with its name", "[stage]") {
  const std::string error = error_of([] {
    Story s;
    s.member("the late one", 0, [](Member& me) {
      me.wait_until(at(2s));
      me.wait_until(at(2s - 1us));
    });
    return s.conduct(at(1min));
  });
  CHECK_THAT(error, Catch::Contains("actor the late one waits for 1999999 us, which is before 2000000 us"));
}

TEST_CASE("a member that is moved into the past ends the program with its name", "[stage]") {
  const std::string error = error_of([] {
    Story s;
    Member* sleeper = nullptr;
    s.member("sleeper", 0, [&](Member& me) {
      sleeper = &me;
      me.wait_until(sim::never);
    });
    s.member("mover", 1, [&](Member& me) {
      me.wait_until(at(2s));
      s.stage.move(*sleeper, at(1s), 0);
    });
    return s.conduct(at(1min));
  });
  CHECK_THAT(error, Catch::Contains("actor sleeper is moved to 1000000 us, which is before 2000000 us"));
}

TEST_CASE("ranks decide at equal instants, then keys, then who came first", "[stage]") {
  const auto waits = [](Story& s, const std::string& name, int rank, std::uint64_t key) {
    s.member(name, rank, [&s, name, key](Member& me) {
      for (const Duration t : {1s, 2s}) {
        me.wait_until(at(t), key);
        s.tell(name);
      }
    });
  };
  const std::string story = told([&] {
    Story s;
    waits(s, "e", 7, 0);
    waits(s, "c", 3, 2);
    waits(s, "d", 3, 2);
    waits(s, "b", 3, 1);
    waits(s, "a", -1, 9);
    return s.conduct(at(5s));
  });
  CHECK(story == "a b c d e a b c d e");
}

TEST_CASE("a member settles before the next of its instant is released", "[stage]") {
  const std::string story = told([] {
    Story s;
    const auto member = [&](const std::string& name, int rank) {
      s.member(name, rank, [&s, name](Member& me) {
        me.wait_until(at(1s));
        s.tell(name + "1");
        simgrid::s4u::this_actor::yield();
        s.tell(name + "2");
      });
    };
    member("b", 2);
    member("a", 1);
    return s.conduct(at(5s));
  });
  CHECK(story == "a1 a2 b1 b2");
}

TEST_CASE("who waits for the present instant again acts at it again", "[stage]") {
  const std::string story = told([] {
    Story s;
    s.member("a", 1, [&](Member& me) {
      me.wait_until(at(1s));
      s.tell("a");
      me.wait_until(at(1s));
      s.tell("again at " + text(me.now()));
    });
    s.member("b", 2, [&](Member& me) {
      me.wait_until(at(1s));
      s.tell("b");
    });
    return s.conduct(at(5s));
  });
  CHECK(story == "a again at 1000000 b");
}

TEST_CASE("a parked member is moved, also from and to never", "[stage]") {
  const std::string story = told([] {
    Story s;
    Member* seat = nullptr;
    s.member("moved", 5, [&](Member& me) {
      seat = &me;
      me.wait_until(sim::never);
      s.tell("moved " + text(me.now()));
      me.wait_until(at(20s));
      s.tell("never told");
    });
    s.member("mover", 0, [&](Member& me) {
      me.wait_until(at(1s));
      s.stage.move(*seat, at(9s), 0);
      s.stage.move(*seat, at(4s), 0);
      me.wait_until(at(10s));
      s.stage.move(*seat, sim::never, 0);
    });
    return s.conduct(at(30s));
  });
  CHECK(story == "moved 4000000");
}

TEST_CASE("an exchange returns exactly at its deadline, with the answer or without", "[stage]") {
  CHECK(asked(5s) == "hello! at 6000000");
  CHECK(asked(50ms) == "none at 1050000");   // the request is on its way
  CHECK(asked(150ms) == "none at 1150000");  // the answer is on its way
}

// A round trip over 100 ms there and 100 ms back, and some microseconds for the bytes; SimGrid's default
// network would take 13 times as long.
TEST_CASE("the latency of a link is what was set", "[stage]") {
  CHECK(asked(200ms) == "none at 1200000");
  CHECK(asked(200ms + 50us) == "hello! at 1200050");
}

TEST_CASE("an answer that came too late is not taken for the next one", "[stage]") {
  const std::string story = told([] {
    Story s;
    s.stage.add_host("far", 100ms);
    s.stage.respond("service", "far", [](const std::string& request) -> std::optional<std::string> {
      if (request == "none") return std::nullopt;
      return request;
    });
    s.member("asker", 0, [&](Member& me) {
      Time now = at(1s);
      me.wait_until(now);
      const auto ask = [&](const std::string& what, Duration patience) {
        now += patience;
        s.tell(me.exchange("service", what, now).value_or("-"));
      };
      for (int i = 0; i < 20; ++i) {
        ask("late", Duration{10'000 * (i + 1)});
        ask("good", 300ms);
      }
      ask("none", 1s);
      ask("last", 300ms);
    });
    return s.conduct(at(1min));
  });
  std::string expected;
  for (int i = 0; i < 20; ++i) expected += "- good ";
  CHECK(story == expected + "- last");
}

// SimGrid keeps a communication that nobody waited for until its actor ends.
TEST_CASE("an exchange leaves no memory behind, answered or not", "[stage]") {
  const std::string grown = told([] {
    Story s;
    s.stage.respond("service", "here", [](const std::string& request) -> std::optional<std::string> {
      if (request == "none") return std::nullopt;
      return request;
    });
    std::size_t before = 0, after = 0;
    s.member("asker", 0, [&](Member& me) {
      for (int i = 1; i <= 3'000; ++i) {
        const auto answer = me.exchange("service", i % 2 == 0 ? "some" : "none", at(i * 1s));
        sim::require(answer.has_value() == (i % 2 == 0), "exchange {} went wrong", i);
        (i <= 1'000 ? before : after) = mallinfo2().uordblks;
      }
    });
    s.conduct(at(1h));
    return after > before + 10'000 ? std::to_string(after - before) + " bytes" : "no";
  });
  CHECK(grown == "no");
}

TEST_CASE("a second stage in a process ends the program", "[stage]") {
  const std::string error = error_of([] {
    const Stage first;
    const Stage second;
    return std::string();
  });
  CHECK_THAT(error, Catch::Contains("a second stage in one process"));
}

TEST_CASE("a deadlock is an error, not the end", "[stage]") {
  const sim::ChildResult result = sim::in_child([] {
    Story s;
    s.member("blocked", 0, [](Member&) { simgrid::s4u::Semaphore::create(0)->acquire(); });
    return s.conduct(at(1min));
  });
  CHECK_FALSE(result.ok);
  CHECK(result.exit_code != 0);
  CHECK_THAT(result.error, Catch::Contains("internal error: deadlock"));
}

TEST_CASE("nothing happens at the end or after it", "[stage]") {
  const std::string story = told([] {
    Story s;
    sim::Calendar calendar(3);
    for (const sim::Entity e : {0u, 1u, 2u}) calendar.set(e, at(9999999us + e * 1us));
    for (const Duration t : {10s - 1us, Duration(10s), 10s + 1us})
      s.member("until " + text(at(t)), 0, [&s, t](Member& me) {
        me.wait_until(at(t));
        s.tell("member@" + text(me.now()));
      });
    const auto rank = [](sim::Entity e, Time) { return std::uint64_t{e}; };
    const auto run = [&](sim::Entity, Time t) {
      s.tell("entity@" + text(t));
      return sim::never;
    };
    s.stage.conduct(
        at(10s),
        [&](Time horizon) { calendar.run_before(horizon, rank, run, [](sim::Entity, sim::Ahead) {}); },
        [&] { s.tell("end@" + text(s.stage.moment().now)); });
    return s.told;
  });
  CHECK(story == "member@9999999 entity@9999999 end@10000000");
}

TEST_CASE("a door between instants, or at another one, ends the program", "[stage]") {
  const std::string closed = error_of([] {
    const Stage stage;
    stage.moment().require_open(at(0s), "the door");
    return std::string();
  });
  CHECK_THAT(closed, Catch::Contains("the door was called for 0 us between instants"));
  const std::string elsewhere = error_of([] {
    Story s;
    s.member("hasty", 0, [&](Member& me) {
      me.wait_until(at(1s));
      s.stage.moment().require_open(at(2s), "the door");
    });
    return s.conduct(at(1min));
  });
  CHECK_THAT(elsewhere, Catch::Contains("the door was called for 2000000 us at 1000000 us"));
}
