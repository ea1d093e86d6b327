// A kind of destination: an event hub and its namespace: units with a limit of events and one of bytes each
// way, and auto-inflate.
#pragma once
#include <map>
#include <optional>

#include "models/exports/destination_kind.hpp"
#include "models/exports/shared_limit.hpp"

namespace exports {

const DestinationKind& event_hubs();

// Which partition of an event hub a message goes to.
enum class Partitioning : std::uint8_t {
  keyed,        // that of its device
  round_robin,  // any that is there
};

// When auto-inflate adds units: sources differ (facts, bills-and-limits 3.3).
enum class Inflates : std::uint8_t {
  refused,  // when what is sent has been refused
  load,     // before that, for what comes in and what is read
};

// What an event hub has of its own. Its units are throughput, processing or capacity units, by its tier.
struct EventHubSettings {
  Partitioning partitioning = Partitioning::round_robin;
  double events_in = 0, bytes_in = 0;  // a second and unit; 0: those of its tier
  bool partition_limit = false;        // a partition takes no more than is advised
  Inflates inflates = Inflates::refused;
};

// Published figures of a tier of Event Hubs, a unit: events and bytes a second.
struct EventHubsTier {
  Tier tier = Tier::standard;
  double events_in = 0, bytes_in = 0, events_out = 0, bytes_out = 0;
  std::uint32_t units_most = 0, partitions_most = 0, consumers_most = 0;
  std::uint64_t message_most = 0;  // bytes
  Duration retention_most{0};
  std::vector<std::uint32_t> sizes;  // numbers of units there are; any, where empty
};
struct EventHubsFigures {
  std::map<Tier, EventHubsTier> tiers;
  Duration window{0};                                // over which a limit is judged
  Duration busy_wait{0};                             // after a server-busy answer
  Duration resize{0};                                // until other units hold
  Duration inflate_step{0};                          // between two steps of auto-inflate
  double partition_events = 0, partition_bytes = 0;  // that are advised for a partition, a second
  std::uint64_t billed_block = 0;                    // bytes of a message that are one event on the bill
  Duration dedicated_least{0};                       // that is billed of the tier dedicated
};
const EventHubsFigures& event_hubs_figures();

// US dollars.
struct EventHubPrices {
  std::map<Tier, double> units;  // a unit and hour
  double events = 0;             // a million that come in, of tiers basic and standard
};

std::vector<double> event_hubs_bill(const Prices& prices, const std::vector<Billed>& all);

// Above the limits of ingress the sender is told that the server is busy; above those of egress the consumer
// reads more slowly and nobody is told (facts, export-and-devices 2).
class EventHub final : public Sink {
 public:
  EventHub(const Destination& settings, const Setup& setup, const EventHubsFigures& figures);
  std::optional<Duration> busy_wait(std::uint32_t) const override { return figures_.busy_wait; }

 protected:
  std::uint64_t admit(Time now, const Offer& offer) override;
  double takes_per_second(double bytes_each) const override;
  void apply_limits(Time now) override;
  double egress() const override;
  double let_read(Time now, std::size_t reader, double may, double there, Duration span) override;
  void charge_read(std::uint64_t messages) override;
  Duration longest_read() const override;

 private:
  // Of events and of bytes, whichever ends first.
  struct Limits {
    SharedLimit events, bytes;
    void set_rates(Time now, double events_a_second, double bytes_a_second);
    double available(Time now, std::size_t sender, double messages, double bytes_each, Duration span);
    void take(double messages, double bytes_each);
  };
  static EventHubSettings settings_of(const Destination& settings, const EventHubsTier& tier);
  Limits limits(double events, double bytes, std::size_t senders) const;
  void set_rates(Time now);
  double partitions_worth(bool well) const;
  double units_needed() const;  // for what comes in
  void inflate(Time now);
  void follow_load(Duration span);
  const EventHubsFigures& figures_;
  const EventHubsTier& tier_;
  const EventHubSettings own_;
  EventHub& space_;  // the first of its namespace: units, limits and demand are kept there
  Limits in_;
  std::optional<Limits> out_;        // of several consumers
  std::optional<Limits> partition_;  // of its own partitions
  struct Demand {
    double events = 0, bytes = 0;  // a second, what waits being cleared in a step of auto-inflate
  };
  std::vector<Demand> demand_;  // of each sender, at its last offer
  Time inflate_at_{};           // not before
};

}  // namespace exports
