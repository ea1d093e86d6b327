#include "models/faults/tables.hpp"

#include "models/network/tables.hpp"

namespace faults {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;
using sim::Duration;

constexpr auto longest = 24h * 3660;

Table<ModeGiven> degraded_table() {
  Table<ModeGiven> capacity("what is left such as {capacity: 30%}", "{capacity: 30%}");
  capacity
      .field("capacity", &ModeGiven::capacity, share(0.0001, 0.9999, "30%"),
             "Share of the rates of the hub, or of DPS, that is left.")
      .required();
  Table<ModeGiven> table("a mode such as {degraded: {capacity: 30%}}", "{degraded: {capacity: 30%}}");
  table.field("degraded", std::identity{}, nested(capacity), "A hub or DPS serves at a part of its rates.");
  return table;
}

Table<Impairment> impairment_table() {
  Table<Impairment> table("what is added such as {latency: 300ms, loss: 5%}", "{latency: 300ms, loss: 5%}");
  table.field("latency", &Impairment::latency, duration(0s, 1h, "300ms"),
              "Added to the median round trip of each path.");
  table.field("loss", &Impairment::loss, share(0, 0.99, "5%"),
              "Share of the round trips that lose a packet, beside those that did before.");
  return table;
}

// A word, or {degraded: {...}}, or {impaired: {...}}.
Value<ModeGiven> mode() {
  const Value<hub::Mode> word = choice<hub::Mode>({{"refuse", hub::Mode::refuse},
                                                   {"silent", hub::Mode::silent},
                                                   {"busy", hub::Mode::busy},
                                                   {"upgrade", hub::Mode::upgrade}});
  Table<ModeGiven> table = degraded_table();
  table.field("impaired", &ModeGiven::impairment, optional(nested(impairment_table())),
              "A link or an access network is slower, or loses more.");
  const Value<ModeGiven> map = nested(table);
  const Value<ModeGiven> as_map{
      [map](Reader& reader, const Node& node, ModeGiven& given) {
        if (!map.read(reader, node, given)) return false;
        if (node.entries.size() != 1)
          return reader.fail(node, "a fault has one mode", "write {degraded: {...}} or {impaired: {...}}");
        given.mode = given.impairment ? hub::Mode::up : hub::Mode::degraded;
        return true;
      },
      [map](const ModeGiven& given) {
        Node node = map.write(given);
        const char* other = given.impairment ? "degraded" : "impaired";
        std::erase_if(node.entries, [&](const auto& entry) { return entry.key == other; });
        return node;
      },
      map.shape};
  const Value<ModeGiven> as_word{
      [word](Reader& reader, const Node& node, ModeGiven& given) {
        if (node.text == "degraded")
          return reader.fail(node, "\"degraded\" needs a capacity", "write {degraded: {capacity: 30%}}");
        if (node.text == "impaired")
          return reader.fail(node, "\"impaired\" needs a latency or a loss", "write {impaired: {loss: 5%}}");
        return word.read(reader, node, given.mode);
      },
      [word](const ModeGiven& given) { return word.write(given.mode); }, word.shape};
  return either<ModeGiven>(as_word, as_map, [](const ModeGiven& given) {
    return !given.impairment && given.mode != hub::Mode::degraded;
  });
}

template <class Member>
auto of_fault(Member member) {
  return [member](auto& given) -> auto& { return given.fault.*member; };
}

Table<LinkGiven> link_table() {
  Table<LinkGiven> table("the two ends such as {devices: germany, cloud: westeurope}",
                         "{devices: germany, cloud: westeurope}");
  table.field("devices", &LinkGiven::devices, optional(network::place()),
              "Region of the devices; all of them unless given.");
  table.field("cloud", &LinkGiven::cloud, optional(network::cloud_region()),
              "Cloud region; all of them unless given.");
  return table;
}

Table<BackboneGiven> backbone_table() {
  const std::string example = "{from: westeurope, to: northeurope}";
  Table<BackboneGiven> table("two cloud regions such as " + example, example);
  table.field("from", &BackboneGiven::from, network::cloud_region(), "One of them.").required();
  table.field("to", &BackboneGiven::to, network::cloud_region(), "The other.").required();
  return table;
}

// A word, or a map of one distribution and its parameter, such as {weibull: {shape: 2}}.
Value<SpreadGiven> spread(std::vector<std::pair<std::string, Chance::Repair>> words, const char* distribution,
                          const char* parameter, std::optional<double> SpreadGiven::*member,
                          const Value<double>& value, const char* example, const char* doc) {
  const std::string inner = std::string("{") + parameter + ": " + example + "}",
                    whole = std::string("{") + distribution + ": " + inner + "}";
  Table<SpreadGiven> parameters("a parameter such as " + inner, inner);
  parameters.field(parameter, member, optional(value), doc).required();
  Table<SpreadGiven> table("a distribution such as " + whole, whole);
  table.field(distribution, std::identity{}, nested(parameters), "The distribution.").required();
  const Value<Chance::Repair> word = choice<Chance::Repair>(std::move(words));
  const Value<SpreadGiven> as_word{[word](Reader& reader, const Node& node, SpreadGiven& given) {
                                     return word.read(reader, node, given.kind);
                                   },
                                   [word](const SpreadGiven& given) { return word.write(given.kind); },
                                   word.shape};
  return either<SpreadGiven>(as_word, nested(table),
                             [member](const SpreadGiven& given) { return !(given.*member); });
}

Value<SpreadGiven> time_to_failure() {
  return spread({{"exponential", Chance::Repair::exponential}}, "weibull", "shape", &SpreadGiven::shape,
                decimal(0.5, 10, "2"), "2",
                "Above 1 the target wears out; 1 is exponential; below 1 failures come in clusters.");
}

Value<SpreadGiven> time_to_repair() {
  return spread({{"exponential", Chance::Repair::exponential}, {"fixed", Chance::Repair::fixed}}, "lognormal",
                "sigma", &SpreadGiven::sigma, decimal(0.05, 3, "1"), "1",
                "Standard deviation of the logarithm: the greater, the longer the longest repairs.");
}

Table<CorrelatedGiven> correlated_table() {
  Table<CorrelatedGiven> table("what else an outage takes along such as {zone: 20%}", "{zone: 20%}");
  table.field("zone", &CorrelatedGiven::zone, optional(share(0.0001, 1, "20%")),
              "Share of the outages of a hub that take along all other hubs of its zone.");
  table.field("region", &CorrelatedGiven::region, optional(share(0.0001, 1, "5%")),
              "Share of the outages of a hub, or of a zone, that take along all others of its region.");
  return table;
}

void add_chance(Table<FaultGiven>& table) {
  table.field("mtbf", &FaultGiven::mtbf, optional(duration(1s, longest, "30d")),
              "Instead of \"at\": the target fails by chance, after this time on average since it was last "
              "repaired.");
  table.field("mttr", &FaultGiven::mttr, optional(duration(1ms, longest, "2h")),
              "How long such an outage lasts on average.");
  table.field("time_to_failure", &FaultGiven::time_to_failure, optional(time_to_failure()),
              "Its distribution around mtbf: exponential, unless given, or {weibull: {shape: 2}}.");
  table.field("time_to_repair", &FaultGiven::time_to_repair, optional(time_to_repair()),
              "Its distribution around mttr: exponential, unless given, fixed, or {lognormal: {sigma: 1}}.");
  table.field("correlated", &FaultGiven::correlated, optional(nested(correlated_table())),
              "Outages that take along what is in the same place.");
}

constexpr double most_a_minute = 1e9;  // as of the service itself

Table<QuotaGiven> quota_table() {
  Table<QuotaGiven> table("other limits such as {registrations_per_minute: 1000}",
                          "{registrations_per_minute: 1000}");
  table.field("registrations_per_minute", &QuotaGiven::registrations,
              optional(decimal(0.001, most_a_minute, "1000")),
              "Registrations that DPS admits; as before unless given.");
  table.field("polls_per_minute", &QuotaGiven::polls, optional(decimal(0.001, most_a_minute, "2000")),
              "Status polls that DPS admits; as before unless given.");
  return table;
}

Table<NeighbourGiven> neighbour_table() {
  Table<NeighbourGiven> table("a load such as {registrations_per_minute: 150}",
                              "{registrations_per_minute: 150}");
  constexpr double most = 100'000;  // hundreds of times what the service admits
  table.field("registrations_per_minute", &NeighbourGiven::registrations, decimal(0, most, "150"),
              "Registrations of other tenants, evenly spaced.");
  table.field("polls_per_minute", &NeighbourGiven::polls, decimal(0, most, "1500"),
              "Status polls of other tenants, evenly spaced.");
  return table;
}

void add_targets(Table<FaultGiven>& table) {
  table.field(
      "each", &FaultGiven::each,
      optional(choice<Target>({{"hub", Target::hub}, {"zone", Target::zone}, {"region", Target::region}})),
      "Each hub that is there at the start, or each zone or region in use, as a target of its own; "
      "for faults with mtbf or instants.");
  table.field("hub", &FaultGiven::hub, optional(text("a hub by number from 1 or by name", "2")),
              "The hub, by number from 1 or by name.");
  table.field("region", &FaultGiven::region, optional(network::cloud_region()),
              "A cloud region: its hubs, and the application's services if they are there.");
  table.field("zone", &FaultGiven::zone, optional(text("a zone such as westeurope/1", "westeurope/1")),
              "An availability zone, 1 to 3, of a cloud region.");
  table.field("dps", &FaultGiven::dps, optional(choice<bool>({{"outage", true}})),
              "The provisioning service.");
  table.field("quota", &FaultGiven::quota, optional(nested(quota_table())),
              "Other limits of the provisioning service for this time.");
  table.field("neighbour", &FaultGiven::neighbour, optional(nested(neighbour_table())),
              "Other tenants' requests at the provisioning service, which share its limits.");
  table.field("link", &FaultGiven::link, optional(nested(link_table())),
              "The network between regions of devices and cloud regions.");
  table.field("access", &FaultGiven::access, optional(text("the name of an access network", "lte")),
              "An access network, by its name in the catalog; custom for those described.");
  table.field("backbone", &FaultGiven::backbone, optional(nested(backbone_table())),
              "The network between two cloud regions: exports, probes and orders do not get through.");
  table.field("destination", &FaultGiven::destination, optional(name("hot")), "A destination of exports.");
  table.field("partition", &FaultGiven::partition, optional(text("a partition such as hot/2", "hot/2")),
              "A partition of an event hub, by the name of the destination and its number from 1.");
}

}  // namespace

