// The metric catalog: names are known before a run, expanded by the scenario's own names and nothing else.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "models/measures/catalog.hpp"

using namespace std::chrono_literals;

namespace {

const measures::Names names{{"hub2", "late"}, {"thermostats"}, {"hub-1", "hub-2"}};

}  // namespace

TEST_CASE("fixed and expanded metric names exist") {
  for (const char* name :
       {"devices.total", "availability", "allocation.provisioned.max_to_mean",
        "allocation.connected.max_to_mean.peak", "allocation.hub.hub-1.connected", "recovery.hub2.p99",
        "recovery.late.outage.mean", "recovery.hub2.within.7m", "recovery.hub2.within.1h30m",
        "recovery.hub2.wait.dps_throttle", "recovery.hub2.group.thermostats.p50",
        "recovery.hub2.group.thermostats.within.15m", "recovery.hub2.pooled_p99", "dps.polls_throttled",
        "hub.peak_connect_rate", "hub.hub-2.connects", "hub.hub-2.queue_peak", "telemetry.lost"})
    CHECK(measures::metric_exists(name, names));
}

TEST_CASE("other names do not exist") {
  for (const char* name :
       {"", ".", "recovery", "recovery.hub3.p99", "recovery.<fault>.p99", "recovery.hub2.p98",
        "recovery.hub2.within.15", "recovery.hub2.within.0s", "recovery.hub2.within.1.5h",
        "recovery.hub2.within.m", "recovery.hub2.within.-5m", "recovery.hub2.within.99999999999999d",
        "recovery.hub2.group.pumps.p50", "recovery.hub2.group.thermostats.wait.stuck",
        "recovery.hub2.group.thermostats.collateral", "hub.queue_peak", "hub.hub-3.connects",
        "telemetry.lost.", "devices.total.extra"})
    CHECK_FALSE(measures::metric_exists(name, names));
}

TEST_CASE("recovery knows actions as it knows faults, and nothing else does") {
  measures::Names more = names;
  more.actions = {"rebalance"};
  CHECK(measures::metric_exists("recovery.rebalance.p99", more));
  CHECK(measures::metric_exists("storm.hub2.detected", more));
  CHECK_FALSE(measures::metric_exists("storm.rebalance.detected", more));
  CHECK_FALSE(measures::metric_exists("recovery.rebalance.p99", names));
  const std::vector<std::string> all = measures::metric_names(more);
  CHECK(std::count(all.begin(), all.end(), "recovery.rebalance.p99") == 1);
  CHECK(std::count(all.begin(), all.end(), "storm.rebalance.detected") == 0);
}

TEST_CASE("every listed name exists once, and each kind says unit and formula") {
  const std::vector<std::string> all = measures::metric_names(names);
  CHECK(std::set(all.begin(), all.end()).size() == all.size());
  for (const std::string& name : all) CHECK(measures::metric_exists(name, names));
  const std::set<std::string> units{"s",           "devices", "messages", "operations", "1",
                                    "1/s",         "hubs",    "units",    "USD",        "incidents",
                                    "connections", "bytes",   "attempts", "episodes"};
  for (const measures::MetricKind& kind : measures::metric_catalog()) {
    CHECK(units.contains(kind.unit));
    CHECK(kind.formula.size() > 10);
  }
}

TEST_CASE("unit and direction are those of the kind") {
  const measures::MetricKind* within = measures::find_metric("recovery.hub2.within.15m", names);
  REQUIRE(within);
  CHECK(within->unit == "1");
  CHECK(within->direction == measures::Direction::higher);
  const measures::MetricKind* p99 = measures::find_metric("recovery.hub2.group.thermostats.p99", names);
  REQUIRE(p99);
  CHECK(p99->unit == "s");
  CHECK(p99->direction == measures::Direction::lower);
}

TEST_CASE("a misspelt metric finds its neighbours") {
  CHECK(measures::nearest_metrics("recovery.hub2.p9", names).at(0) == "recovery.hub2.p90");
  CHECK(measures::nearest_metrics("recovery.hub3.p99", names).at(0) == "recovery.hub2.p99");
  CHECK(measures::nearest_metrics("telemetry.lots", names).at(0) == "telemetry.lost");
  CHECK(measures::nearest_metrics("weather", names).empty());
}

