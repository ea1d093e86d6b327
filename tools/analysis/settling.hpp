// Whether a run was in a steady state before anything happened to it: MSER-5 on the time series.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/application/scenario.hpp"
#include "models/measures/report.hpp"

namespace analysis {

inline constexpr std::size_t settling_batch = 5;     // values in a batch
inline constexpr std::size_t settling_batches = 10;  // fewer are too few to judge

struct Truncation {
  std::size_t index = 0;  // of the first value to keep, a multiple of the batch
  bool settled = true;    // it lies before the middle
};

// MSER-5 (White 1997; White, Cobb and Spratt 2000): of the means of batches of 5, those from the d-th on are
// kept which make sum (Y - mean)^2 / count^2 smallest, the squared marginal standard error of their mean; the
// last 5 batches are always kept, and of equal ones the earliest d is taken. Values that do not fill a batch
// are left out at the end. Nothing with fewer than 10 batches.
std::optional<Truncation> mser5(const std::vector<double>& values);

// MSER-5 alone takes noise for a trend now and then: the means of the first and the second half of the
// batches must also differ by more than 3 standard errors, by how the batches of each half differ. At least
// 10 batches.
bool drifts(const std::vector<double>& values);

// What of a scenario bears on it.
struct SettlingFacts {
  double from_s = 0;                   // the end of the warm-up
  double until_s = 0;                  // the first that the scenario makes happen, or the end of the run
  bool steady_load = true;             // no profile and no surge makes the load change
  std::optional<double> fault_s = {};  // the first incident
};
// The first incident of the replication (from 0), action, device that joins or leaves, surge or export.
SettlingFacts settling_facts(const application::Scenario& scenario, std::uint32_t replication);

enum class Settled : std::uint8_t { yes, no, too_short };
struct SettledSeries {
  std::string series;  // column of the time series; of counters their increments are judged
  Settled settled = Settled::yes;
  double truncation_s = 0;  // time of the first sample to keep; the start of the window when too short
  bool operator==(const SettledSeries&) const = default;
};

// The series that should be steady, constant ones left out: devices connected, CONNECTs that wait at hubs,
// what DPS throttles; under steady load hubs, units and backlogs of exports too. Empty where all are
// constant, or nothing lies between the warm-up and the first event.
std::vector<SettledSeries> settling(const measures::Report& report, const SettlingFacts& facts);

// The same of all replications.
struct SettlingSummary {
  std::string series;
  std::size_t replications = 0;  // in which it is not constant
  std::size_t not_settled = 0, too_short = 0;
  double truncation_s = 0;  // the latest
  // At least half of them: less may be chance.
  bool unsettled() const { return not_settled > 0 && 2 * not_settled >= replications; }
  bool unknown() const { return too_short > 0 && 2 * too_short >= replications; }
  bool operator==(const SettlingSummary&) const = default;
};
std::vector<SettlingSummary> settling(const std::vector<measures::Report>& reports,
                                      const application::Scenario& scenario);

}  // namespace analysis
