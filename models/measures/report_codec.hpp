// A replication's report as bytes (CBOR), for the way from its process to the command; numbers arrive
// exactly.
#pragma once
#include <string>

#include "models/measures/report.hpp"

namespace measures {

std::string encode(const Report& report);
Report decode_report(const std::string& bytes);  // throws std::exception when it is not one

}  // namespace measures
