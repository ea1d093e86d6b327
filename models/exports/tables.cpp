#include "models/exports/tables.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/exports/registry.hpp"
#include "models/network/tables.hpp"

namespace exports {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest = 24h * 90;

const std::vector<std::pair<std::string, Tier>> tiers{{"basic", Tier::basic},
                                                      {"standard", Tier::standard},
                                                      {"premium", Tier::premium},
                                                      {"dedicated", Tier::dedicated}};
Table<FailoverGiven> failover_table() {
  Table<FailoverGiven> table("what its owner does such as {after: 20m}", "{after: 20m}");
  table
      .field("after", &FailoverGiven::after, optional(duration(0s, longest, "20m")),
             "From the loss of its region until its owner orders the failover.")
      .required();
  table.field("region", &FailoverGiven::region, optional(network::cloud_region()),
              "Where to; the paired region unless given.");
  table.field("takes", &FailoverGiven::takes, optional(duration(0s, longest, "40m")),
              "Of Blob Storage: from the order until the account is there; drawn unless given.");
  return table;
}

Table<ConsumerGiven> consumer_table() {
  Table<ConsumerGiven> table("a consumer such as {reads: 500/s}", "{reads: 500/s}");
  table.field(
      "reads", &ConsumerGiven::reads, optional(per_second({"0/s", "1000000000/s"}, "500/s")),
      "Messages that it reads, as far as the destination lets it; as many as it is let unless given.");
  return table;
}

// {reads: 500/s}; none reads nothing.
Value<ConsumerGiven> consumer() {
  Table<ConsumerGiven> table = consumer_table();
  table.field(
      "settle", &ConsumerGiven::settle,
      optional(choice<Settle>({{"complete", Settle::complete}, {"delete", Settle::removed}})),
      "Of Service Bus: complete is a call for each message that was read (peek-lock), delete takes it "
      "away as it is read.");
  const ConsumerGiven nobody{0.0, std::nullopt};
  const Value<ConsumerGiven> map = nested(table);
  Value<ConsumerGiven> value =
      either<ConsumerGiven>(choice<ConsumerGiven>({{"none", nobody}}), map,
                            [nobody](const ConsumerGiven& given) { return given == nobody; });
  // Whatever else is written is no word but a mistaken map.
  value.read = [map, read = value.read](Reader& reader, const Node& node, ConsumerGiven& given) {
    const bool word = node.kind == Node::Kind::scalar && node.text == "none";
    return word ? read(reader, node, given) : map.read(reader, node, given);
  };
  return value;
}

Value<const DestinationKind*> kind() {
  std::vector<std::pair<std::string, const DestinationKind*>> words;
  for (const DestinationKind* one : destination_kinds()) words.emplace_back(one->name(), one);
  return choice<const DestinationKind*>(std::move(words));
}

Value<Data> data() {
  const Value<std::vector<int>> words =
      list(choice<int>({{"telemetry", 0}, {"properties", 1}, {"connectivity", 2}, {"lifecycle", 3}}),
           "kinds of data such as [telemetry, connectivity]");
  return {[words](Reader& reader, const Node& node, Data& data) {
            std::vector<int> given;
            if (!words.read(reader, node, given)) return false;
            if (given.empty()) return reader.fail(node, "nothing is exported", "write [telemetry]");
            const auto has = [&](int kind) { return std::count(given.begin(), given.end(), kind) > 0; };
            for (const int kind : given)
              if (std::count(given.begin(), given.end(), kind) > 1)
                return reader.fail(node, "a kind of data is there twice", "remove one");
            data = {has(0), has(1), has(2), has(3)};
            return true;
          },
          [words](const Data& data) {
            std::vector<int> given;
            const bool all[] = {data.telemetry, data.properties, data.connectivity, data.lifecycle};
            for (int i = 0; i < 4; ++i)
              if (all[i]) given.push_back(i);
            return words.write(given);
          },
          words.shape};
}

Table<Retry> retry_table() {
  Table<Retry> table("how it tries again such as {window: 15m, cap: 60s}", "{window: 15m}");
  table.field("window", &Retry::window, duration(1s, longest, "15m"),
              "So long a destination may take nothing before it is failed.");
  table.field(
      "clock", &Retry::clock, optional(window_clock()),
      "oldest: the window is the age of the oldest undelivered message, as of what is sent as it comes "
      "unless given; last-success: it begins with the first attempt that fails, as of files.");
  table.field("first", &Retry::first, duration(1ms, 24h, "1s"), "The first wait.");
  table.field("factor", &Retry::factor, decimal(1, 100, "2"), "From one wait to the next.");
  table.field("cap", &Retry::cap, duration(1ms, 24h, "60s"), "The longest wait.");
  table.field("jitter", &Retry::jitter, share(0, 0.99, "20%"), "A wait is up to so much shorter or longer.");
  table.field("timeout", &Retry::timeout, duration(10ms, 24h, "60s"), "Of an attempt that nobody answers.");
  return table;
}

Table<Latency> latency_table() {
  Table<Latency> table("a latency such as {median: 1500ms, p99: 10s}", "{median: 1500ms, p99: 10s}");
  table.field("median", &Latency::median, duration(1ms, 1h, "1500ms"), "Of a message.");
  table.field("p99", &Latency::p99, duration(1ms, 1h, "10s"), "Of one in a hundred.");
  return table;
}

// "1m..5m", or a single time.
Value<Range> range(const std::string& example) {
  const Shape shape = duration_range_shape(longest, example);
  return from_text<Range>(
      shape,
      [](std::string_view text) -> Parsed<Range> {
        const Parsed<DurationRange> parsed = parse_duration_range(text, longest);
        if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
        const auto& [least, most] = std::get<DurationRange>(parsed);
        return Range{least, most};
      },
      [](const Range& range) {
        return format_duration_range({range.least, range.most});
      });
}

void add_rules(Table<Export>& table) {
  table.field("created", &Export::created, optional(time_of_run("1h")),
              "When it is saved; from the start of the run it has long been on, unless given.");
  table.field("start_delay", &Export::start_delay, range("1m..5m"),
              "From then until a new export gives its first data.");
  table.field("batch", &Export::batch, optional(duration(100ms, 60s, "10s")),
              "A communication stands for what is sent in this time, and limits are judged over it: 10 s "
              "unless given, 1 s "
              "where devices send at one instant. To Blob Storage a file a minute goes anyway.");
  table.field("retry", &Export::retry, nested(retry_table()), "When a destination takes nothing.");
  table.field("while_failed", &Export::keeps, choice<bool>({{"dropped", false}, {"kept", true}}),
              "What becomes of data while a destination is failed: dropped, or kept for the length of the "
              "window.");
  table.field("probe", &Export::probe, duration(1s, 24h, "5m"),
              "How often a failed destination is looked at.");
  table.field(
      "backpressure", &Export::backpressure,
      optional(count_of("messages", 0, 1'000'000'000'000, "100000 messages")),
      "A what-if: at so much backlog messages wait in the throttles of the hubs until half of it is gone.");
  table.field("latency", &Export::latency, nested(latency_table()),
              "From a hub to a destination that takes data, log-normal.");
}

}  // namespace

