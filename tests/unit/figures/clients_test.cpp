// The clients as the code of each SDK has them, figure by figure: what no scenario can tell apart, such as a
// hint that is used up to a day where none is longer, is held here. What each comes to in a run is the matter
// of tests/scenario/presets_*.
#include <catch2/catch.hpp>

#include "models/device/tables.hpp"

namespace {

using namespace std::chrono_literals;
using device::client_named;
using device::DpsClient;
using device::Retry;

// The retry policy but for its kind: first, min, max, spread, spacing, limit; from the attempt; a message
// each; listeners; a send makes it connect.
struct Waits {
  const char* client;
  sim::Duration first, min, max, spread, spacing, limit;
  std::uint32_t offset = 0;
  bool from_attempt = false, per_message = false;
  std::uint32_t listeners = 0;
  bool connects_to_send = false;
};

struct Provisioning {
  const char* client;
  sim::Duration poll_default, hint_min, hint_max;
  bool clamp;
  sim::Duration first_poll;
  bool waits;  // at a 429, to a registration and to a poll
  sim::Duration answer_timeout, phase_limit, poll_timeout{0};
};

struct Connection {
  const char* client;
  sim::Duration keep_alive, connect_timeout, renewal, ping_every, ping_wait, publish_timeout;
  device::Idle idle = device::Idle::none;
  sim::Duration check_every{0};
};

}  // namespace

TEST_CASE("the retry constants of each client", "[figures]") {
  for (const Waits& w :
       {Waits{"sdk-c", 0s, 1s, 30s, 0s, 0s, 0s, 0, true},
        Waits{"sdk-dotnet", 100ms, 100ms, 10s, 0s, 1s, 0s, 0},
        Waits{"sdk-java", 0s, 100ms, 10s, 0s, 0s, 4min, 1},
        Waits{"sdk-node", 0s, 100ms, 10s, 0s, 0s, 4min, 0, false, true, 2},
        Waits{"sdk-python", 10ms, 10s, 10s, 0s, 0s, 0s, 0, false, false, 0, true},
        Waits{"sdk-embedded-c", 0s, 1s, 100s, 5s, 0s, 0s, 0, true},
        Waits{"guide-reconnect", 0s, 1s, 100s, 5s, 0s, 0s}, Waits{"guide-scale", 5s, 60s, 60s, 0s, 60s, 0s},
        Waits{"central-rules", 0s, 1s, 100s, 5s, 0s, 0s}}) {
    INFO(w.client);
    const Retry& retry = client_named(w.client).retry;
    CHECK(retry.first == w.first);
    CHECK(retry.min == w.min);
    CHECK(retry.max == w.max);
    CHECK(retry.spread == w.spread);
    CHECK(retry.spacing == w.spacing);
    CHECK(retry.limit == w.limit);
    CHECK(retry.offset == w.offset);
    CHECK(retry.from_attempt == w.from_attempt);
    CHECK(retry.per_message == w.per_message);
    CHECK(retry.listeners == w.listeners);
    CHECK(retry.connects_to_send == w.connects_to_send);
  }
}

TEST_CASE("the provisioning client of each SDK", "[figures]") {
  for (const Provisioning& p : {Provisioning{"sdk-c", 1s, 1s, 300s, false, 0s, true, 61s, 0s},
                                Provisioning{"sdk-dotnet", 2s, 2s, 24h, true, 0s, false, 60s, 0s},
                                Provisioning{"sdk-java", 2s, 2s, 5s, false, 0s, false, 60s, 0s, 10s},
                                Provisioning{"sdk-node", 2s, 0s, 24h, false, 0s, true, 30s, 0s},
                                Provisioning{"sdk-python", 2s, 0s, 24h, false, 2s, true, 30s, 0s},
                                Provisioning{"sdk-embedded-c", 2s, 0s, 24h, false, 0s, true, 60s, 0s},
                                Provisioning{"guide-reconnect", 2s, 0s, 24h, false, 0s, true, 60s, 0s}}) {
    INFO(p.client);
    const DpsClient& dps = client_named(p.client).dps;
    CHECK(dps.poll_default == p.poll_default);
    CHECK(dps.hint_min == p.hint_min);
    CHECK(dps.hint_max == p.hint_max);
    CHECK(dps.clamp == p.clamp);
    CHECK(dps.first_poll == p.first_poll);
    CHECK(dps.wait_at_429_register == p.waits);
    CHECK(dps.wait_at_429_poll == p.waits);
    CHECK(dps.answer_timeout == p.answer_timeout);
    CHECK(dps.phase_limit == p.phase_limit);
    CHECK(dps.poll_timeout == p.poll_timeout);
  }
}

TEST_CASE("the time limits of each client's connection", "[figures]") {
  for (const Connection& c :
       {Connection{"sdk-c", 240s, 31s, 2881s, 240s, 81s, 120s, device::Idle::sent},
        Connection{"sdk-dotnet", 300s, 60s, 65min, 75s, 30s, 0s, device::Idle::received, 75s},
        Connection{"sdk-java", 230s, 60s, 65min, 230s, 230s, 0s, device::Idle::both},
        Connection{"sdk-node", 180s, 60s, 45min, 180s, 180s, 0s},
        Connection{"sdk-python", 60s, 60s, 58min, 60s, 60s, 0s},
        Connection{"sdk-embedded-c", 240s, 60s, 48min, 240s, 360s, 0s},
        Connection{"ha-sample-c", 240s, 31s, 2881s, 240s, 81s, 120s, device::Idle::sent},
        Connection{"ha-sample-dotnet", 300s, 60s, 65min, 75s, 30s, 0s, device::Idle::received, 75s},
        Connection{"ha-sample-java", 230s, 60s, 65min, 230s, 230s, 0s, device::Idle::both},
        Connection{"guide-reconnect", 240s, 60s, 48min, 240s, 240s, 0s}}) {
    INFO(c.client);
    const device::Behaviour& client = client_named(c.client);
    CHECK(client.keep_alive == c.keep_alive);
    CHECK(client.connect_timeout == c.connect_timeout);
    CHECK(client.renewal == c.renewal);
    CHECK(client.detection.ping_every == c.ping_every);
    CHECK(client.detection.ping_wait == c.ping_wait);
    CHECK(client.detection.publish_timeout == c.publish_timeout);
    CHECK(client.detection.idle == c.idle);
    CHECK(client.detection.check_every == c.check_every);
  }
}

