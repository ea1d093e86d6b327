// A kind of destination: an event hub and its namespace: units with a limit of events and one of bytes each
// way, and auto-inflate.
#pragma once
#include <map>

#include "models/exports/destination_kind.hpp"
#include "models/exports/shared_limit.hpp"

namespace exports {

const DestinationKind& event_hubs();

// Which partition of an event hub a message goes to.
enum class Partitioning : std::uint8_t {
  keyed,        // that of its device
  round_robin,  // any that is there
};

// What an event hub has of its own. Its units are throughput, processing or capacity units, by its tier.
struct EventHubSettings {
  Partitioning partitioning = Partitioning::round_robin;
};

// Published figures of a tier of Event Hubs, a unit: events and bytes a second.
struct EventHubsTier {
  Tier tier = Tier::standard;
  double events_in = 0, bytes_in = 0, events_out = 0, bytes_out = 0;
  std::uint32_t units_most = 0, partitions_most = 0;
  std::uint64_t message_most = 0;  // bytes
  Duration retention_most{0};
  std::vector<std::uint32_t> sizes;  // numbers of units there are; any, where empty
};
struct EventHubsFigures {
  std::map<Tier, EventHubsTier> tiers;
  Duration window{0};        // over which a limit is judged
  Duration busy_wait{0};     // after a server-busy answer
  Duration resize{0};        // until other units hold
  Duration inflate_step{0};  // between two steps of auto-inflate
};
const EventHubsFigures& event_hubs_figures();

// US dollars.
struct EventHubPrices {
  std::map<Tier, double> units;  // a unit and hour
  double events = 0;             // a million that come in, of tiers basic and standard
};

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

 private:
  void inflate(Time now);
  const EventHubsFigures& figures_;
  const EventHubsTier& tier_;
  SharedLimit events_, bytes_;
  struct Demand {
    double events = 0, bytes = 0;  // a second, what waits being cleared in a step of auto-inflate
  };
  std::vector<Demand> demand_;  // of each sender, at its last offer
  Time inflate_at_{};           // not before
};

}  // namespace exports
