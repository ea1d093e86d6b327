// What to try next when one wait part dominates an outage: a key of the scenario to change, with a value.
#pragma once
#include <optional>
#include <string>

#include "tools/output/view.hpp"

namespace output {

struct Advice {
  std::string reason;   // a sentence
  std::string setting;  // path=value for --set; empty when no key of the scenario would help
};

// Nothing when no part takes half of the time.
std::optional<Advice> advice(const View& view, const faults::Fault& fault);

}  // namespace output
