#include "models/device/tables.hpp"

#include <fmt/format.h>

#include "models/network/tables.hpp"
#include "sim/settings/text.hpp"

namespace device {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest = 24h * 366;
const RateBounds flush_rates{"1/d", "1000000/s"};
const RateBounds joining_rates{"1/d", "1000000/s"};

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

Problem no_return_rule() {
  return {"is not a rule", "write at once, after 10 failures, after 15m, after 15m..30m or never"};
}

Parsed<ReturnRule> after_failures(std::string_view number) {
  const Parsed<std::uint64_t> count = parse_whole(number);
  if (const auto* problem = std::get_if<Problem>(&count))
    return Problem{problem->what, "write it like after 10 failures"};
  const std::uint64_t failures = std::get<std::uint64_t>(count);
  if (failures < 1 || failures > most_failures)
    return Problem{"is out of range", fmt::format("after 1 to {} failures", most_failures)};
  return ReturnRule{ReturnRule::Kind::after_failures, static_cast<std::uint32_t>(failures), {}, {}};
}

Parsed<ReturnRule> after_time(std::string_view from_text, std::string_view to_text) {
  const Parsed<Duration> from = parse_duration(from_text), to = parse_duration(to_text);
  for (const Parsed<Duration>* part : {&from, &to})
    if (const auto* problem = std::get_if<Problem>(part)) return *problem;
  if (std::get<Duration>(to) < std::get<Duration>(from))
    return Problem{"ends before it starts", "write the shorter time first"};
  if (std::get<Duration>(to) > longest) return Problem{"is too long", "at most 366d"};
  return ReturnRule{ReturnRule::Kind::after_time, 0, std::get<Duration>(from), std::get<Duration>(to)};
}

Parsed<ReturnRule> parse_return_rule(std::string_view text) {
  constexpr std::string_view after = "after ", failures = " failures", failure = " failure";
  if (text == "at once") return ReturnRule{ReturnRule::Kind::at_once, 0, {}, {}};
  if (text == "never") return ReturnRule{};
  if (!starts_with(text, after)) return no_return_rule();
  const std::string_view rest = text.substr(after.size());
  for (const std::string_view end : {failures, failure})
    if (rest.size() > end.size() && rest.substr(rest.size() - end.size()) == end)
      return after_failures(rest.substr(0, rest.size() - end.size()));
  const std::size_t dots = rest.find("..");
  if (dots == std::string_view::npos) return after_time(rest, rest);
  return after_time(rest.substr(0, dots), rest.substr(dots + 2));
}

std::string format_return_rule(const ReturnRule& rule) {
  switch (rule.kind) {
    case ReturnRule::Kind::at_once:
      return "at once";
    case ReturnRule::Kind::never:
      return "never";
    case ReturnRule::Kind::after_failures:
      return fmt::format("after {} failures", rule.failures);
    case ReturnRule::Kind::after_time:
      break;
  }
  if (rule.from == rule.to) return "after " + format_duration(rule.from);
  return fmt::format("after {}..{}", format_duration(rule.from), format_duration(rule.to));
}

// "2h over 1h", "2h" or, without a start, "1h".
Parsed<JoinsGiven> parse_at_over(std::string_view at, std::string_view over) {
  const Parsed<Duration> start = parse_duration(at), length = parse_duration(over);
  for (const Parsed<Duration>* part : {&start, &length})
    if (const auto* problem = std::get_if<Problem>(part)) return *problem;
  for (const Duration part : {std::get<Duration>(start), std::get<Duration>(length)})
    if (part > longest_joining)
      return Problem{"is too long", fmt::format("at most {}", format_duration(longest_joining))};
  return JoinsGiven{{std::get<Duration>(start), std::get<Duration>(length)}, std::nullopt};
}

// `does`: join or leave. Who left at once would never have been there.
Parsed<JoinsGiven> parse_times(std::string_view text, const std::string& does) {
  constexpr std::string_view at = "at ", over = "over ", between = " over ";
  const bool joining = does == "join";
  if (text == "at once" && joining) return JoinsGiven{};
  if (starts_with(text, over)) return parse_at_over("0", text.substr(over.size()));
  if (starts_with(text, at) && text != "at once") {
    const std::size_t middle = text.find(between);
    if (middle == std::string_view::npos) return parse_at_over(text.substr(at.size()), "0");
    return parse_at_over(text.substr(at.size(), middle - at.size()), text.substr(middle + between.size()));
  }
  if (text.empty() || text[0] < '0' || text[0] > '9')
    return Problem{"does not say when devices " + does,
                   fmt::format("write {}over 10m, at 2h over 1h or 1000/h", joining ? "at once, " : "")};
  const Parsed<Rate> rate = within(parse_rate(text), joining_rates);
  if (const auto* problem = std::get_if<Problem>(&rate)) return *problem;
  return JoinsGiven{{}, std::get<Rate>(rate)};
}

Parsed<JoinsGiven> parse_joins(std::string_view text) { return parse_times(text, "join"); }

Parsed<JoinsGiven> parse_leaves(std::string_view text) {
  const Parsed<JoinsGiven> parsed = parse_times(text, "leave");
  const auto* given = std::get_if<JoinsGiven>(&parsed);
  if (given && !given->rate && given->joins.start + given->joins.over == Duration{0})
    return Problem{"would leave no device there", "write over 10m, at 2h over 1h or 1000/h"};
  return parsed;
}

std::string format_joins(const JoinsGiven& given) {
  if (given.joins.start == Duration{0} && given.joins.over == Duration{0}) return "at once";
  return fmt::format("at {} over {}", format_duration(given.joins.start), format_duration(given.joins.over));
}

Parsed<provisioning::Approval> parse_approval(std::string_view text) {
  using Kind = provisioning::Approval::Kind;
  constexpr std::string_view after = "after ";
  if (text == "automatic") return provisioning::Approval{Kind::automatic, {}};
  if (text == "manual") return provisioning::Approval{Kind::manual, {}};
  if (!starts_with(text, after)) return Problem{"is no approval", "write automatic, manual or after 2h"};
  const Parsed<Duration> delay = parse_duration(text.substr(after.size()));
  if (const auto* problem = std::get_if<Problem>(&delay)) return *problem;
  if (std::get<Duration>(delay) > longest)
    return Problem{"is too long", fmt::format("at most {}", format_duration(longest))};
  return provisioning::Approval{Kind::after, std::get<Duration>(delay)};
}

std::string format_approval(const provisioning::Approval& approval) {
  using Kind = provisioning::Approval::Kind;
  if (approval.kind == Kind::after) return "after " + format_duration(approval.delay);
  return approval.kind == Kind::manual ? "manual" : "automatic";
}

// Ranges of what is written as "over 10m", "at 2h" and "1000/h".
std::vector<Range> times_ranges(const Duration& least) {
  const std::string from = format_duration(least), to = format_duration(longest_joining);
  return {
      {"over " + from, "over " + to}, {"at " + from, "at " + to}, {joining_rates.least, joining_rates.most}};
}

Table<Telemetry> telemetry_table() {
  Table<Telemetry> table("telemetry such as {every: 60s, size: 512 B}", "{every: 60s, size: 512 B}");
  table.field("every", &Telemetry::every, duration(100ms, longest, "60s"), "Period of a device's messages.");
  table.field("size", &Telemetry::bytes, size(1, 256u << 10, "512 B"), "Size of a message.");
  table.field("phase", &Telemetry::synchronised, choice<bool>({{"spread", false}, {"synchronised", true}}),
              "Whether all devices send at the same instants.");
  table.field("jitter", &Telemetry::jitter, duration(0s, longest, "10s"),
              "Over how long the messages of synchronised devices are spread.");
  table.field("flush", &Telemetry::flush, per_second(flush_rates, "10/s"),
              "How fast a device sends what it had to keep.");
  table.field("profile", &Telemetry::profile, profile(), "How the rate changes over time.");
  table.field("surges", &Telemetry::surges, list(nested(surge_table()), "a list of surges"),
              "When there is more to send than usual.");
  return table;
}

Table<Properties> properties_table() {
  Table<Properties> table("properties such as {every: 15m, size: 1 KiB}", "{every: 15m, size: 1 KiB}");
  table.field("every", &Properties::every, duration(100ms, longest, "15m"), "Period of a device's updates.")
      .required();
  table.field("size", &Properties::bytes, size(1, 32u << 10, "1 KiB"), "Size of an update.").required();
  return table;
}

Table<Commands> commands_table() {
  Table<Commands> table("commands such as {every: 1h, size: 256 B, response: 256 B}",
                        "{every: 1h, size: 256 B, response: 256 B}");
  table.field("every", &Commands::every, duration(100ms, longest, "1h"), "Period of commands to a device.")
      .required();
  table.field("size", &Commands::bytes, size(1, 128u << 10, "256 B"), "Size of a command.").required();
  table
      .field("response", &Commands::response, size(0, 128u << 10, "256 B"),
             "Size of the answer; an empty one counts as one message unless `application.metering` says "
             "otherwise.")
      .required();
  return table;
}

Value<Boot> boot() {
  constexpr Duration longest_boot = 24h;
  return from_text<Boot>(
      duration_range_shape(longest_boot, "20s..60s"),
      [=](std::string_view text) -> Parsed<Boot> {
        const Parsed<DurationRange> parsed = parse_duration_range(text, longest_boot);
        if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
        const auto& [from, to] = std::get<DurationRange>(parsed);
        return Boot{from, to};
      },
      [](const Boot& boot) {
        return format_duration_range({boot.from, boot.to});
      });
}

Value<provisioning::Approval> approval() {
  const Shape shape = quantity_shape(
      "automatic, manual, or a time such as after 2h", "automatic", "automatic|manual|after [0-9].*",
      {{"after 0s", "after " + format_duration(longest)}}, {"automatic", "manual"});
  return from_text<provisioning::Approval>(shape, parse_approval, format_approval);
}

}  // namespace