Value<WindowClock> window_clock() {
  return choice<WindowClock>({{"oldest", WindowClock::oldest}, {"last-success", WindowClock::last_success}});
}

std::string name_of(Tier tier) {
  for (const auto& [word, meaning] : tiers)
    if (meaning == tier) return word;
  throw std::logic_error("a tier has no word");
}

Table<Prices> prices_table() {
  Table<Prices> table("prices such as {events: 0.03 USD}", "{events: 0.03 USD}");
  for (const DestinationKind* one : destination_kinds()) one->add_prices(table);
  return table;
}

Table<DestinationGiven> destination_table() {
  const std::string example = "{name: hot, kind: event-hubs, throughput_units: 4}";
  Table<DestinationGiven> table("a destination such as " + example, example);
  table.field("name", &DestinationGiven::name, name("hot"), "Name of the destination, for its metrics.")
      .required();
  table.field("kind", &DestinationGiven::kind, kind(), "What it is.").required();
  table.field(
      "namespace", &DestinationGiven::space, optional(sim::settings::name("messaging")),
      "Of Event Hubs and Service Bus: destinations of one namespace share its units, credits and limits, "
      "which are said of the first of them; a namespace of its own unless given.");
  table.field("region", &DestinationGiven::region, optional(network::cloud_region()),
              "Where it is; in the application's region unless given.");
  table.field("zone", &DestinationGiven::zone, optional(sim::settings::whole<std::uint32_t>(1, 3)),
              "Its availability zone, where it does not span them.");
  table.field("tier", &DestinationGiven::tier, optional(choice<Tier>(tiers)),
              "Of Event Hubs: basic, standard, premium or dedicated; of Service Bus: basic (queues alone), "
              "standard or "
              "premium.");
  for (const DestinationKind* one : destination_kinds()) one->add_units(table);
  table.field("partitions", &DestinationGiven::partitions,
              optional(sim::settings::whole<std::uint32_t>(1, 2000)),
              "Of an event hub; of Blob Storage, each of which gets a file.");
  for (const DestinationKind* one : destination_kinds()) one->add_keys(table);
  table.field("consumer", &DestinationGiven::consumer, optional(consumer()),
              "Who reads from Event Hubs or Service Bus; unless given, it keeps up and is not counted. none: "
              "nobody reads.");
  table.field(
      "consumers", &DestinationGiven::consumers,
      optional(at_most(1000, list(nested(consumer_table()), "consumers such as [{reads: 500/s}, {}]"))),
      "Of Event Hubs: several consumer groups, which share its egress.");
  table.field("failover", &DestinationGiven::failover, optional(nested(failover_table())),
              "What its owner does when its region is lost; nothing unless given.");
  return table;
}

Table<Export> export_table() {
  Table<Export> table("an export such as {name: analytics, to: [hot]}", "{name: analytics, to: [hot]}");
  table.field("name", &Export::name, name("analytics"), "Name of the export, for its metrics.").required();
  table
      .field("to", &Export::to, list(name("hot"), "names of destinations such as [hot]"), "Its destinations.")
      .required();
  table.field(
      "data", &Export::data, data(),
      "What is exported: telemetry, properties, connectivity (once a minute who changed), lifecycle.");
  table.field("filter", &Export::filter, share(0.000001, 1, "50%"), "Share of the messages that passes.");
  table.field("enrichment", &Export::enrichment, size(0, 1'000'000, "64 B"), "Added to each message.");
  table.field("envelope", &Export::envelope, size(0, 100'000, "340 B"),
              "The message format around telemetry and properties.");
  add_rules(table);
  return table;
}

Value<Export> export_value() {
  Value<Export> value = nested(export_table());
  value.write = [write = value.write](const Export& one) {
    Node node = write(one);
    const bool enveloped = one.data.telemetry || one.data.properties;
    std::erase_if(node.entries, [&](const Entry& entry) {
      return (entry.key == "start_delay" && !one.created) || (entry.key == "envelope" && !enveloped);
    });
    return node;
  };
  return value;
}

}  // namespace exports
