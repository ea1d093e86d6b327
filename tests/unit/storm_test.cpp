// The measure of retry storms, fed by hand: goodput, attempts and retries by their definitions.
#include <catch2/catch.hpp>

#include "models/measures/storm.hpp"

using namespace std::chrono_literals;
using ids::CauseId;
using ids::HubId;
using measures::Report;
using measures::Storm;
using signals::Activity;
using sim::Time;

namespace {

constexpr HubId hub(0);
constexpr CauseId fault(0);
constexpr Time begin{1h}, over{1h + 5min}, judged{1h + 15min}, end{2h};

// Ten devices that are connected from the start, and a fault.
struct Case {
  Storm storm{{{"f", begin, over}}, 12, end};
  Case() {
    for (measures::Device d = 0; d < 10; ++d) storm.online(d, Time{}, Time{}, hub);
  }
  void lose(measures::Device from, measures::Device to, Time at, bool planned = false,
            CauseId cause = fault) {
    for (measures::Device d = from; d < to; ++d) storm.offline(d, at, hub, cause, planned);
  }
  void connect(measures::Device from, measures::Device to, Time at) {
    for (measures::Device d = from; d < to; ++d) storm.online(d, at, begin, hub);
  }
  void ask(measures::Device d, Time at, HubId whom = hub) { storm.activity(d, at, Activity::on_wire, whom); }
  // The hub serves, and answers too late.
  void ask_in_vain(measures::Device d, Time at) {
    ask(d, at);
    storm.failed(d, at, at + 500ms, hub, signals::Error::timeout, CauseId::none);
  }
  Report report() {
    storm.finish(end);
    Report report;
    storm.report(report);
    return report;
  }
  double value(const char* name) {
    const measures::Value value = report().values.at(std::string("storm.f.") + name);
    REQUIRE(value.value);
    return *value.value;
  }
};

}  // namespace

TEST_CASE("goodput that is not back after ten minutes of retries is a storm") {
  for (const std::uint32_t back : {4u, 5u}) {
    Case c;
    c.storm.fault_began(begin, fault);
    c.lose(0, 10, begin);
    for (measures::Device d = 0; d < 10; ++d) c.ask(d, begin + 1s), c.ask_in_vain(d, over + 1s);
    c.connect(0, back, judged - 1us);
    c.connect(back, 10, judged + 1min);
    const Report report = c.report();
    const auto value = [&](const char* name) {
      return *report.values.at(std::string("storm.f.") + name).value;
    };
    CHECK(value("detected") == (back < 5 ? 1 : 0));
    CHECK(value("goodput") == back / 10.0);
    CHECK(value("retry_share") == 1);
    CHECK(value("goodput_back_after") == Approx(back < 5 ? 660 : 599.999999));
  }
}

TEST_CASE("a storm needs retries") {
  for (const bool again : {false, true}) {
    Case c;
    c.storm.fault_began(begin, fault);
    c.lose(0, 10, begin);
    for (measures::Device d = 0; d < 10; ++d) c.ask(d, over);
    if (again)
      for (measures::Device d = 0; d < 10; ++d) c.ask_in_vain(d, over + 2s);
    const Report report = c.report();
    CHECK(report.values.at("storm.f.goodput").value == 0);
    CHECK(report.values.at("storm.f.retry_share").value == (again ? 0.5 : 0));
    CHECK(report.values.at("storm.f.detected").value == (again ? 1 : 0));
    CHECK_FALSE(report.values.at("storm.f.goodput_back_after").value);
    CHECK(report.values.at("storm.f.goodput_back_after").at_least == 55 * 60);
  }
}

TEST_CASE("one retry each passes for a half though a window cuts one off") {
  Case c;
  c.storm.fault_began(begin, fault);
  c.lose(0, 10, begin);
  for (int i = 0; i < 200; ++i) {
    c.storm.joined(10, over);
    c.ask(10, over + 1s);
    if (i < 197) c.ask_in_vain(10, over + 2s);  // 197 of 397 are less than half, and 50 %
    c.storm.left(10, over, HubId::none);
  }
  CHECK(c.value("detected") == 1);
}

