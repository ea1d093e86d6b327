// A small made-up run: three hubs, two groups, two faults, three replications; for tests of what is written
// about runs.
#pragma once
#include <vector>

#include "tools/output/result.hpp"

namespace example {

application::Scenario scenario();
std::vector<measures::Report> reports();
// The result of the first `replications` reports.
output::Result result(std::size_t replications);

}  // namespace example
