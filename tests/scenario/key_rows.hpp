// What shows that a key of a scenario does something: a scenario, a change of the key, and where it is seen.
#pragma once
#include <string>
#include <vector>

namespace keys {

enum class Effect {
  metric,    // `shows` is a metric whose value differs
  resolved,  // the resolved scenario differs; for keys that describe, or say how often to run
  refused,   // the change is an error whose message says `shows`
};

struct Row {
  std::string key;
  std::string base;               // the scenario
  std::vector<std::string> with;  // overrides on both sides
  std::string change;             // "path=value"
  std::string shows;
  Effect effect = Effect::metric;
};

const std::vector<Row>& rows();

// Those of key_rows_actions.cpp.
std::vector<Row> action_rows();
std::vector<Row> failover_rows();
std::vector<Row> target_rows();
// Those of key_rows_power.cpp.
std::vector<Row> power_rows();

// Those of key_rows_scaling.cpp.
std::vector<Row> scaling_rows();
std::vector<Row> price_rows();
// Those of key_rows_chance.cpp.
std::vector<Row> chance_rows();
// Those of key_rows_exports.cpp.
std::vector<Row> export_rows();

// Those of key_rows_dps.cpp.
std::vector<Row> dps_client_rows();
// Those of key_rows_twins.cpp.
std::vector<Row> twin_rows();

// A scenario with a fleet and a fault; with devices that are cut off together; with devices that join
// together.
std::string outage();
std::string reconnecting();
std::string joined();

}  // namespace keys
