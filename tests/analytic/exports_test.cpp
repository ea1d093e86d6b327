// Known answers 26 to 28: when a destination that takes nothing is failed, what it costs and when it is found
// again; how a backlog drains; what a destination takes.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <vector>

#include "tests/analytic/known.hpp"

namespace {

// 1,000 devices, 100 messages a second, to an event hub that takes ten times as many.
std::string sending(const std::string& more, const std::string& destination = "{name: hot, kind: event-hubs}",
                    const std::string& rules = "") {
  return fmt::format(R"(
duration: 3h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 1}}}}
fleet: [{{name: meters, devices: 1000, client: {{base: sdk-python, retry: {{connects_to_send: false}}}},
  credentials: x509,
  telemetry: {{every: 10s, size: 512 B}}}}]
destinations: [{}]
exports: [{{name: analytics, to: [hot]{}}}]
{}
)",
                     destination, rules, more);
}

std::string outage(const std::string& length, const char* mode = "refuse", const char* at = "1h") {
  return fmt::format("faults: [{{name: sink, at: {}, destination: hot, for: {}, mode: {}}}]", at, length,
                     mode);
}

support::Options with(std::vector<std::string> set) {
  support::Options options;
  options.set = std::move(set);
  return options;
}

double of(const measures::Report& report, const char* what) {
  return support::value(report, std::string("export.analytics.hot.") + what);
}

constexpr double rate = 100, window = 900, probe = 300;
constexpr double grain = 0.1;  // seconds: a few messages, an answer

// received = filtered + exported + dropped + backlog.
void check_account(const measures::Report& report) {
  CHECK(of(report, "received") ==
        of(report, "filtered") + of(report, "exported") + of(report, "dropped") + of(report, "backlog"));
}

}  // namespace

TEST_CASE("a destination away for less than the window loses nothing", "[known-26][long]") {
  for (const char* mode : {"refuse", "silent", "busy"})
    for (const char* length : {"10s", "10m", "14m59s"}) {
      INFO(mode << " for " << length);
      const measures::Report report = support::run(sending(outage(length, mode)));
      check_account(report);
      CHECK(of(report, "received") == Approx(rate * 3 * 3600).margin(1));
      CHECK(of(report, "dropped") == 0);
      CHECK(of(report, "exported") == of(report, "received"));
      CHECK(of(report, "failed_for") == 0);
      CHECK(std::isnan(of(report, "failed_after")));
      CHECK(of(report, "caught_up_after") >= 0);
    }
}

TEST_CASE("when the window is over the destination is failed and its data dropped", "[long][known-26]") {
  for (const char* mode : {"refuse", "silent", "busy"})
    for (const auto& [length, found] : {std::pair{"15m1s", window + probe},
                                        {"19m59s", window + probe},
                                        {"20m1s", window + 2 * probe},
                                        {"31m", window + 4 * probe}}) {
      INFO(mode << " for " << length);
      const measures::Report report = support::run(sending(outage(length, mode)));
      check_account(report);
      CHECK(of(report, "failed_after") == Approx(window).margin(grain));
      CHECK(of(report, "failures") == 1);
      // A probe that nobody answers ends when it times out.
      const double late = std::string(mode) == "silent" ? 0.2 : grain;
      CHECK(of(report, "failed_for") == Approx(found - window).margin(late));
      CHECK(of(report, "dropped") == Approx(rate * found).margin(rate * late));
      CHECK(of(report, "backlog_peak") == Approx(rate * window).margin(rate * grain));
    }
}

TEST_CASE("a probe just before the return finds nothing, the next one does", "[known-26]") {
  // Failed at 15 min, probed 5 and 10 min later.
  const measures::Report before = support::run(sending(outage("1199s")));
  const measures::Report after = support::run(sending(outage("1201s")));
  CHECK(of(before, "caught_up_after") == Approx(1).margin(grain));
  CHECK(of(after, "caught_up_after") == Approx(probe - 1).margin(grain));
}

