// What exports and their destinations report: what has happened since the end of the warm-up.
#pragma once
#include <cstdint>
#include <vector>

#include "models/exports/destination_kind.hpp"
#include "models/exports/exports.hpp"
#include "models/measures/report.hpp"

namespace exports {

class Totals {
 public:
  // The exports and all that they are made of outlive it.
  Totals(Exports& exports, const std::vector<Export>& settings) : exports_(exports), settings_(settings) {}

  void begin_counting(Time now);
  // Metrics export.<export>.<destination>.* and destination.<destination>.*, but for costs; at the end.
  void report(measures::Report& report, Time end) const;
  // Of each destination, in the order of the scenario.
  std::vector<Usage> usage(Time end) const;

 private:
  void report_delivery(measures::Report& report, std::size_t route) const;
  void report_destination(measures::Report& report, std::size_t destination, Time end) const;
  double arrival_mean(std::size_t destination, Time end) const;  // messages a second
  Exports& exports_;
  const std::vector<Export>& settings_;
  Time from_{};
  // When counting began: of each delivery, with the messages that waited then, and of each destination.
  std::vector<Delivery::Account> deliveries_;
  std::vector<std::uint64_t> carried_in_;
  std::vector<Sink::Counters> sinks_;
};

}  // namespace exports
