#include "models/faults/tables.hpp"

#include "models/faults/targets.hpp"

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

// Those that say all with a word.
const std::vector<std::pair<std::string, hub::Mode>> words_of_modes{{"refuse", hub::Mode::refuse},
                                                                    {"silent", hub::Mode::silent},
                                                                    {"frozen", hub::Mode::frozen},
                                                                    {"busy", hub::Mode::busy},
                                                                    {"upgrade", hub::Mode::upgrade}};

// A word, or {degraded: {...}}, or {impaired: {...}}.
Value<ModeGiven> mode() {
  const Value<hub::Mode> word = choice<hub::Mode>(words_of_modes);
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

void add_targets(Table<FaultGiven>& table) {
  table.field(
      "each", &FaultGiven::each,
      optional(choice<Target>({{"hub", Target::hub}, {"zone", Target::zone}, {"region", Target::region}})),
      "Each hub that is there at the start, or each zone or region in use, as a target of its own; "
      "for faults with mtbf or instants.");
  for (const Target target : all_targets()) kind_of(target).add_key(table);
}

}  // namespace

std::string mode_name(hub::Mode mode) {
  for (const auto& [word, named] : words_of_modes)
    if (named == mode) return word;
  return "degraded";
}

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
      "refuse: connections are reset; silent: packets vanish; frozen: connections open, and nothing is "
      "answered; busy: 503 to what is new; upgrade: the same "
      "after all connections were closed; degraded: a part of its rates; impaired: a slower path. Unless "
      "given, regions, zones and networks fall silent, all else refuses.");
  add_chance(table);
  return table;
}

}  // namespace faults