TEST_CASE("a restart finds the destination at once, and drops what waited", "[known-26]") {
  const auto restarted = [](const char* length, const char* at, const char* what = "analytics") {
    return support::run(sending(outage(length) + fmt::format("\nactions: [{{name: again, at: {}, "
                                                             "restart_export: {}}}]",
                                                             at, what)));
  };
  SECTION("of a failed one") {
    const measures::Report report = restarted("16m", "1h17m");
    CHECK(of(report, "failed_after") == Approx(window).margin(grain));
    CHECK(of(report, "failed_for") == Approx(2 * 60).margin(grain));
    CHECK(of(report, "dropped") == Approx(rate * 17 * 60).margin(rate * grain));
    CHECK(of(report, "caught_up_after") == Approx(60).margin(grain));
  }
  SECTION("within the window, which begins anew") {
    const measures::Report report = restarted("20m", "1h10m");
    CHECK(of(report, "failures") == 0);
    CHECK(of(report, "dropped") == Approx(rate * 10 * 60).margin(rate * grain));
  }
  SECTION("within the window, which runs out after that") {
    const measures::Report report = restarted("28m", "1h10m");
    CHECK(of(report, "failures") == 1);
    CHECK(of(report, "failed_after") == Approx(25 * 60).margin(grain));
  }
  SECTION("with a pause, whose messages are lost too") {
    const measures::Report report = restarted("16m", "1h17m", "{name: analytics, off: 2m}");
    CHECK(of(report, "dropped") == Approx(rate * 19 * 60).margin(rate * grain));
    CHECK(of(report, "received") == Approx(rate * 3 * 3600).margin(1));
  }
}

TEST_CASE("overlapping outages of a destination are one", "[known-26]") {
  const auto two = [](const char* second_at, const char* length) {
    return support::run(
        sending(fmt::format("faults:\n  - {{name: sink, at: 1h, destination: hot, for: 10m}}\n"
                            "  - {{name: other, at: {}, destination: hot, for: {}}}",
                            second_at, length)));
  };
  const measures::Report longer = two("1h8m", "10m"), shorter = two("1h8m", "6m"), inside = two("1h2m", "3m");
  CHECK(of(longer, "failed_after") == Approx(window).margin(grain));
  CHECK(of(longer, "failed_for") == Approx(probe).margin(grain));
  CHECK(of(shorter, "failures") == 0);
  CHECK(of(shorter, "dropped") == 0);
  CHECK(of(inside, "dropped") == 0);
  CHECK(of(inside, "exported") == of(inside, "received"));
}

TEST_CASE("without messages no window runs, and a flood after it is caught up with", "[known-26]") {
  // The only hub is away for 30 minutes, within which the destination is for 20.
  const measures::Report report =
      support::run(sending("faults:\n  - {name: away, at: 1h, hub: 1, for: 30m}\n  - {name: sink, at: 1h5m, "
                           "destination: hot, for: 20m}"));
  CHECK(of(report, "failures") == 0);
  CHECK(of(report, "dropped") == 0);
  CHECK(of(report, "exported") + of(report, "backlog") == of(report, "received"));
  CHECK(of(report, "received") == Approx(support::value(report, "telemetry.delivered")).epsilon(1e-4));
  // What the devices kept comes faster than it arose.
  CHECK(support::value(report, "destination.hot.arrival.peak") > 2 * rate);
}

TEST_CASE("the window may begin with the last success, and data may be kept", "[known-26]") {
  const std::string clock = ", retry: {clock: last-success}";
  const measures::Report failed =
      support::run(sending(outage("20m"), "{name: hot, kind: event-hubs}", clock));
  // From the first attempt that fails, up to a batch after the start of the fault.
  CHECK(of(failed, "failed_after") >= window);
  CHECK(of(failed, "failed_after") <= window + 10 + grain);
  const measures::Report kept =
      support::run(sending(outage("20m"), "{name: hot, kind: event-hubs}", ", while_failed: kept"));
  CHECK(of(kept, "failed_for") == Approx(probe).margin(grain));
  CHECK(of(kept, "dropped") == Approx(rate * (20 * 60 - window)).margin(rate * grain));
  CHECK(of(kept, "exported") + of(kept, "dropped") == of(kept, "received"));
}

