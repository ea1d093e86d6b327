// Runs a scenario in a process of its own, as tests need it: SimGrid allows one engine a process.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "models/application/load.hpp"
#include "models/application/simulate.hpp"

namespace support {

struct Options {
  application::CarrierKind carrier = application::CarrierKind::fleet;
  bool parking = true;
  std::uint32_t replication = 0;
  std::vector<std::string> set;  // overrides, "path=value"
  std::string trace_group;       // traces device trace_index of this group unless empty
  std::uint32_t trace_index = 0;
  bool episodes = false;  // reports each episode by itself
  application::ReadFile read_file = application::no_files;
  std::function<void(application::Scenario&)>
      change;  // applied after loading: what no key of a scenario says
};

// Loads and runs the YAML text; a failure of either is thrown as std::runtime_error with its message.
measures::Report run(const std::string& yaml, const Options& options = {});

// The value of a metric; fails the test when it does not exist. A null is NaN.
double value(const measures::Report& report, const std::string& metric);

// Everything but meta, as text: equal runs give equal bytes.
std::string bytes(const measures::Report& report);

}  // namespace support
