// How destinations and exports are read, and the catalogs of their figures.
#pragma once
#include "models/exports/settings.hpp"
#include "sim/settings/table.hpp"

namespace exports {

struct FailoverGiven {
  std::optional<Duration> after;
  std::optional<std::string> region;
};

// A destination as it is written; what is not given follows from its kind.
struct DestinationGiven {
  std::string name;
  Kind kind = Kind::event_hubs;
  std::optional<std::string> region;
  std::optional<std::uint32_t> zone;
  std::optional<Tier> tier;
  std::optional<std::uint32_t> throughput_units, processing_units, capacity_units, messaging_units;
  std::optional<std::uint32_t> auto_inflate, auto_scale;
  std::optional<std::uint32_t> partitions, filters;
  std::optional<Partitioning> partitioning;
  std::optional<Duration> retention;
  std::optional<Redundancy> redundancy;
  std::optional<double> requests;
  std::optional<std::uint64_t> ingress, size;
  std::optional<double> reads;
  std::optional<FailoverGiven> failover;
};

sim::settings::Table<DestinationGiven> destination_table();
sim::settings::Table<Export> export_table();
// An export of a scenario; keys that do nothing for it are not written.
sim::settings::Value<Export> export_value();

// What an export is where it says nothing.
const Export& default_export();
// What destinations of each kind are where they say nothing; of keys that the kind does not have, nothing.
const DestinationGiven& default_destination(Kind kind);

const Figures& figures();

// Bytes of the largest message that the destination takes; zero: no limit.
std::uint64_t most_message(const Destination& destination);

// "event-hubs", "LRS", as a scenario writes them.
std::string name_of(Kind kind);
std::string name_of(Tier tier);
std::string name_of(Redundancy redundancy);

}  // namespace exports