TEST_CASE("the window of files begins with the first write that fails", "[known-26]") {
  const std::string blob = "{name: hot, kind: blob-storage}";
  // The file that is due at the start of the fault fails, whatever is in it, and whatever fails it.
  for (const char* mode : {"refuse", "silent"}) {
    const measures::Report lags = support::run(sending(outage("14m59s", mode), blob));
    const measures::Report fails = support::run(sending(outage("15m5s", mode), blob));
    CHECK(of(lags, "dropped") == 0);
    CHECK(of(fails, "failed_after") == Approx(window).margin(2 * grain));
    check_account(fails);
  }
  // Half a minute later the first is due half a minute after its start; by the age of the oldest message the
  // window would be over a minute sooner.
  const measures::Report later = support::run(sending(outage("16m", "refuse", "3630s"), blob));
  CHECK(of(later, "failed_after") == Approx(window + 30).margin(2 * grain));
  const measures::Report oldest = support::run(sending(outage("14m1s"), blob, ", retry: {clock: oldest}"));
  CHECK(of(oldest, "failed_after") == Approx(window - 60).margin(grain));
}

TEST_CASE("a backlog drains with what the destination takes beyond what comes in", "[known-27]") {
  // Attempts each second see the return at once.
  const std::string rules = ", retry: {first: 1s, cap: 1s, jitter: 0%, window: 2h}";
  for (const auto& [every, minutes] : {std::pair{"2s", 10}, {"2s", 20}, {"1250ms", 10}, {"4s", 30}}) {
    INFO(every << ", " << minutes << " min");
    const measures::Report report =
        support::run(sending(outage(fmt::format("{}m", minutes)), "{name: hot, kind: event-hubs}", rules),
                     with({fmt::format("fleet[0].telemetry.every={}", every)}));
    const double arriving = of(report, "received") / (3 * 3600), backlog = arriving * minutes * 60;
    const double takes = support::value(report, "destination.hot.takes");
    CHECK(takes == Approx(1000));
    CHECK(of(report, "caught_up_after") == Approx(backlog / (takes - arriving)).epsilon(0.01).margin(6));
    CHECK(of(report, "dropped") == 0);
  }
}

TEST_CASE("a unit takes 1,000 events or 1 MB a second, a topic 1,000 credits", "[known-28][long]") {
  // 2,000 messages a second; the window never runs out, since the destination takes some.
  const std::string rules = ", envelope: 0 B, retry: {clock: last-success}";
  const auto taken = [&](const std::string& destination, const std::string& size) {
    const measures::Report report =
        support::run(sending("", destination, rules),
                     with({"fleet[0].telemetry.every=500ms", "fleet[0].telemetry.size=" + size}));
    check_account(report);
    CHECK(of(report, "failures") == 0);
    return of(report, "exported") / (3 * 3600);
  };
  const std::string hub = "{name: hot, kind: event-hubs", topic = "{name: hot, kind: service-bus-topic";
  CHECK(taken(hub + "}", "100 B") == Approx(1000).epsilon(0.002));
  CHECK(taken(hub + "}", "1000 B") == Approx(1000).epsilon(0.002));
  CHECK(taken(hub + "}", "4000 B") == Approx(250).epsilon(0.002));
  CHECK(taken(hub + ", throughput_units: 2}", "4000 B") == Approx(500).epsilon(0.002));
  CHECK(taken(hub + ", throughput_units: 3}", "100 B") == Approx(2000).epsilon(0.002));
  // Somebody reads, for a credit too, unless a scenario says that nobody does.
  CHECK(taken(topic + ", filters: 4, consumer: none}", "100 B") == Approx(200).epsilon(0.002));
  CHECK(taken(topic + ", filters: 4}", "100 B") == Approx(1000 / 6.).epsilon(0.002));
  CHECK(taken(topic + ", filters: 0}", "100 B") == Approx(500).epsilon(0.002));
  // The reader who is described and the sender find the balance up to a few credits.
  CHECK(taken(topic + ", filters: 1, consumer: {reads: 10000/s}}", "100 B") ==
        Approx(1000 / 3.).epsilon(0.07));
  CHECK(taken("{name: hot, kind: service-bus-queue, tier: premium}", "4000 B") == Approx(500).epsilon(0.002));
}