TEST_CASE("a metric is near by letters that are changed, missing or too many", "[catalog]") {
  struct Row {
    std::string_view meant, there;
    bool near;  // two edits, or one for each four letters of what was meant if that is more
  };
  for (const auto& [meant, there, near] : std::vector<Row>{{"kitten", "kitten", true},
                                                           {"kitten", "sitten", true},
                                                           {"kitten", "kitteg", true},
                                                           {"kitten", "sittin", true},
                                                           {"kitten", "sitting", false},
                                                           {"kitten", "itte", true},
                                                           {"kitten", "xkitteny", true},
                                                           {"kitten", "xkittenyz", false},
                                                           {"kitten", "kit", false},
                                                           {"kitten", "itt", false},
                                                           {"ab", "", true},
                                                           {"abc", "", false},
                                                           {"", "ab", true},
                                                           {"", "abc", false},
                                                           {"ab", "ba", true},
                                                           {"abc", "bca", true},
                                                           {"abcd", "dabc", true},
                                                           {"abcd", "dcba", false},
                                                           {"abcdefghijk", "abcdefgh", false},
                                                           {"abcdefghijkl", "abcdefghi", true},
                                                           {"abcdefghijkl", "abcdefgh", false}}) {
    INFO(meant << " and " << there);
    CHECK(measures::nearest_metrics(meant, std::vector{std::string(there)}).empty() == !near);
  }
  using Names = std::vector<std::string>;
  // Nobody mistypes a text of this length, and to compare it takes long.
  CHECK(measures::nearest_metrics(std::string(300, 'a'), Names{std::string(299, 'a')}).empty());
  CHECK(measures::nearest_metrics(std::string(150, 'a'), Names{std::string(149, 'a')}).size() == 1);
  CHECK(measures::nearest_metrics("kitten", Names{"sittin", "mitten", "bitten", "kitten"}) ==
        Names{"kitten", "bitten", "mitten"});
}

TEST_CASE("a time of within is any that a clock of microseconds can hold", "[catalog]") {
  const auto known = [](const std::string& time) {
    return measures::metric_exists("recovery.hub2.within." + time, names);
  };
  for (const char* time :
       {"1us", "1ms", "1h0m", "1d2h3m4s5ms6us", "4611686018427387903us", "4611686018427387902us1us",
        "4611686018427387ms903us", "53375995d", "53375995d14h"})
    CHECK(known(time));
  for (const char* time :
       {"0us", "0h0m", "4611686018427387904us", "4611686018427387903us1us", "4611686018427387ms904us",
        "4611686018428s", "53375995d15h", "53375996d", "1281023894008h", "9223372036854775807us"})
    CHECK_FALSE(known(time));
  const auto asked = measures::within_times({"recovery.hub2.within.1d2h3m4s5ms6us"});
  CHECK(asked.back().time == 24h + 2h + 3min + 4s + 5ms + 6us);
}

TEST_CASE("within reports the usual times and those asked for, shortest first") {
  CHECK(measures::within_times({}) ==
        std::vector<measures::Within>{{"5m", 5min}, {"15m", 15min}, {"1h", 1h}});
  CHECK(measures::within_times(
            {"recovery.hub2.within.90s", "recovery.hub2.group.a.within.15m", "telemetry.lost"}) ==
        std::vector<measures::Within>{{"90s", 90s}, {"5m", 5min}, {"15m", 15min}, {"1h", 1h}});
  CHECK(measures::within_times({"recovery.hub2.within.300s"}).size() == 4);
}

TEST_CASE("words of the metric tree are no names") {
  for (const char* word : {"recovery", "p99", "group", "wait", "backoff", "scaling", "export", "connects"})
    CHECK(measures::is_metric_word(word));
  for (const char* word : {"hub2", "hub-1", "thermostats", "<fault>", ""})
    CHECK_FALSE(measures::is_metric_word(word));
}

TEST_CASE("the kind of a metric is known without the names of its scenario") {
  measures::Names more = names;
  more.actions = {"rebalance"};
  more.destinations = {"hot"};
  more.deliveries = {{"analytics", "hot"}};
  more.regions = {"late"};
  for (const std::string& name : measures::metric_names(more)) {
    INFO(name);
    CHECK(measures::metric_kind(name) == measures::find_metric(name, more));
  }
  CHECK(measures::metric_kind("recovery.elsewhere.within.7m")->pattern == "recovery.<fault>.within.<time>");
  for (const char* name :
       {"", "recovery..p99", "recovery.hub2.p98", "recovery.hub2.within.soon", "telemetry"})
    CHECK(measures::metric_kind(name) == nullptr);
}
