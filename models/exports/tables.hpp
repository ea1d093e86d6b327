// How destinations and exports are read, and the catalogs of their figures.
#pragma once
#include "models/exports/settings.hpp"
#include "sim/settings/table.hpp"

namespace exports {

struct FailoverGiven {
  std::optional<Duration> after;
  std::optional<std::string> region;
  std::optional<Duration> takes;
  bool operator==(const FailoverGiven&) const = default;
};

// How a consumer of Service Bus receives: it completes each message, or it is gone as it is read.
enum class Settle : std::uint8_t { complete, removed };

struct ConsumerGiven {
  std::optional<double> reads;
  std::optional<Settle> settle;
  bool operator==(const ConsumerGiven&) const = default;
};

// A destination as it is written; what is not given follows from its kind.
struct DestinationGiven {
  std::string name;
  const DestinationKind* kind = nullptr;
  std::optional<std::string> region;
  std::optional<std::string> space;  // the namespace
  std::optional<std::uint32_t> zone;
  std::optional<Tier> tier;
  std::optional<std::uint32_t> partitions;
  std::optional<ConsumerGiven> consumer;
  std::optional<std::vector<ConsumerGiven>> consumers;
  std::optional<FailoverGiven> failover;
  Own own;  // what its kind alone has
};

// US dollars, of all kinds together.
struct Prices {
  Own own;
};

sim::settings::Table<DestinationGiven> destination_table();
sim::settings::Table<Prices> prices_table();
sim::settings::Table<Export> export_table();
// An export of a scenario; keys that do nothing for it are not written.
sim::settings::Value<Export> export_value();

sim::settings::Value<WindowClock> window_clock();

// What an export is where it says nothing.
const Export& default_export();
const Figures& figures();

// "standard", as a scenario writes it.
std::string name_of(Tier tier);

}  // namespace exports
