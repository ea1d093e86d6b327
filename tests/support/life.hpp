// The trace of one device, as tests ask about it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "models/measures/report.hpp"

namespace support {

// Runs the scenario with the trace of the first device of its group "one".
measures::Report traced(const std::string& yaml);

// The lines of a trace that begin with these words, in order of time.
std::vector<measures::TraceLine> lines(const measures::Report& report, std::string_view start);

// Their times, seconds, from `after` on.
std::vector<double> times(const measures::Report& report, std::string_view start, double after = 0);

// The first of them; fails the test when there is none.
double first(const measures::Report& report, std::string_view start, double after = 0);

// The first line after this one (in order, not in time) that begins with one of these words; empty if none.
std::string next(const measures::Report& report, std::string_view line,
                 const std::vector<std::string>& starts);

// All lines, for messages of failing tests.
std::string whole(const measures::Report& report);

}  // namespace support
