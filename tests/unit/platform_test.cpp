// Zones, hosts and links of the stage, and what faults turn off; a process has one, so every case runs in a
// child.
#include "sim/platform.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "sim/invariant.hpp"
#include "tests/unit/stage_support.hpp"

using namespace stories;

namespace {

// Two zones, one way 40 ms apart: the asker's, and one with a service on a host behind a link of 10 ms.
struct Zones : Story {
  Duration patience = 1s;
  Zones() {
    stage.add_zone("elsewhere");
    stage.link_zones("control", "elsewhere", 40ms);
    stage.add_host("elsewhere", "there", 10ms);
    stage.respond("service", "there", [](const std::string& request) { return request + "!"; });
  }
  // Asks at each of these seconds, and tells the answers.
  void ask(const std::vector<int>& seconds) {
    member("asker", 5, [this, seconds](Member& me) {
      for (const int second : seconds) {
        me.wait_until(at(second * 1s));
        const auto answer = me.exchange("service", std::to_string(second), me.now() + patience);
        sim::require(me.now() == at(second * 1s) + patience, "not at the deadline");
        tell(answer.value_or("-"));
      }
    });
  }
  void when(Duration t, void (Zones::*what)()) {
    member("fault at " + text(at(t)), 0, [this, t, what](Member& me) {
      me.wait_until(at(t));
      (this->*what)();
    });
  }
  void off() { stage.turn_off("there"); }
  void on() { stage.turn_on("there"); }
  void cut() { stage.cut("control", "elsewhere"); }
  void mend() { stage.mend("elsewhere", "control"); }
  void nothing() {}
};

std::string story_of(const std::function<void(Zones&)>& play) {
  return told([&] {
    Zones s;
    play(s);
    return s.conduct(at(1h));
  });
}

// What of the heap `count` exchanges keep, one a second, while `off` and `on` happen within each second at
// the given times; "no" if it is nothing that grows.
std::string grown(int count, Duration off_at, void (Zones::*off)(), Duration on_at, void (Zones::*on)()) {
  return told([=] {
    Zones s;
    s.member("fault", 0, [&](Member& me) {
      for (int i = 0; i < count; ++i) {
        me.wait_until(at(i * 1s + off_at));
        (s.*off)();
        me.wait_until(at(i * 1s + on_at));
        (s.*on)();
      }
    });
    std::size_t before = 0, after = 0;
    s.member("asker", 5, [&](Member& me) {
      for (int i = 0; i < count; ++i) {
        const auto answer = me.exchange("service", std::string(100, 'x'), at((i + 1) * 1s));
        sim::require(!answer, "an answer in spite of the fault");
        (i < count / 3 ? before : after) = mallinfo2().uordblks;
      }
    });
    s.conduct(at(24h));
    return after > before + 10'000 ? std::to_string(after - before) + " bytes" : std::string("no");
  });
}

}  // namespace

// 2 us for "here", 40 ms between the zones and 10 ms of the host there, twice.
TEST_CASE("the latency between zones is that of all links on the way", "[platform]") {
  const auto answer = [](Duration patience) {
    return story_of([patience](Zones& s) {
      s.patience = patience;
      s.ask({1});
    });
  };
  CHECK(answer(100ms + 2us) == "-");
  CHECK(answer(100ms + 52us) == "1!");
}

TEST_CASE("zones without a link between them end the program", "[platform]") {
  const std::string error = error_of([] {
    Zones s;
    s.stage.add_zone("island");
    s.stage.add_host("island", "hut", 1ms);
    s.stage.respond("castaway", "hut", [](const std::string& request) { return request; });
    s.member("asker", 0, [](Member& me) { me.exchange("castaway", "hello", at(1s)); });
    return s.conduct(at(1min));
  });
  CHECK_THAT(error, Catch::Contains("there is no link between the zones of here and hut"));
}

TEST_CASE("a host may have the name of a zone", "[platform]") {
  const std::string story = told([] {
    Story s;
    s.stage.add_zone("a");
    s.stage.link_zones("control", "a", 1ms);
    for (const std::string name : {"a", "control", "world"}) {
      s.stage.add_host("a", name, 1ms);
      s.stage.respond(name, name, [name](const std::string&) { return name; });
    }
    s.member("asker", 0, [&](Member& me) {
      for (const auto& answer : me.exchange_all({"a", "control", "world"}, "who", at(1s)))
        s.tell(answer.value_or("-"));
    });
    return s.conduct(at(1min));
  });
  CHECK(story == "a control world");
}

// The request is at its responder after 50 ms, the answer is back after 100 ms.
TEST_CASE("a host that goes off in the middle of an exchange does not answer it", "[platform]") {
  const auto answers = [](Duration off) {
    return story_of([off](Zones& s) {
      s.ask({1, 2, 3});
      s.when(2s + off, &Zones::off);
    });
  };
  CHECK(answers(0s) == "1! - -");
  CHECK(answers(20ms) == "1! - -");  // the request is on its way
  CHECK(answers(70ms) == "1! - -");  // the answer is on its way
  CHECK(answers(200ms) == "1! 2! -");
}