TEST_CASE("the limits of each client's stages of a connect", "[figures]") {
  struct Stages {
    const char* client;
    sim::Duration tcp, tls, dps_tcp, dps_connect;
  };
  for (const Stages& s :
       {Stages{"sdk-c", 10s, 0s, 10s, 61s}, Stages{"sdk-dotnet", 30s, 0s, 30s, 60s},
        Stages{"sdk-java", 30s, 30s, 30s, 30s}, Stages{"sdk-python", 5s, 0s, 5s, 60s},
        Stages{"sdk-node", 0s, 0s, 0s, 0s}, Stages{"sdk-embedded-c", 0s, 0s, 0s, 0s},
        Stages{"sdk-dotnet-amqp", 60s, 0s, 60s, 60s}, Stages{"sdk-java-amqp", 20s, 20s, 60s, 60s}}) {
    INFO(s.client);
    const device::Behaviour& client = client_named(s.client);
    CHECK(client.tcp_timeout == s.tcp);
    CHECK(client.tls_timeout == s.tls);
    CHECK(client.dps.tcp_timeout == s.dps_tcp);
    CHECK(client.dps.connect_timeout == s.dps_connect);
  }
}

TEST_CASE("the kernel of each client's device", "[figures]") {
  for (const device::Behaviour& client : device::clients()) {
    INFO(client.name);
    CHECK(client.tcp_syn_linear_timeouts == 4);
  }
}

TEST_CASE("what starts the clock of each client's token", "[figures]") {
  using enum device::TokenClock;
  struct Clock {
    const char* client;
    device::TokenClock clock;
    sim::Duration reuse;
  };
  for (const Clock& c :
       {Clock{"sdk-c", connect, 0s}, Clock{"sdk-dotnet", token, 51min}, Clock{"sdk-java", connect, 0s},
        Clock{"sdk-node", connect, 0s}, Clock{"sdk-python", timer, 0s}, Clock{"sdk-embedded-c", connect, 0s},
        Clock{"ha-sample-dotnet", connect, 0s}, Clock{"ha-sample-python", connect, 0s}}) {
    INFO(c.client);
    CHECK(client_named(c.client).token_clock == c.clock);
    CHECK(client_named(c.client).token_reuse == c.reuse);
  }
}

TEST_CASE("what the SDKs do over AMQP", "[figures]") {
  struct Over {
    const char* client;
    sim::Duration frame, then, tcp, connect, renewal, token, resend;
  };
  for (const Over& o : {Over{"sdk-c-amqp", 210s, 30s, 10s, 60s, 48min, 0s, 1s},
                        Over{"sdk-dotnet-amqp", 105s, 15s, 60s, 60s, 51min, 0s, 1s},
                        Over{"sdk-java-amqp", 100s, 130s, 20s, 80s, 51min, 0s, 1s},
                        Over{"sdk-node-amqp", 120s, 24h, 127s, 130s, 45min, 125s, 10s}}) {
    INFO(o.client);
    const device::Behaviour& client = client_named(o.client);
    CHECK(client.protocol == device::Transport::amqp);
    CHECK(client.keep_alive == 240s);
    CHECK(client.detection.ping_every == o.frame);
    CHECK(client.detection.ping_wait == o.then);
    CHECK(client.detection.publish_timeout == 0s);
    CHECK(client.tcp_timeout == o.tcp);
    CHECK(client.connect_timeout == o.connect);
    CHECK(client.renewal == o.renewal);
    CHECK(client.renewal_by == device::RenewalBy::client);
    CHECK(client.token_timeout == o.token);
    CHECK(client.resend == o.resend);
  }
  const device::Behaviour& dotnet = client_named("sdk-dotnet-amqp");
  CHECK(dotnet.reactions.unavailable == device::Reaction::next_message);
  CHECK(dotnet.dps.wait_at_429_poll);
  CHECK(dotnet.dps.phase_limit == 60s);
}

TEST_CASE("what each client does with its twin after a connect", "[figures]") {
  struct Twin {
    const char* client;
    std::uint32_t reads;
    sim::Duration again = 30s;
  };
  for (const Twin& t :
       {Twin{"sdk-c", 1, 0s}, Twin{"sdk-dotnet", 1, 10s}, Twin{"sdk-java", 0}, Twin{"sdk-node", 0},
        Twin{"sdk-python", 1, 10s}, Twin{"sdk-embedded-c", 1, 0s}, Twin{"ha-sample-c", 1, 0s},
        Twin{"ha-sample-dotnet", 0}, Twin{"ha-sample-java", 1, 0s}, Twin{"ha-sample-node", 0},
        Twin{"ha-sample-python", 1, 10s}, Twin{"guide-reconnect", 1}, Twin{"guide-scale", 1},
        Twin{"central-rules", 1}}) {
    INFO(t.client);
    const device::OnConnect& todo = client_named(t.client).on_connect;
    CHECK(todo.twin_reads == t.reads);
    CHECK(todo.twin_writes == 0);
    CHECK(todo.again == t.again);
  }
}
