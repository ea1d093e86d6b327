// An event hub and its namespace: units with a limit of events and one of bytes each way, and auto-inflate.
#pragma once
#include "models/exports/sink.hpp"

namespace exports {

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