TEST_CASE("attempts count at the instant they begin and not when they are told") {
  Case c;
  c.storm.fault_began(begin, fault);
  c.lose(0, 10, begin);
  c.ask(0, over - 1us);   // before the time looked at
  c.ask(0, over + 1min);  // a retry
  c.ask(0, judged);       // after it
  c.connect(1, 10, judged + 1min);
  c.ask(1, over + 2min);  // told late: the first of this device
  c.storm.renewed(2, over + 3min, hub);
  c.ask(3, over + 4min, HubId::none);  // at DPS, where there are fewer
  CHECK(c.value("retry_share") == Approx(1.0 / 3));
}

TEST_CASE("the door with more attempts counts") {
  Case c;
  c.storm.fault_began(begin, fault);
  c.lose(0, 10, begin);
  c.ask(0, over + 1s), c.ask(0, over + 2s);
  for (int i = 1; i <= 4; ++i) c.ask(1, over + i * 1s, HubId::none);
  CHECK(c.value("retry_share") == 0.75);
}

TEST_CASE("a CONNECT that a falling hub swallows is one attempt and a new loss begins anew") {
  Case c;
  c.storm.fault_began(begin, fault);
  c.lose(0, 1, begin);
  c.ask(0, over + 1s);
  c.storm.activity(0, over + 1s, Activity::hub_queue, hub);
  c.ask(0, over + 2s);  // goes on without an answer
  c.storm.activity(0, over + 3s, Activity::waiting, hub);
  c.connect(0, 1, over + 4s);
  c.lose(0, 1, over + 5s);
  c.ask(0, over + 6s);
  CHECK(c.value("retry_share") == 0);
}

TEST_CASE("a part of the fleet may storm by itself and renewals are no loss") {
  Case c;
  c.storm.fault_began(begin, fault);
  c.lose(0, 3, begin);
  c.lose(3, 10, begin + 1s, true);
  c.connect(3, 10, begin + 2s);
  for (measures::Device d = 0; d < 3; ++d) c.ask_in_vain(d, over + 1s), c.ask_in_vain(d, over + 2s);
  c.connect(0, 1, over + 1min);
  const Report report = c.report();
  CHECK(report.values.at("storm.f.goodput").value == Approx(1.0 / 3));
  CHECK(report.values.at("storm.f.detected").value == 1);
}

TEST_CASE("who leaves wants nothing more and who gave up still does") {
  for (const bool leaves : {false, true}) {
    Case c;
    c.storm.fault_began(begin, fault);
    c.lose(0, 6, begin);
    for (measures::Device d = 0; d < 6; ++d) {
      c.ask(d, over + 1s), c.ask(d, over + 2s);
      if (leaves)
        c.storm.left(d, over + 3s, HubId::none);
      else
        c.storm.gave_up(d, over + 3s);
    }
    CHECK(c.value("goodput") == (leaves ? 1 : 0));
  }
}

TEST_CASE("goodput is held against what it was before") {
  Case c;
  c.lose(0, 6, Time{30min}, false, CauseId::none);
  c.storm.fault_began(begin, fault);
  c.lose(6, 7, begin);
  c.connect(6, 7, over + 1s);
  CHECK(c.value("goodput") == 1);
  CHECK(c.value("goodput_back_after") == Approx(1));  // the one that lost service
}

TEST_CASE("joining devices that get nothing lower the goodput") {
  Case c;
  c.storm.fault_began(begin, fault);
  for (int i = 0; i < 8; ++i) c.storm.left(static_cast<measures::Device>(i), over, hub);
  c.storm.joined(10, over + 1min);
  c.storm.joined(11, over + 1min);
  CHECK(c.value("goodput") == 0.5);
  CHECK(c.value("goodput_back_after") == 0);
}

