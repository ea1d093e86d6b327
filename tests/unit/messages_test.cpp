// The message accounts, fed by hand: a device with a message every 10 s, of which it keeps the last five.
#include <catch2/catch.hpp>

#include "models/measures/messages.hpp"
#include "tests/support/last_words.hpp"

using namespace std::chrono_literals;
using measures::Messages;
using measures::Report;
using sim::Time;

namespace {

constexpr ids::HubId hub(0);

struct Case {
  Messages::Flows flows{};  // as the hubs know them, at whatever instant they are asked
  Messages messages{{1,
                     [](signals::Device) {
                       return device::MessageClock{0s, 10s, nullptr};
                     },
                     [](signals::Device) { return 5U; }, [](signals::Device) { return 1.0; },
                     [this](Time) { return flows; }}};
  Case() {
    messages.online(0, Time{}, Time{}, hub);
    messages.sends(0, Time{});
  }
  Report report(Time end) {
    messages.finish(end);
    CHECK(messages.balanced());
    Report report;
    messages.report(report);
    return report;
  }
};

double count(const Report& report, const std::string& name) {
  return report.values.at("telemetry." + name).value.value();
}

}  // namespace

TEST_CASE("what a device has back after the warm-up was in flight when that ended") {
  Case c;
  c.flows = {.served = 9, .waiting = 1};  // the flow knows less: parts of messages
  c.messages.begin_counting(Time{100s});
  c.messages.holds(0, Time{75s});  // it has back those of 80, 90 and 100 s
  c.flows = {.served = 7};
  const Report report = c.report(Time{120s});
  CHECK(count(report, "generated") == 2);
  CHECK(count(report, "carried_in") == 3);
  CHECK(count(report, "buffered") == 5);
  CHECK(count(report, "delivered") == 0);
  CHECK(count(report, "lost") == 0);
}

TEST_CASE("what it sent over a connection after the warm-up was not in flight when that ended") {
  Case c;
  c.messages.holds(0, Time{75s});
  c.messages.begin_counting(Time{100s});  // three are kept
  c.messages.sends(0, Time{105s});
  c.messages.holds(0, Time{85s});  // two of them come back
  const Report report = c.report(Time{120s});
  CHECK(count(report, "carried_in") == 3);
  CHECK(count(report, "delivered") == 1);
  CHECK(count(report, "buffered") == 4);
}

TEST_CASE("a device has no more messages back than it has generated") {
  const std::string stops = "internal error: device 0 has more messages back than it has generated\n";
  Case c;
  CHECK(support::last_words([&] { c.messages.holds(0, Time{-1us}); }) == stops);
  c.messages.holds(0, Time{5s});
  c.messages.sends(0, Time{7s});
  CHECK(support::last_words([&] { c.messages.holds(0, Time{-1us}); }) == stops);
  const Report report = c.report(Time{8s});
  for (const char* name : {"generated", "delivered", "lost", "buffered"}) CHECK(count(report, name) == 0);
}

TEST_CASE("what was kept and sent may come back") {
  Case c;
  c.messages.holds(0, Time{0s});
  c.messages.sends(0, Time{100s});  // ten arose: five are lost, five are sent
  c.messages.holds(0, Time{55s});
  c.messages.left(0, Time{100s}, hub);
  const Report report = c.report(Time{101s});
  CHECK(count(report, "generated") == 10);
  CHECK(count(report, "lost") == 10);
  CHECK(count(report, "delivered") == 0);
}

TEST_CASE("no more is in flight than was sent and has not come back") {
  Case c;
  c.messages.begin_counting(Time{100s});
  c.flows = {.served = 6, .waiting = 7};
  const Report report = c.report(Time{130s});
  CHECK(count(report, "in_flight") == 3);
  CHECK(count(report, "delivered") == 0);
}

TEST_CASE("who leaves before the end of the warm-up is not missed") {
  Case c;
  c.messages.left(0, Time{50s}, hub);
  c.messages.begin_counting(Time{100s});
  const Report report = c.report(Time{130s});
  CHECK(c.messages.wanted_time() == 0);
  CHECK_FALSE(report.values.at("availability").value);
}
