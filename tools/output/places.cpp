#include "tools/output/places.hpp"

#include <tuple>

#include "models/application/topology.hpp"
#include "models/faults/targets.hpp"
#include "tools/analysis/interval.hpp"

namespace output {

namespace {

const measures::Value& value_of(const measures::Report& report, const faults::Fault& fault,
                                const char* name) {
  static const measures::Value none;
  const auto found = report.values.find("recovery." + fault.name + "." + name);
  return found == report.values.end() ? none : found->second;
}

}  // namespace

std::vector<PlacedRun> placed_runs(const application::Scenario& scenario,
                                   const std::vector<measures::Report>& reports) {
  const faults::Topology topology = application::topology_of(scenario);
  std::vector<PlacedRun> runs;
  for (const faults::Fault& fault : scenario.faults) {
    if (fault.instants == 0) continue;
    for (std::uint32_t r = 0; r < reports.size(); ++r) {
      const faults::Fault one = faults::placed(fault, topology, application::span_of(scenario), r);
      const measures::Value& p99 = value_of(reports[r], fault, "p99");
      runs.push_back({r + 1, fault.name, faults::target_name(one, topology), sim::seconds(one.at),
                      value_of(reports[r], fault, "affected").value.value_or(0), p99.value, p99.at_least});
    }
  }
  return runs;
}

std::vector<Unseen> unseen_faults(const application::Scenario& scenario,
                                  const std::vector<measures::Report>& reports) {
  std::vector<Unseen> unseen;
  for (const faults::Fault& fault : scenario.faults) {
    if (!fault.chance) continue;
    double incidents = 0;
    for (const measures::Report& report : reports)
      incidents += value_of(report, fault, "incidents").value.value_or(0);
    if (incidents == 0)
      unseen.push_back({fault.name, reports.size(), analysis::rule_of_three(reports.size())});
  }
  return unseen;
}

bool worse(const PlacedRun& a, const PlacedRun& b) {
  const auto rank = [](const PlacedRun& run) {
    return std::tuple(!run.p99 && run.at_least, run.p99.value_or(0), run.affected);
  };
  return rank(a) > rank(b);
}

}  // namespace output
