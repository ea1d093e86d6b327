// When a client pings, in closed form, against the rule of each SDK carried out step by step as its code has
// it, with answers that take a microsecond.
#include "models/device/pings.hpp"

#include <catch2/catch.hpp>
#include <random>

using device::Detection;
using device::Idle;
using device::MessageClock;
using device::Pace;
using device::Pings;
using sim::Duration;
using sim::Time;
using namespace std::chrono_literals;

namespace {

constexpr Duration answer = 1us;

struct Connection {
  Detection detection;
  MessageClock messages;
  Time opened, lost;

  Pings pings() const { return {detection, messages, opened}; }
  // The last message up to t, or `before`, if that is later.
  Time sent(Time t, Time before) const {
    return messages.period.count() > 0 ? std::max(before, messages.last(t)) : before;
  }
  // What was sent at t is answered.
  bool answered(Time t) const { return t + answer <= lost; }
  Time last_answer(Time t) const {
    Time at = sent(t, opened);
    while (at > opened && (at + answer > t || !answered(at))) at = sent(at - Duration{1}, opened);
    return at + answer;
  }
};

Connection connection(Idle idle, Duration every, Duration period, Duration phase, Duration lost) {
  Connection c;
  c.detection.ping_every = every;
  c.detection.idle = idle;
  if (idle == Idle::received) c.detection.check_every = every;
  c.messages = {phase, period};
  c.opened = Time{1h};
  c.lost = c.opened + lost;
  return c;
}

// .NET, MqttIotHubAdapter.cs: it looks a period after the CONNECT, and a period after the look or the answer
// to its ping.
Time ping_of_dotnet(const Connection& c) {
  Time heard = c.opened + answer;
  for (Time look = c.opened + c.detection.ping_every;; look += c.detection.ping_every) {
    heard = std::max(heard, c.last_answer(look));
    if (look - heard <= c.detection.ping_every) continue;
    if (!c.answered(look)) return look;
    heard = look + answer;
    look = heard + Duration{1};  // the next is scheduled a little later than the answer
  }
}

// C, umqtt mqtt_client.c.
Time ping_of_c(const Connection& c) {
  for (Time sent = c.opened;;) {
    const Time ping = sent + c.detection.ping_every, message = c.messages.next(sent);
    if (message > c.lost + 1h && ping > c.lost + 1h) return sim::never;
    if (message > ping && !c.answered(ping)) return ping;
    sent = std::min(message, ping);
  }
}

// Java, ClientState.java, checkForActivity; its times of both directions have a slack of 0.1 ms.
Time ping_of_java(const Connection& c) {
  const Duration every = c.detection.ping_every;
  Time pinged = c.opened, heard = c.opened;
  for (Time look = c.opened + every;;) {
    const Time sent = c.sent(look, pinged);
    heard = std::max(heard, c.last_answer(look));
    if (look - heard >= every || look - sent >= every) {
      if (!c.answered(look)) return look;
      pinged = look;
      heard = look + answer;
      look += every;
    } else {
      look = sent + every;
    }
  }
}

// Node.js, mqtt.js _setupPingTimer; Python, paho 1.6.1 _check_keepalive.
Time ping_of_node(const Connection& c) {
  Time ping = c.opened + c.detection.ping_every;
  while (c.answered(ping)) ping += c.detection.ping_every;
  return ping;
}

Time carried_out(const Connection& c) {
  switch (c.detection.idle) {
    case Idle::received:
      return ping_of_dotnet(c);
    case Idle::sent:
      return ping_of_c(c);
    case Idle::both:
      return ping_of_java(c);
    case Idle::none:
      return ping_of_node(c);
  }
  return sim::never;
}

Time closed_form(const Connection& c) { return c.pings().first_unanswered(c.lost, c.lost + 1h); }

}  // namespace

TEST_CASE("the first ping without an answer is that of each rule carried out step by step") {
  std::mt19937_64 random(16);
  const auto below = [&](Duration most) {
    return Duration{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most.count()))};
  };
  for (const Idle idle : {Idle::none, Idle::sent, Idle::received, Idle::both})
    for (const Duration period : {0s, 1s, 10s, 70s, 100s, 130s, 1000s})
      for (int i = 0; i < 200; ++i) {
        // Messages that are no part of a ping period, as ties are for the next test.
        const Duration spaced = period.count() > 0 ? period + below(1s) : period;
        const Connection c =
            connection(idle, 75s, spaced, spaced.count() > 0 ? below(spaced) : 0s, below(40min));
        INFO(static_cast<int>(idle) << ", messages each " << sim::seconds(spaced) << " s from "
                                    << sim::seconds(c.messages.phase) << ", lost after "
                                    << sim::seconds(c.lost - c.opened));
        const Time one = carried_out(c), other = closed_form(c);
        // Each answer moves the looks of .NET a little.
        CHECK((one == other || std::chrono::abs(one - other) < 1ms));
      }
}

