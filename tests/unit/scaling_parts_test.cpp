// Parts of the control plane and the bill, by hand.
#include <catch2/catch.hpp>

#include "models/control/policies.hpp"
#include "models/control/settings.hpp"
#include "models/hub/tables.hpp"
#include "models/measures/cost.hpp"
#include "models/measures/scaling.hpp"

using namespace std::chrono_literals;
using hub::Edition;
using ids::HubId;
using signals::Decision;
using sim::Time;
using Names = ids::PerId<HubId, std::string>;

TEST_CASE("the units that carry a load") {
  const hub::EditionLimits& s1 = hub::editions().at(Edition::S1);
  CHECK(control::units_for(s1, 0, 0) == 1);
  CHECK(control::units_for(s1, 400'000, 100) == 1);
  CHECK(control::units_for(s1, 400'001, 100) == 2);
  CHECK(control::units_for(s1, 0, 100.5) == 9);  // 12/s a unit, once the flat 100/s do not do
  CHECK(control::units_for(s1, 0, 120) == 10);
  const hub::EditionLimits& s2 = hub::editions().at(Edition::S2);
  CHECK(control::units_for(s2, 6'000'001, 10) == 2);
  CHECK(control::units_for(s2, 0, 121) == 2);
}

// Of S1 with 400,000 messages a day and unit, half of the quota is to be used at most; the day is over.
TEST_CASE("a unit more or less by the quota and what is throttled") {
  control::Settings settings;
  settings.policy = control::PolicyKind::threshold;
  settings.quota = 0.5;
  settings.throttled = 0.1;
  const auto units = [&](std::uint32_t now, double used, double throttled, double arrived = 1) {
    control::Observation view;
    control::HubView one;
    one.hub = HubId(0);
    one.units = now;
    one.limits = &hub::editions().at(Edition::S1);
    one.metrics.used = used;
    one.metrics.throttled = throttled;
    one.metrics.arrived = arrived;
    view.hubs = {one};
    const auto wishes = control::make_policy(settings)->decide(view);
    return wishes.empty() ? now : wishes.at(0).units;
  };
  CHECK(units(3, 600'000, 0) == 4);
  CHECK(units(3, 599'999, 0) == 3);
  CHECK(units(3, 599'999, 0.11) == 4);
  CHECK(units(3, 400'000, 0.1) == 3);  // a unit less would be at its half
  CHECK(units(3, 399'999, 0.1) == 2);
  CHECK(units(3, 399'999, 0, 200) == 3);  // and could not carry this
  CHECK(units(1, 0, 0) == 1);
}

TEST_CASE("the quantiles of a triangular time") {
  const control::Triangular t{2min, 4min, 10min};
  CHECK(t.at(1e-12).count() == Approx(sim::Duration{2min}.count()).epsilon(1e-5));
  CHECK(t.at(0.25) == sim::Duration{4min});  // (mode - least) / (most - least)
  CHECK(t.at(1 - 1e-12).count() == Approx(sim::Duration{10min}.count()).epsilon(1e-5));
  // 1 - (10 - x)^2 / (8 * 6) = 1/2 at x = 10 - sqrt(24)
  CHECK(sim::seconds(t.at(0.5)) == Approx((10 - 4.898979486) * 60));
  CHECK(control::Triangular{5min, 5min, 5min}.at(0.3) == sim::Duration{5min});
}

TEST_CASE("what a plan of IoT Central costs") {
  const measures::Prices::Plan plan{0.40, 5000, 0.015};
  measures::Usage usage;
  usage.hours = 73;  // a tenth of a month
  usage.device_hours = 102 * 73;
  usage.messages = 102 * 500;
  CHECK(measures::plan_cost(plan, 2, usage) == Approx(100 * 0.1 * 0.40));
  usage.messages += 10'000;
  CHECK(measures::plan_cost(plan, 2, usage) == Approx(100 * 0.1 * 0.40 + 10 * 0.015));
  usage.device_hours = 73;
  usage.messages = 500;
  CHECK(measures::plan_cost(plan, 2, usage) == 0);
}

TEST_CASE("the bill of hubs is units over time") {
  measures::Scaling scaling(Names({"a", "b"}), Time{1h}, 2h);
  scaling.hub_sized(Time{}, HubId(0), {static_cast<std::uint8_t>(Edition::S1), 2});
  scaling.hub_sized(Time{3h}, HubId(1), {static_cast<std::uint8_t>(Edition::S2), 1});
  scaling.hub_sized(Time{5h}, HubId(0), {static_cast<std::uint8_t>(Edition::S1), 0});
  scaling.finish(Time{6h});
  measures::Usage usage;
  usage.unit_hours = scaling.unit_hours();
  usage.dps_operations = 20'000;
  CHECK(usage.unit_hours.at(Edition::S1) == Approx(2 * 4));  // the first hour is the warm-up
  CHECK(usage.unit_hours.at(Edition::S2) == Approx(3));
  measures::Report report;
  scaling.report(report);
  measures::report_cost(report, measures::list_prices(), usage);
  CHECK(*report.values.at("hubs.peak").value == 2);
  CHECK(*report.values.at("hubs.count").value == 1);
  CHECK(*report.values.at("units.peak").value == 3);
  CHECK(*report.values.at("cost.hubs").value == Approx((8 * 25 + 3 * 250) / 730.0));
  CHECK(*report.values.at("cost.dps").value == Approx(2));
  CHECK(*report.values.at("cost.total").value == Approx((8 * 25 + 3 * 250) / 730.0 + 2));
}

TEST_CASE("a change that is undone soon is an oscillation") {
  measures::Scaling scaling(Names({"a"}), Time{}, 2h);
  const auto done = [&](sim::Duration at, Decision::Kind kind, HubId hub) {
    scaling.decided({Time{at}, kind, Decision::Outcome::done, hub, "", "", "why"});
  };
  done(1h, Decision::Kind::up, HubId(0));
  done(2h, Decision::Kind::up, HubId(0));
  done(4h, Decision::Kind::down, HubId(0));              // after two hours
  done(7h, Decision::Kind::up, HubId(0));                // after three
  done(8h, Decision::Kind::out, HubId(0));               // another matter
  done(8h, Decision::Kind::in, HubId(0));                // a replacement
  done(9h, Decision::Kind::out, HubId(0));               // one hub more, soon after one less
  done(9h + 10min, Decision::Kind::failover, HubId(0));  // neither makes anything larger or smaller
  done(9h + 20min, Decision::Kind::move, HubId::none);
  scaling.decided({Time{9h}, Decision::Kind::down, Decision::Outcome::refused, HubId(0), "", "", "why"});
  scaling.finish(Time{10h});
  measures::Report report;
  scaling.report(report);
  CHECK(*report.values.at("scaling.oscillations").value == 2);
  CHECK(*report.values.at("scaling.up").value == 3);
  CHECK(*report.values.at("scaling.down").value == 1);
  CHECK(report.timeline.size() == 10);
}
