// How much of the time hubs serve, and connections that a cut network has made half-open, by hand.
#include <catch2/catch.hpp>

#include "models/measures/half_open.hpp"
#include "models/measures/uptime.hpp"
#include "tests/analytic/formulas/formula.hpp"

using formula::at;
using formula::hub_no;

namespace {

// After a warm-up of 100 s until 1,000 s: a hub that is down from 300 to 400 s and has a quarter of its
// capacity from 600 to 800 s, and one that is there from 500 s on. Together 650 + 500 of 900 + 500
// hub-seconds.
measures::Report serving() {
  measures::Uptime uptime(formula::by<ids::HubId, std::string>({"a", "b"}), at(100));
  uptime.hub_sized(at(0), hub_no(0), {4, 2});
  uptime.hub_sized(at(0), hub_no(1), {});
  uptime.hub_serves(at(50), hub_no(0), false);
  uptime.hub_serves(at(60), hub_no(0), true);
  uptime.hub_serves(at(300), hub_no(0), false);
  uptime.hub_serves(at(400), hub_no(0), true);
  uptime.hub_sized(at(500), hub_no(1), {4, 1});
  uptime.hub_capacity(at(600), hub_no(0), 0.25);
  uptime.hub_capacity(at(800), hub_no(0), 1);
  uptime.finish(at(1000));
  measures::Report report;
  uptime.report(report);
  return report;
}

const formula::History availability{
    serving,
    {{"hub.a.availability", 650.0 / 900}, {"hub.b.availability", 1}, {"hubs.availability", 1150.0 / 1400}}};

// After a warm-up of 100 s: the first from its end until the device is back, 200 s; the second until the hub
// closes it, 150 s; the third until the hub fails, 30 s; the fourth until the run ends, 500 s. A fifth was
// over in the warm-up.
measures::Report held() {
  measures::HalfOpen open(at(100), 5);
  open.half_open(0, at(50), at(400), hub_no(0));
  open.half_open(4, at(50), at(90), hub_no(0));
  open.online(4, at(95), at(50), hub_no(0));
  open.half_open(1, at(200), at(350), hub_no(0));
  open.online(0, at(300), at(50), hub_no(0));
  open.half_open(2, at(400), at(900), hub_no(1));
  open.hub_serves(at(430), hub_no(1), false);
  open.half_open(3, at(500), sim::never, hub_no(0));
  open.finish(at(1000));
  measures::Report report;
  open.report(report);
  return report;
}

const formula::History half_open{held,
                                 {{"hub.half_open", 4},
                                  {"hub.half_open_closed", 1},
                                  {"hub.half_open_time", (200.0 + 150 + 30 + 500) / 4}}};

}  // namespace

TEST_CASE("formulas of availability of hubs", "[formula]") { availability.check(); }

TEST_CASE("formulas of half-open connections", "[formula]") { half_open.check(); }
