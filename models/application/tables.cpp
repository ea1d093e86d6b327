// The keys of a scenario, and the catalogs of the application itself.
#include <stdexcept>

#include "models/application/draft.hpp"
#include "models/catalog.hpp"
#include "models/control/tables.hpp"
#include "models/failover/tables.hpp"
#include "models/network/tables.hpp"
#include "models/provisioning/tables.hpp"

namespace application {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest = 24h * 3660;

Value<Era> era() {
  return choice<Era>({{"legacy", Era::legacy}, {"2021", Era::y2021}, {"2023", Era::y2023}});
}

Value<std::uint32_t> quotas() {
  std::vector<std::pair<std::string, std::uint32_t>> choices;
  for (const std::uint32_t year : provisioning::years()) choices.emplace_back(std::to_string(year), year);
  return choice(std::move(choices));
}

Value<Metering> metering() {
  return choice<Metering>({{"2018", Metering::y2018}, {"2023", Metering::y2023}});
}

// A part of the scenario that is being read.
template <class Member>
auto in_scenario(Member member) {
  return [member](auto& draft) -> auto& { return draft.scenario.*member; };
}

Value<HubsGiven> hubs() {
  const Value<hub::Several> several = nested(hub::several_table());
  const Value<std::vector<hub::Settings>> entries =
      at_most(hub::most_hubs,
              list<hub::Settings>(nested(hub::settings_table()), "a list of hubs", hub::default_settings));
  Value<HubsGiven> value;
  value.shape = either_shape(several.shape, entries.shape);
  set_presets(value.shape.parts[0], several.write({0, hub::default_settings()}));
  value.read = [several, entries](Reader& reader, const Node& node, HubsGiven& given) {
    given = {};
    if (node.kind == Node::Kind::list) return entries.read(reader, node, given.list);
    given.several = hub::Several{0, hub::default_settings()};
    return several.read(reader, node, *given.several);
  };
  value.write = [entries](const HubsGiven& given) { return entries.write(given.list); };
  return value;
}

// The keys that defaults.yaml gives under the same names as a scenario.
Table<Draft> run_table() {
  Table<Draft> table("the run");
  table.field("start", in_scenario(&Scenario::start_utc_s), instant(),
              "Simulated wall clock at the start; quotas begin anew at midnight UTC.");
  table.field("duration", in_scenario(&Scenario::duration), duration(1s, longest, "6h"), "Simulated time.");
  table.field("warmup", in_scenario(&Scenario::warmup), duration(0s, longest, "30m"),
              "Left out of every statistic.");
  table.field("seed", in_scenario(&Scenario::seed), whole<std::uint64_t>(0),
              "Random numbers follow from it.");
  table.field("replications", in_scenario(&Scenario::replications),
              whole<std::uint32_t>(1, most_replications), "Independent repetitions.");
  table.field("limits", in_scenario(&Scenario::limits_documented),
              choice<bool>({{"documented", true}, {"off", false}}),
              "Whether limits of the platform are errors, or only noted.");
  return table;
}

Table<Draft> place_table() {
  Table<Draft> table("an application such as {era: 2021, hubs: {count: 4}}", "{era: 2021, hubs: {count: 4}}");
  table.field("era", in_scenario(&Scenario::era), era(),
              "When the application was created: hub minimum and scale-out rule.");
  table.field("quotas", in_scenario(&Scenario::quotas), quotas(), "Year of the application quotas.");
  table.field("metering", in_scenario(&Scenario::metering), metering(),
              "Which text of the billing page holds for direct methods: by that of 2023 an empty request or "
              "answer is one message, by that of 2018 none.");
  table.field("region", in_scenario(&Scenario::region), network::cloud_region(),
              "Cloud region of the application.");
  return table;
}

Table<Draft> application_table() {
  Table<Draft> table = place_table();
  Value<std::string> recovery = network::cloud_region();
  recovery.write = [write = recovery.write](const std::string& name) {
    return name.empty() ? Node{} : write(name);
  };
  table.field(
      "recovery_region", in_scenario(&Scenario::recovery_region), recovery,
      "Cloud region where the application goes when its own is lost; the paired region unless given.");
  table.field("hubs", &Draft::hubs, hubs(),
              "{count, ...} for equal hubs, or a list with an entry a hub. Unless given: the era's minimum, "
              "or one for "
              "each 10,000 devices if that is more (at most 50), of edition S1 with the units for the "
              "fleet's messages of a day "
              "in blocks of 4 KB; S2 or S3 where S1 does not go that far.");
  table.field("quota_used", in_scenario(&Scenario::quota_used),
              optional(count_of("messages", 0, 1'000'000'000'000, "100000 messages")),
              "Messages of the day used before the start, in blocks of their editions, of all hubs together: "
              "each has "
              "used as much as its share of the devices. Unless given: what the fleet would have used since "
              "00:00 UTC.");
  return table;
}

void add_exports(Table<Draft>& table) {
  table.field("destinations", &Draft::destinations,
              list(nested(exports::destination_table()), "a list of destinations"), "Where exports go.");
  Value<std::vector<exports::Export>> list_of =
      list<exports::Export>(exports::export_value(), "a list of exports", exports::default_export);
  set_presets(list_of.shape.parts[0], exports::export_table().write(exports::default_export()));
  table.field("exports", in_scenario(&Scenario::exports), list_of,
              "What is exported, and to which destinations.");
}

template <class T>
const T& row_for(const std::vector<T>& rows, const std::function<bool(const T&)>& matches) {
  for (const T& row : rows)
    if (matches(row)) return row;
  throw std::logic_error("a catalog of the application lacks a row");
}

Table<Limits> limits_table() {
  constexpr std::uint64_t any = 1'000'000'000'000;
  Table<Limits> table("limits");
  table.field("name", &Limits::quotas, whole<std::uint32_t>(2000, 2100), "Year of the quotas.").required();
  table.field("devices", &Limits::devices, whole_number(1, any), "Devices of an application.").required();
  table.field("hubs", &Limits::hubs, whole_number(1, any), "Hubs linked to a provisioning service.")
      .required();
  table.field("identities", &Limits::identities, whole_number(1, any), "Device identities of a hub.")
      .required();
  table
      .field("device_sends", &Limits::device_sends, per_second({"0/s", "1000000000/s"}, "10/s"),
             "Messages of a device.")
      .required();
  table
      .field("application_sends", &Limits::application_sends, per_second({"0/s", "1000000000/s"}, "200/s"),
             "Of all of them.")
      .required();
  table.field("meter", &Limits::meter, size(1, any, "4 KiB"), "Block of the paid editions.").required();
  table
      .field("memory_per_device", &Limits::memory_per_device, size(1, any, "400 B"), "Memory a device takes.")
      .required();
  table.field("memory_max", &Limits::memory_max, size(1, any, "32 GiB"), "Memory a run may take.").required();
  return table;
}

Table<EraRule> era_table() {
  Table<EraRule> table("an era");
  table.field("name", &EraRule::era, era(), "The era.").required();
  table.field("hubs_min", &EraRule::hubs_min, whole<std::uint32_t>(1), "The least number of hubs.")
      .required();
  table
      .field("devices_per_hub", &EraRule::devices_per_hub, whole<std::uint32_t>(0),
             "One hub for so many devices.")
      .required();
  return table;
}

struct DefaultsRow {
  std::string name;
  Draft draft;
};

Draft read_defaults() {
  Table<DefaultsRow> table("defaults");
  table.field("name", &DefaultsRow::name, name("default"), "Name of the row.").required();
  table.include(run_table(), &DefaultsRow::draft);
  table.include(place_table(), &DefaultsRow::draft);
  table.field(
      "group", [](auto& row) -> auto& { return row.draft.group; }, nested(device::group_table().relaxed()),
      "A group of the fleet.");
  Draft draft = catalog::read("models/application/defaults.yaml", table).at(0).draft;
  const provisioning::ServiceFigures& service = provisioning::service(draft.scenario.quotas);
  draft.scenario.provisioning = service.settings;
  draft.scenario.scaling = control::default_settings();
  draft.scenario.failover = failover::default_settings();
  draft.scenario.prices = measures::list_prices();
  draft.scenario.provisioning.polls_per_minute =
      service.settings.registrations_per_minute * service.polls_per_registration;
  return draft;
}

Table<Draft> make_scenario_table(const device::GroupGiven& group) {
  Table<Draft> table("a scenario such as fleet: [{devices: 1000}]", "fleet: [{devices: 1000}]");
  table.field("name", in_scenario(&Scenario::name), name("hub-outage"),
              "Name of the scenario; that of the file unless given.");
  Value<std::string> description = text("a text", "One of four hubs is unreachable for 20 minutes.");
  description.write = [](const std::string& words) { return words.empty() ? Node{} : Node::scalar(words); };
  table.field("description", in_scenario(&Scenario::description), description, "What the scenario is about.");
  table.include(run_table(), std::identity{});
  table.field("application", std::identity{}, nested(application_table()), "The application and its hubs.");
  table.field("provisioning", in_scenario(&Scenario::provisioning), nested(provisioning::settings_table()),
              "The Device Provisioning Service.");
  table
      .field("fleet", &Draft::fleet,
             at_most(device::most_groups,
                     list<device::GroupGiven>(nested(device::group_table()), "a list of device groups",
                                              [group] { return group; })),
             "Groups of equal devices.")
      .required();
  table.field("scaling", in_scenario(&Scenario::scaling), control::settings_value(),
              "What IoT Central does to its hubs.");
  table.field("failover", in_scenario(&Scenario::failover), failover::settings_value(),
              "What happens when the region of the application is lost.");
  table.field("prices", in_scenario(&Scenario::prices), nested(measures::prices_table()),
              "What things cost, in US dollars.");
  add_exports(table);
  table.field("faults", &Draft::faults, list(nested(faults::fault_table()), "a list of faults"),
              "What fails, and when.");
  table.field("actions", &Draft::actions, list(nested(actions::action_table()), "a list of actions"),
              "What an operator does, and when.");
  table.field("expect", &Draft::expect,
              list(text("an expectation such as recovery.hub2.p99 < 15m", "recovery.hub2.p99 < 15m"),
                   "a list of expectations"),
              "What must hold; it decides the exit code.");
  Value<std::vector<std::pair<std::string, std::string>>> tolerances = by_key(
      text("a tolerance such as 5% or 30s", "5%"), "a map of metrics to tolerances", "recovery.hub2.p99");
  tolerances.write = [write = tolerances.write](const auto& all) {
    return all.empty() ? Node{} : write(all);
  };
  table.field("tolerances", &Draft::tolerances, tolerances,
              "How much worse than in a baseline a metric may be, for `hubstorm compare`: a share of the "
              "baseline's mean, or an amount in the metric's unit.");
  return table;
}

}  // namespace

const Draft& default_draft() {
  static const Draft draft = read_defaults();
  return draft;
}

const Table<Draft>& scenario_table() {
  static const Table<Draft> table = make_scenario_table(default_draft().group);
  return table;
}

const Shape& scenario_shape() {
  static const Shape shape = scenario_table().described(default_draft());
  return shape;
}

const EraRule& rule_of(Era era) {
  static const std::vector<EraRule> rows = catalog::read("models/application/eras.yaml", era_table());
  return row_for<EraRule>(rows, [&](const EraRule& row) { return row.era == era; });
}

const Limits& limits_of(std::uint32_t quotas) {
  static const std::vector<Limits> rows = catalog::read("models/application/limits.yaml", limits_table());
  return row_for<Limits>(rows, [&](const Limits& row) { return row.quotas == quotas; });
}

}  // namespace application