TEST_CASE("a webhook takes the calls that its endpoint answers, and the rest waits", "[known-28]") {
  const std::string slow = sending("", "{name: hot, kind: webhook, calls: 80/s}");
  // Of 100 a second 20 more wait each second; between two busy answers it waits for half a minute.
  const measures::Report report = support::run(slow, with({"duration=1h"}));
  check_account(report);
  CHECK(support::value(report, "destination.hot.takes") == 80);
  CHECK(of(report, "exported") == Approx(80 * 3600).margin(80 * 31));
  CHECK(of(report, "backlog") == Approx(20 * 3600).margin(80 * 31));
  CHECK(of(report, "dropped") == 0);
  CHECK(support::value(report, "destination.hot.throttled") == Approx(3600 / 30).margin(3));
  CHECK(support::value(report, "destination.hot.cost") == 0);
  const measures::Report hasty = support::run(slow, with({"duration=1h", "destinations[0].retry_after=10s"}));
  CHECK(support::value(hasty, "destination.hot.throttled") == Approx(3600 / 10).margin(5));
  const measures::Report roomy =
      support::run(sending("", "{name: hot, kind: webhook, calls: 101/s}"), with({"duration=1h"}));
  CHECK(of(roomy, "exported") == Approx(100 * 3600).margin(1000));
  CHECK(support::value(roomy, "destination.hot.throttled") == 0);
}

// The last attempt of each window begins as it ends, when the calls of the moment are used up.
TEST_CASE("an attempt of which nothing is taken is an error, and one of which something is taken is none",
          "[known-28]") {
  for (const int calls : {80, 60}) {
    const measures::Report report =
        support::run(sending("", fmt::format("{{name: hot, kind: webhook, calls: {}/s}}", calls)));
    check_account(report);
    CHECK(of(report, "failures") > 1);
    CHECK(of(report, "errors") == of(report, "failures"));
  }
}

TEST_CASE("Data Explorer is given a batch in five minutes, or what comes as it comes", "[known-28]") {
  const auto lake = [](const std::string& more) {
    return sending("", "{name: hot, kind: data-explorer" + more + "}");
  };
  // 36 batches in three hours; a message waits for half of five minutes on average, and for the latency.
  const measures::Report queued = support::run(lake(""));
  check_account(queued);
  CHECK(support::value(queued, "destination.hot.files") == Approx(36).margin(1));
  CHECK(of(queued, "delay.p50") == Approx(150).margin(20));
  CHECK(of(queued, "delay.max") > 275);  // told apart by eighths of a batch
  CHECK(of(queued, "delay.max") < 310);
  CHECK(of(queued, "dropped") == 0);
  // A message of 512 B is 852 B in its envelope, at 5 cents a GB.
  CHECK(support::value(queued, "destination.hot.cost") ==
        Approx(of(queued, "exported") * 852 / 1e9 * 0.05).epsilon(0.01));
  const measures::Report minutes = support::run(lake(", batching: 1m"));
  CHECK(support::value(minutes, "destination.hot.files") == Approx(180).margin(2));
  const measures::Report streaming = support::run(lake(", ingestion: streaming"));
  CHECK(support::value(streaming, "destination.hot.files") == 0);
  CHECK(of(streaming, "delay.p50") == Approx(1.5).margin(0.2));
  // Room for 80 of 100 messages a second.
  const measures::Report narrow =
      support::run(lake(", ingestion: streaming, throughput: 68160 B"), with({"duration=1h"}));
  check_account(narrow);
  CHECK(support::value(narrow, "destination.hot.takes") == Approx(80));
  CHECK(of(narrow, "exported") == Approx(80 * 3600).margin(80 * 11));
  CHECK(support::value(narrow, "destination.hot.throttled") == Approx(3600 / 10).margin(5));
}

TEST_CASE("exports share the units of a destination fairly", "[known-28]") {
  // One asks for 200 a second of 1,000, the others for 1,000 each.
  const measures::Report report = support::run(R"(
duration: 2h
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
fleet: [{name: meters, devices: 1000, client: {base: sdk-python}, credentials: x509,
  telemetry: {every: 1s, size: 512 B}}]
destinations: [{name: hot, kind: event-hubs}]
exports:
  - {name: few, to: [hot], envelope: 0 B, filter: 20%, retry: {clock: last-success}}
  - {name: many, to: [hot], envelope: 0 B, retry: {clock: last-success}}
  - {name: more, to: [hot], envelope: 0 B, retry: {clock: last-success}}
)");
  const auto exported = [&](const std::string& name) {
    return support::value(report, "export." + name + ".hot.exported") / 7200;
  };
  CHECK(exported("few") == Approx(200).epsilon(0.01));
  CHECK(exported("many") == Approx(400).epsilon(0.01));
  CHECK(exported("more") == Approx(400).epsilon(0.01));
}
