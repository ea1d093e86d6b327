// A replication's report as bytes (CBOR), for the way from its process to the command and for the files of
// studies; numbers arrive exactly.
#pragma once
#include <string>

#include "models/measures/report.hpp"

namespace measures {

// No figure of a run is nearly as large as this, whose fourth power is still a number.
inline constexpr double largest_figure = 1e60;

std::string encode(const Report& report);
// Throws std::exception when it is not one: a figure beyond the largest, too, rows of the series apart.
Report decode_report(const std::string& bytes);

}  // namespace measures
