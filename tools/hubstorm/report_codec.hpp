// A replication's report as bytes (CBOR), for the way from its process to the command; numbers arrive
// exactly.
#pragma once
#include <string>

#include "models/measures/report.hpp"

namespace hubstorm {

std::string encode(const measures::Report& report);
measures::Report decode_report(const std::string& bytes);  // throws std::exception when it is not one

}  // namespace hubstorm