TEST_CASE("a host that is on again answers again, each time", "[platform]") {
  const std::string story = story_of([](Zones& s) {
    s.ask({1, 3, 5, 7, 9, 11});
    for (const Duration t : {2s, 6s, 10s}) {
      s.when(t, &Zones::off);
      s.when(t + 1ms, &Zones::off);  // it is off already
      s.when(t + 2s, &Zones::on);
      s.when(t + 2s + 1ms, &Zones::on);
    }
  });
  CHECK(story == "1! - 5! - 9! -");
}

TEST_CASE("what was asked of a host that is off is not answered when it is on", "[platform]") {
  const std::string story = story_of([](Zones& s) {
    s.ask({1, 2, 3});
    s.when(900ms, &Zones::off);
    s.when(1s + 100ms, &Zones::on);
    s.when(2s + 20ms, &Zones::off);
    s.when(2s + 30ms, &Zones::on);
  });
  CHECK(story == "- - 3!");
}

// A responder takes one letter after the other; those that wait while it dies are lost like those on their
// route.
TEST_CASE("letters that wait for a responder are lost with its host", "[platform]") {
  const auto answers = [](void (Zones::*off)(), void (Zones::*on)()) {
    return story_of([off, on](Zones& s) {
      s.member("asker", 5, [&s](Member& me) {
        for (const Duration t : {1s, 2s, 3s}) {
          me.wait_until(at(t));
          for (const auto& answer : me.exchange_all({"service", "service", "service"}, "a", at(t + 500ms)))
            s.tell(answer.value_or("-"));
        }
      });
      s.when(2s + 20ms, off);
      s.when(2s + 25ms, on);
    });
  };
  const std::string lost = "a! a! a! - - - a! a! a!";
  CHECK(answers(&Zones::off, &Zones::on) == lost);
  CHECK(answers(&Zones::cut, &Zones::mend) == lost);
}

TEST_CASE("zones that are cut off from each other do not talk until it is mended", "[platform]") {
  const auto answers = [](Duration cut) {
    return story_of([cut](Zones& s) {
      s.ask({1, 2, 3, 4, 5, 6});
      s.when(2s + cut, &Zones::cut);
      s.when(3s + 500ms, &Zones::mend);
      s.when(3s + 600ms, &Zones::mend);
      s.when(5s + 20ms, &Zones::cut);
      s.when(5s + 21ms, &Zones::cut);
      s.when(5s + 30ms, &Zones::mend);
    });
  };
  CHECK(answers(0s) == "1! - - 4! - 6!");
  CHECK(answers(20ms) == "1! - - 4! - 6!");
  CHECK(answers(70ms) == "1! - - 4! - 6!");
  CHECK(answers(200ms) == "1! 2! - 4! - 6!");
}

TEST_CASE("a cut link touches no other zone", "[platform]") {
  const std::string story = story_of([](Zones& s) {
    s.stage.add_zone("third");
    s.stage.link_zones("third", "control", 5ms);
    s.stage.link_zones("third", "elsewhere", 5ms);
    s.stage.add_host("third", "office", 1ms);
    s.stage.respond("clerk", "office", [](const std::string& request) { return request + "?"; });
    s.when(1s, &Zones::cut);
    s.member("asker", 5, [&](Member& me) {
      me.wait_until(at(2s));
      for (const auto& answer : me.exchange_all({"service", "clerk"}, "a", at(3s)))
        s.tell(answer.value_or("-"));
    });
  });
  CHECK(story == "- a?");
}

TEST_CASE("the host of a member is never turned off", "[platform]") {
  for (const char* host : {"here", "the conductor"}) {
    const std::string error = error_of([host] {
      Zones s;
      s.member("fault", 0, [&](Member&) { s.stage.turn_off(host); });
      return s.conduct(at(1min));
    });
    CHECK_THAT(error, Catch::Contains(fmt::format("host {} is turned off, where a member lives", host)));
  }
}

// A letter is lost before it is sent, on its way there and on its way back. SimGrid keeps what nobody takes,
// and killing who holds a letter must free it.
TEST_CASE("exchanges that a fault ends leave no memory behind", "[platform]") {
  constexpr auto off = &Zones::off, on = &Zones::on, cut = &Zones::cut, mend = &Zones::mend;
  constexpr auto nothing = &Zones::nothing;
#ifdef HUBSTORM_SANITIZE
  constexpr int many = 1'000, some = 500;  // many times slower there
#else
  constexpr int many = 10'000, some = 2'000;
#endif
  CHECK(grown(many, 0s, off, 500ms, nothing) == "no");
  CHECK(grown(many, 0s, cut, 500ms, nothing) == "no");
  for (const Duration when : {0ms, 20ms, 50ms, 70ms}) {
    CHECK(grown(some, when, off, 500ms, on) == "no");
    CHECK(grown(some, when, cut, 500ms, mend) == "no");
  }
}

TEST_CASE("faults do not change the order of the members of an instant", "[platform]") {
  const std::string story = story_of([](Zones& s) {
    s.when(1s, &Zones::off);
    s.when(2s, &Zones::on);
    s.when(3s, &Zones::cut);
    for (const int rank : {4, 3, 1}) {
      s.member("m", rank, [&s, rank](Member& me) {
        for (const Duration t : {1s, 2s, 3s}) {
          me.wait_until(at(t), 9);
          s.tell(std::to_string(rank));
        }
      });
    }
  });
  CHECK(story == "1 3 4 1 3 4 1 3 4");
}
