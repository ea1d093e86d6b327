// A kind of destination: all that is to be known of it to read, check, run, price and advise on one. The only
// list of them is in registry.cpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/control/settings.hpp"
#include "models/exports/sink.hpp"
#include "models/exports/tables.hpp"

namespace exports {

class Resolution;  // resolve.hpp

// What there is to pay for of a destination in some time.
struct Usage {
  double hours = 0;        // so long it was there
  double unit_hours = 0;   // its units, the most of each clock hour
  double hours_begun = 0;  // such hours
  double messages = 0, files = 0;
  double blocks = 0;                      // as its messages are billed
  double reads = 0, blocks_of_reads = 0;  // messages that were read by a consumer or subscription, the same
  double bytes = 0;
  double stored = 0;  // bytes and hours: what it has taken in this time, from then on
  // What of it belongs to the time after its failover.
  double files_after = 0, stored_after = 0;
};

// A destination on the bill.
struct Billed {
  const Destination* destination = nullptr;
  Usage usage;
};

class DestinationKind {
 public:
  DestinationKind() = default;
  virtual ~DestinationKind() = default;
  DestinationKind(const DestinationKind&) = delete;
  DestinationKind& operator=(const DestinationKind&) = delete;

  // Its figures, as `hubstorm catalog` lists them.
  struct Catalog {
    const char* name;
    const char* path;
    const char* says;
  };
  virtual std::optional<Catalog> catalog() const = 0;  // none: another kind lists them

  // How a scenario writes it: "event-hubs"; its keys beside those that all destinations have; its prices.
  virtual std::string name() const = 0;
  virtual void add_units(sim::settings::Table<DestinationGiven>&) const {}
  virtual void add_keys(sim::settings::Table<DestinationGiven>&) const {}
  virtual void add_prices(sim::settings::Table<Prices>&) const {}
  // Those among the keys that a destination of this tier has: its own, and of tier, partitions and consumer.
  virtual std::vector<std::string> keys(Tier tier) const = 0;
  // What to write instead of a key that it does not have.
  virtual std::string remedy(const std::string& key, Tier tier) const;
  virtual void check_tier(const Resolution&) const {}

  // Takes over from the first destination of its namespace what they share.
  virtual void share(const Resolution&, const DestinationGiven&) const {}
  // Completes what was given, and reports what contradicts itself.
  virtual void resolve(Resolution& resolution) const = 0;
  // Why it has nothing elsewhere to go on with when its region is lost, and what would help.
  struct Refusal {
    std::string why, remedy;
  };
  virtual std::optional<Refusal> no_failover(const Destination& destination) const = 0;
  virtual bool goes_to_pair_only() const { return false; }
  // From the order of a failover until it has gone over; at once where there is none.
  virtual std::optional<control::Triangular> failover_time() const { return std::nullopt; }

  virtual bool spans_zones(const Destination& destination) const = 0;
  virtual bool has_units(const Destination&) const { return false; }
  virtual bool bills_calls(const Destination&) const { return false; }  // also those that complete a message
  virtual bool has_partitions() const { return false; }                 // that may fail one by one
  // Whether a message goes to the partition of its device, else to any that is there.
  virtual bool is_keyed(const Destination&) const { return false; }
  // It is given files, each of what came in since the last; zero: it is sent messages as they come.
  virtual Duration file(const Destination&) const { return Duration{0}; }
  virtual const char* files() const { return "files"; }  // what these are called
  // Bytes of the largest message that it takes; zero: no limit.
  virtual std::uint64_t most_message(const Destination& destination) const = 0;
  // Bytes of which each that a message begins is billed as one; zero: messages are not billed.
  virtual std::uint64_t billed_block(const Destination&) const { return 0; }
  virtual std::unique_ptr<Sink> make_sink(const Destination& destination, const Sink::Setup& setup) const = 0;

  // What bills destinations of this kind: those of one service are on one bill.
  virtual std::string service() const { return name(); }
  // US dollars, of each of the destinations that the service bills.
  virtual std::vector<double> bill(const Prices& prices, const std::vector<Billed>& all) const;

  // For advice: the setting that gives it more room ("throughput_units=8"), and what keeps a copy of it in
  // another region ("tier standard"); empty where there is no such thing.
  virtual std::string more_room(const Destination& destination) const = 0;
  virtual std::string copy_elsewhere() const = 0;

 private:
  // US dollars, of a destination that is billed by itself.
  virtual double cost(const Prices&, const Billed&) const { return 0; }
};

// How many of those on the bill have their units together with this one, itself counted.
double sharing_units(const std::vector<Billed>& all, const Billed& one);

// The next number of units after `now` that can be had, of these sizes or, where any can, twice as many up to
// the most; zero where there is none.
std::uint32_t next_size(const std::vector<std::uint32_t>& sizes, std::uint32_t now, std::uint32_t most);

}  // namespace exports
