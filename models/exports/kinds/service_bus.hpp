// Two kinds of destinations, a queue or a topic of Service Bus with its namespace: credits of the standard
// tier, messaging units of the premium tier with their automatic scaling, and a size.
#pragma once
#include <deque>

#include "models/exports/destination_kind.hpp"
#include "models/exports/shared_limit.hpp"

namespace exports {

const DestinationKind& service_bus_queue();
const DestinationKind& service_bus_topic();

// What a queue or topic has of its own. Its units are messaging units.
struct BusSettings {
  std::uint32_t filters = 0;        // of a topic, evaluated for each message
  std::uint32_t subscriptions = 1;  // of a topic, each of which gets every message
  std::uint64_t size = 0;           // bytes that it holds
  double credits = 0;               // basic and standard: a second and namespace
  double bytes_per_unit = 0;        // premium: in plus out, a second
};

struct ServiceBusFigures {
  std::uint64_t billed_block = 0;                            // bytes of a message that are one operation
  std::uint64_t message_most = 0, message_most_premium = 0;  // bytes
  Duration busy_wait{0};
  Duration resize{0};
  std::vector<std::uint32_t> sizes;
  double up = 0, down = 0;  // shares of the capacity in use
  Duration look_back{0}, cooldown{0}, period{0};
};
const ServiceBusFigures& service_bus_figures();

// Operations of a month up to a number of them, at one price.
struct PriceStep {
  std::optional<std::uint64_t> up_to;  // none: all beyond the step before
  double price = 0;                    // a million
  bool operator==(const PriceStep&) const = default;
};

// US dollars.
struct BusPrices {
  double standard = 0;                // an hour of a subscription that has a standard namespace
  std::uint64_t included = 0;         // operations of all of them a month
  std::vector<PriceStep> operations;  // those beyond
  double basic_operations = 0;        // a million, of tier basic
  double messaging_unit = 0;          // an hour
};
void add_bus_prices(sim::settings::Table<Prices>& table);
// Of queues and topics of one subscription (facts, bills-and-limits 2.1).
std::vector<double> bus_bill(const Prices& prices, const std::vector<Billed>& all);

// Basic and standard: each message sent, or read from a queue or a subscription, costs a credit, and one for
// each filter of the topic. Premium: bytes in and out share what the units carry. A full queue refuses
// (facts, export-and-devices 4).
class ServiceBus final : public Sink {
 public:
  ServiceBus(const Destination& settings, const Setup& setup, const ServiceBusFigures& figures);
  std::optional<Duration> busy_wait(std::uint32_t) const override { return figures_.busy_wait; }

 protected:
  std::uint64_t admit(Time now, const Offer& offer) override;
  double takes_per_second(double bytes_each) const override;
  void apply_limits(Time now) override;
  void look_at_units(Time now) override;
  Time next_look() const override;
  double let_read(Time now, std::size_t reader, double may, double there, Duration span) override;
  void charge_read(std::uint64_t messages) override;
  Duration longest_read() const override { return limit_.longest(); }
  double bytes_free() const override;

 private:
  double rate() const;                            // of credits, or of bytes
  double sending_costs(double bytes_each) const;  // a message, and its being read by who keeps up
  double reading_costs(double bytes_each) const;  // by all subscriptions
  double in_use(Time now) const;                  // share of the capacity over the time looked back
  const ServiceBusFigures& figures_;
  const BusSettings own_;
  bool premium_;
  ServiceBus& space_;  // the first of its namespace, whose limit and units they share
  SharedLimit limit_;
  double carried_ = 0;  // bytes in and out, or credits
  struct Sample {
    Time at;
    double carried, able;
  };
  std::deque<Sample> samples_;  // one a period of the scaling engine
  double able_ = 0;             // what the units could have carried
  Time sampled_{}, cool_until_{};
};

}  // namespace exports