// Instants after the connection was opened, all with a period of 75 s.
TEST_CASE("pings with known instants") {
  const auto first = [](Idle idle, Duration period, Duration phase, Duration lost) {
    const Connection c = connection(idle, 75s, period, phase, lost);
    const Time ping = closed_form(c);
    return ping == sim::never ? Duration{-1s} : ping - c.opened;
  };
  // Without messages: .NET not at its first look.
  CHECK(first(Idle::received, 0s, 0s, 10s) == 150s);
  CHECK(first(Idle::received, 0s, 0s, 149s) == 150s);
  CHECK(first(Idle::received, 0s, 0s, 151s) == 225s);
  for (const Idle idle : {Idle::none, Idle::sent, Idle::both}) {
    CHECK(first(idle, 0s, 0s, 10s) == 75s);
    CHECK(first(idle, 0s, 0s, 76s) == 150s);
  }
  // A message each 50 s, from 10 s on (an hour is a multiple of that).
  CHECK(first(Idle::none, 50s, 10s, 70s) == 75s);
  CHECK(first(Idle::sent, 50s, 10s, 70s) == Duration{-1s});
  CHECK(first(Idle::received, 50s, 10s, 70s) == 150s);   // 60 s: the look at 75 s meets its answer
  CHECK(first(Idle::received, 50s, 10s, 155s) == 225s);  // the message at 160 s is not answered
  CHECK(first(Idle::received, 50s, 10s, 165s) == 300s);
  // Java looks at 75 s, then 75 s after the messages at 60, 110, 160, 210 s: at 135, 185, 235, 285 s.
  // One that meets an answer of a period ago does not ping.
  CHECK(first(Idle::both, 50s, 10s, 65s) == 185s);   // heard at 60 s
  CHECK(first(Idle::both, 50s, 10s, 130s) == 235s);  // heard at 110 s
  CHECK(first(Idle::both, 50s, 10s, 140s) == 235s);  // heard at 110 s as well, and the next look is at 185 s
}

TEST_CASE("looks that are followed one by one under a profile are those of the closed form") {
  const Pace::Step even[] = {{Time{}, Pace::one}};
  const Pace pace(even);
  std::mt19937_64 random(17);
  for (int i = 0; i < 500; ++i) {
    const Duration period{static_cast<std::int64_t>(1'000'000 + random() % 100'000'000)};
    const Duration phase{static_cast<std::int64_t>(random() % 1'000'000)};
    // Within the 32 periods that are followed.
    const Duration lost{static_cast<std::int64_t>(random() % 2'000'000'000)};
    Connection c = connection(Idle::both, 75s, period, phase, lost);
    const Time closed = closed_form(c);
    c.messages.pace = &pace;
    CHECK(closed_form(c) == closed);
  }
}

// A hub hears each packet, whatever puts pings off.
TEST_CASE("the packets of a connection while all is answered") {
  const auto quiet = connection(Idle::received, 75s, 0s, 0s, 0s);
  const Pings dotnet = quiet.pings();
  CHECK(dotnet.last_sent(quiet.opened + 149s) == quiet.opened);
  CHECK(dotnet.next(quiet.opened) == quiet.opened + 150s);
  CHECK(dotnet.last_sent(quiet.opened + 230s) == quiet.opened + 225s);
  // Messages each 200 s from 20 s on: the look at 75 s meets an answer of 55 s ago, that at 150 s pings.
  const auto rare = connection(Idle::received, 75s, 200s, 20s, 0s);
  CHECK(rare.pings().last_sent(rare.opened + 76s) == rare.opened + 20s);
  CHECK(rare.pings().next(rare.opened + 76s) == rare.opened + 150s);
  CHECK(rare.pings().last_sent(rare.opened + 219s) == rare.opened + 150s);
  CHECK(rare.pings().last_sent(rare.opened + 221s) == rare.opened + 220s);
  // By the connect alone: the later of ping and message.
  const auto both = connection(Idle::none, 75s, 200s, 20s, 0s);
  CHECK(both.pings().last_sent(both.opened + 100s) == both.opened + 75s);
  CHECK(both.pings().last_sent(both.opened + 222s) == both.opened + 220s);
  CHECK(both.pings().next(both.opened + 222s) == both.opened + 225s);
  // Nobody pings.
  auto none = both;
  none.detection.ping_every = 0s;
  CHECK(none.pings().next(none.opened) == sim::never);
  CHECK(none.pings().last_sent(none.opened + 10s) == none.opened);
  CHECK(none.pings().first_unanswered(none.opened, sim::never) == sim::never);
}
