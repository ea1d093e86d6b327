// What exports and their destinations report: what has happened since the end of the warm-up.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "models/exports/destination_kind.hpp"
#include "models/exports/exports.hpp"
#include "models/measures/measure.hpp"

namespace measures {

struct Subject;

class ExportTotals final : public Measure {
 public:
  // The exports and all that they are made of outlive it.
  ExportTotals(exports::Exports& exports, const std::vector<exports::Export>& settings, Time end)
      : exports_(exports), settings_(settings), end_(end) {}

  void begin_counting(Time now) override;
  // Metrics export.<export>.<destination>.* and destination.<destination>.*, but for costs.
  void report(Report& report) const override;
  // Of each destination, in the order of the scenario.
  std::vector<exports::Usage> usage() const;

 private:
  void report_delivery(Report& report, std::size_t channel) const;
  void report_destination(Report& report, std::size_t destination) const;
  double arrival_mean(std::size_t destination) const;  // messages a second
  exports::Exports& exports_;
  const std::vector<exports::Export>& settings_;
  Time from_{}, end_;
  // When counting began: of each delivery, with the messages that waited then, and of each destination.
  std::vector<exports::DeliveryCounters> deliveries_;
  std::vector<std::uint64_t> carried_in_;
  std::vector<exports::SinkCounters> sinks_;
};

// None, where nothing is exported.
std::unique_ptr<ExportTotals> make_export_totals(const Subject& subject);

}  // namespace measures
