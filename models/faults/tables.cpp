#include "models/faults/tables.hpp"

namespace faults {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;
using sim::Duration;

constexpr auto longest = 24h * 3660;

// What `mode` decides.
struct ModeGiven {
  hub::Mode mode = hub::Mode::refuse;
  double capacity = 1;
};

Value<Duration> instant_of_run() { return duration(0s, longest, "2h"); }

// refuse, silent, busy, or {degraded: {capacity: 30%}}.
Value<ModeGiven> mode() {
  const Value<hub::Mode> word = choice<hub::Mode>(
      {{"refuse", hub::Mode::refuse}, {"silent", hub::Mode::silent}, {"busy", hub::Mode::busy}});
  Table<ModeGiven> capacity("what is left such as {capacity: 30%}", "{capacity: 30%}");
  capacity
      .field("capacity", &ModeGiven::capacity, share(0.0001, 0.9999, "30%"),
             "Share of the hub's rates that is left.")
      .required();
  Table<ModeGiven> degraded("a mode such as {degraded: {capacity: 30%}}", "{degraded: {capacity: 30%}}");
  degraded.field("degraded", std::identity{}, nested(capacity), "The hub serves at a part of its rates.")
      .required();
  const Value<ModeGiven> map = nested(degraded);
  const Value<ModeGiven> as_map{[map](Reader& reader, const Node& node, ModeGiven& given) {
                                  given.mode = hub::Mode::degraded;
                                  return map.read(reader, node, given);
                                },
                                map.write, map.shape};
  const Value<ModeGiven> as_word{
      [word](Reader& reader, const Node& node, ModeGiven& given) {
        if (node.text == "degraded")
          return reader.fail(node, "\"degraded\" needs a capacity", "write {degraded: {capacity: 30%}}");
        return word.read(reader, node, given.mode);
      },
      [word](const ModeGiven& given) { return word.write(given.mode); }, word.shape};
  return either<ModeGiven>(as_word, as_map,
                           [](const ModeGiven& given) { return given.mode != hub::Mode::degraded; });
}

// Mode and capacity are kept in the fault itself.
Value<Fault> mode_of_fault() {
  const Value<ModeGiven> value = mode();
  return {[value](Reader& reader, const Node& node, Fault& fault) {
            ModeGiven given;
            const bool good = value.read(reader, node, given);
            fault.mode = given.mode;
            fault.capacity = given.capacity;
            return good;
          },
          [value](const Fault& fault) {
            return value.write({fault.mode, fault.capacity});
          },
          value.shape};
}

Value<sim::Time> time_of_run() {
  const Value<Duration> value = instant_of_run();
  return {[value](Reader& reader, const Node& node, sim::Time& time) {
            Duration since{0};
            if (!value.read(reader, node, since)) return false;
            time = sim::start_of_run + since;
            return true;
          },
          [value](const sim::Time& time) { return value.write(time - sim::start_of_run); }, value.shape};
}

}  // namespace

Table<FaultGiven> fault_table() {
  Table<FaultGiven> table("a fault such as {name: hub2, at: 2h, hub: 2}", "{name: hub2, at: 2h, hub: 2}");
  table
      .field(
          "name", [](auto& given) -> auto& { return given.fault.name; }, name("hub2"),
          "Name of the fault, for its metrics.")
      .required();
  table
      .field(
          "at", [](auto& given) -> auto& { return given.fault.at; }, time_of_run(),
          "When it begins, since the start of the run.")
      .required();
  table
      .field("hub", &FaultGiven::hub, text("a hub by number from 1 or by name", "2"),
             "The hub, by number from 1 or by name.")
      .required();
  Value<Duration> length = duration(1ms, longest, "20m");
  length.write = [write = length.write](const Duration& d) { return d == Duration{0} ? Node{} : write(d); };
  table.field(
      "for", [](auto& given) -> auto& { return given.fault.duration; }, length,
      "How long it lasts; until the end unless given.");
  table.field(
      "mode", [](auto& given) -> auto& { return given.fault; }, mode_of_fault(),
      "refuse: connections are reset; silent: packets vanish; busy: 503 to what is new; degraded: a part of "
      "its rates.");
  for (const char* key : {"region", "destination", "dps", "link", "access", "quota", "mtbf", "mttr"})
    table.later(key, "A fault of another kind.");
  return table;
}

}  // namespace faults