Value<ReturnRule> return_rule() {
  const Shape shape = quantity_shape("a rule such as after 10 failures", "after 10 failures",
                                     "at once|never|after [1-9][0-9]* failures?|after [0-9].*",
                                     {{"after 1 failures", fmt::format("after {} failures", most_failures)},
                                      {"after 0s", "after " + format_duration(longest)}},
                                     {"at once", "never"});
  return from_text<ReturnRule>(shape, parse_return_rule, format_return_rule);
}

Value<JoinsGiven> joins() {
  const Shape shape =
      quantity_shape("when devices join, such as over 10m", "over 10m",
                     "at once|(at|over) [0-9].*|[0-9].*/(s|min|h|d)", times_ranges(Duration{0}), {"at once"});
  return from_text<JoinsGiven>(shape, parse_joins, format_joins);
}

Value<JoinsGiven> leaves() {
  const Shape shape = quantity_shape("when devices leave, such as over 10m", "over 10m",
                                     "(at|over) [0-9].*|[0-9].*/(s|min|h|d)", times_ranges(Duration{1}));
  return from_text<JoinsGiven>(shape, parse_leaves, format_joins);
}

Table<GroupGiven> group_table() {
  Table<GroupGiven> table("a group of devices such as {name: meters, devices: 1000}", "{devices: 1000}");
  table.field(
      "name", [](auto& given) -> auto& { return given.group.name; }, name("meters"),
      "Name of the group; group-1, group-2, ... unless given.");
  table
      .field(
          "devices", [](auto& given) -> auto& { return given.group.devices; },
          whole<std::uint32_t>(1, 4'000'000'000), "Number of devices.")
      .required();
  table.field(
      "region", [](auto& given) -> auto& { return given.group.region; }, network::place(),
      "Where the devices are; the application's region unless given.");
  table.field(
      "access", [](auto& given) -> auto& { return given.group.access; }, network::access(),
      "The access network, or {rtt, loss}.");
  table.field(
      "client", [](auto& given) -> auto& { return given.group.client; }, client(),
      "The firmware: a client of the catalog (guide-reconnect unless given), or a map that overrides one.");
  table.field("return_to_dps", &GroupGiven::return_to_dps, optional(return_rule()),
              "When a lost hub leads to DPS; the client's own rule unless given.");
  table.field("on_dps_failure", &GroupGiven::on_dps_failure, optional(on_dps_failure()),
              "What follows a failed DPS phase; the client's own rule unless given.");
  table.field("on_connect", &GroupGiven::on_connect, optional(nested(on_connect_table())),
              "What a device does with its twin after each connect; the client's own rule unless given.");
  table.field(
      "never_recovers", [](auto& given) -> auto& { return given.group.never_recovers; }, share(0, 1, "0.05%"),
      "Share of devices that need a power cycle once cut off.");
  table.field(
      "credentials", [](auto& given) -> auto& { return given.group.credentials; },
      choice<provisioning::Attestation>(
          {{"sas", provisioning::Attestation::sas}, {"x509", provisioning::Attestation::x509}}),
      "SAS tokens are renewed, certificates are not.");
  table.field(
      "enrollment", [](auto& given) -> auto& { return given.group.enrollment; }, name("line-1"),
      "The enrollment group of the devices.");
  table.field(
      "edge", [](auto& given) -> auto& { return given.group.edge; }, boolean(),
      "IoT Edge devices, which cannot move between hubs.");
  table.field(
      "approval", [](auto& given) -> auto& { return given.group.approval; }, approval(),
      "Who approves devices that join: automatic; manual: an action; after 2h: an operator, so long after "
      "the device first asks DPS.");
  table.field("joins", &GroupGiven::joins, optional(joins()),
              "New devices that register through DPS, and when; absent: an established fleet.");
  table.field("leaves", &GroupGiven::leaves, optional(leaves()),
              "When devices leave for good, which deletes their identities; absent: never.");
  table.field(
      "buffer", [](auto& given) -> auto& { return given.group.buffer; },
      as<std::uint32_t>(count_of("messages", 0, 4'000'000'000, "100 messages")),
      "Messages a device keeps while it is not connected; the oldest is dropped first.");
  table.field(
      "storage", [](auto& given) -> auto& { return given.group.storage; },
      choice<Storage>({{"memory", Storage::memory}, {"flash", Storage::flash}}),
      "Where it keeps them: in memory, which is empty after a loss of power or a restart, or in flash.");
  table.field(
      "boot", [](auto& given) -> auto& { return given.group.boot; }, boot(),
      "How long a device takes from power, or from a restart, until its program runs; uniform where that is "
      "a range, drawn at each boot.");
  table.field(
      "telemetry", [](auto& given) -> auto& { return given.group.telemetry; }, nested(telemetry_table()),
      "What a device sends.");
  table.field(
      "properties", [](auto& given) -> auto& { return given.group.properties; },
      optional(nested(properties_table())), "Properties that a device reports (twin updates); absent: none.");
  table.field(
      "commands", [](auto& given) -> auto& { return given.group.commands; },
      optional(nested(commands_table())), "Commands that a device is sent (direct methods); absent: none.");
  return table;
}

}  // namespace device