TEST_CASE("what comes and goes within an instant does not count") {
  Case c;
  c.storm.fault_began(begin, fault);
  c.lose(0, 10, over + 1min);
  c.connect(0, 10, over + 1min);
  CHECK(c.value("goodput_back_after") == 0);
}

TEST_CASE("a goodput that falls again within ten minutes is back after the last time") {
  Case c;
  c.storm.fault_began(begin, fault);
  c.lose(0, 10, begin);
  c.connect(0, 10, over);
  c.lose(0, 10, over + 8min);
  c.connect(0, 10, over + 12min);
  c.lose(0, 10, over + 20min);  // another story
  const Report report = c.report();
  CHECK(report.values.at("storm.f.goodput_back_after").value == 12 * 60);
  CHECK(report.values.at("storm.f.goodput").value == 0);
}

TEST_CASE("without ten minutes after the fault nothing is judged") {
  for (const Time last : {end, end - 10min + 1us, end - 10min}) {
    Storm storm({{"late", begin, last}}, 1, end);
    storm.online(0, Time{}, Time{}, hub);
    storm.fault_began(begin, fault);
    storm.finish(end);
    Report report;
    storm.report(report);
    CHECK(report.values.at("storm.late.detected").value.has_value() == (last == end - 10min));
    CHECK_FALSE(report.values.at("storm.late.retry_share").value);
    CHECK(report.values.at("storm.late.goodput_back_after").value == 0);
  }
}

TEST_CASE("each fault has its own losers") {
  Storm storm({{"a", begin, begin + 1min}, {"b", begin + 2min, begin + 3min}}, 4, end);
  for (measures::Device d = 0; d < 4; ++d) storm.online(d, Time{}, Time{}, hub);
  storm.fault_began(begin, fault);
  storm.offline(0, begin, hub, fault, false);
  storm.fault_began(begin + 2min, CauseId(1));
  storm.offline(1, begin + 2min, hub, CauseId(1), false);
  storm.online(1, begin + 4min, begin, hub);
  storm.offline(1, begin + 5min, hub, CauseId(1), true);
  storm.online(1, begin + 6min, begin, hub);
  storm.finish(end);
  Report report;
  storm.report(report);
  CHECK(report.values.at("storm.a.goodput").value == 0);
  CHECK(report.values.at("storm.b.goodput").value == 1);
  CHECK(report.values.at("storm.b.goodput_back_after").value == 3 * 60 + 0);
}

// What other incidents or an operator do to devices is not the fault's goodput.
TEST_CASE("who is cut off by something else is left out") {
  constexpr CauseId other(1), operators(2);
  for (const CauseId cause : {other, operators}) {
    Case c;
    c.storm.fault_began(begin, fault);
    c.lose(0, 2, begin);
    c.connect(0, 2, over + 1s);
    c.lose(1, 9, over + 2min, false, cause);
    CHECK(c.value("goodput") == 1);
    CHECK(c.value("goodput_back_after") == Approx(1));
  }
}

TEST_CASE("retries that another fault or a refused identity fails are no storm") {
  for (const bool limit : {true, false}) {
    Case c;
    c.storm.fault_began(begin, fault);
    c.lose(0, 10, begin);
    for (measures::Device d = 0; d < 10; ++d)
      for (int i = 1; i < 5; ++i) {
        c.ask(d, over + i * 1s);
        c.storm.failed(d, over + i * 1s, over + i * 1s, hub,
                       limit ? signals::Error::dropped : signals::Error::unauthorized, CauseId::none);
        if (!limit)
          c.storm.failed(d, over + i * 1s, over + i * 1s, hub, signals::Error::refused, CauseId::none);
        if (!limit) c.storm.failed(d, over + i * 1s, over + i * 1s, hub, signals::Error::refused, CauseId(1));
      }
    CHECK(c.value("detected") == (limit ? 1 : 0));
    CHECK(c.value("goodput") == 0);
  }
}
