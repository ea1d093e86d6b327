#include "tests/support/run.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <stdexcept>

#include "models/application/load.hpp"
#include "models/measures/report_codec.hpp"
#include "sim/child.hpp"

namespace support {

measures::Report run(const std::string& yaml, const Options& options) {
  application::Scenario scenario;
  try {
    scenario = application::load(yaml, "test.yaml", options.set, options.read_file);
  } catch (const application::Invalid& invalid) {
    throw std::runtime_error(invalid.what());
  }
  if (options.change) options.change(scenario);
  application::RunOptions how;
  how.carrier = options.carrier;
  how.parking = options.parking;
  how.episodes = options.episodes;
  if (!options.trace_group.empty()) how.trace = {options.trace_group, options.trace_index};
  const sim::ChildResult child = sim::in_child(
      [&] { return measures::encode(application::simulate(scenario, options.replication, how)); });
  if (!child.ok) throw std::runtime_error("the run failed: " + child.error);
  return measures::decode_report(child.output);
}

double value(const measures::Report& report, const std::string& metric) {
  const auto found = report.values.find(metric);
  if (found == report.values.end()) FAIL("there is no metric " << metric);
  return found->second.value.value_or(std::numeric_limits<double>::quiet_NaN());
}

std::string bytes(const measures::Report& report) {
  measures::Report plain = report;
  plain.device_events = 0;
  plain.parked_attempts = 0;
  plain.simulation_s = 0;
  return measures::encode(plain);
}

}  // namespace support