Table<FaultGiven> fault_table() {
  Table<FaultGiven> table("a fault such as {name: hub2, at: 2h, hub: 2}", "{name: hub2, at: 2h, hub: 2}");
  table.field("name", of_fault(&Fault::name), name("hub2"), "Name of the fault, for its metrics.").required();
  table.field(
      "at", &FaultGiven::at, optional(time_of_run("2h")),
      "When it begins, since the start of the run. Each fault has this, or mtbf and mttr, or instants.");
  table.field("instants", &FaultGiven::instants, optional(whole<std::uint32_t>(1, 1'000'000)),
              "Instead of \"at\": it strikes at one of so many instants, spread evenly from the end of the "
              "warm-up on, and each replication takes another of them, or another of the targets.");
  add_targets(table);
  Value<Duration> length = duration(1ms, longest, "20m");
  length.write = [write = length.write](const Duration& d) { return d == Duration{0} ? Node{} : write(d); };
  table.field("for", of_fault(&Fault::duration), length, "How long it lasts; until the end unless given.");
  table.field(
      "mode", &FaultGiven::mode, optional(mode()),
      "refuse: connections are reset; silent: packets vanish; busy: 503 to what is new; upgrade: the same "
      "after all connections were closed; degraded: a part of its rates; impaired: a slower path. Unless "
      "given, regions, zones and networks fall silent, all else refuses.");
  add_chance(table);
  return table;
}

}  // namespace faults
