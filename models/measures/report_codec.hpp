// A replication's report as bytes (CBOR), for the way from its process to the command and for the files of
// studies; numbers arrive exactly.
#pragma once
#include <string>

#include "models/measures/report.hpp"

namespace measures {

std::string encode(const Report& report);
// Throws std::exception when it is not one: a figure that is no finite number, too, rows of the series apart.
Report decode_report(const std::string& bytes);

}  // namespace measures
