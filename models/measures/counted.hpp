// Counters of services as metrics.
#pragma once
#include <string>

#include "models/counters.hpp"
#include "models/measures/report.hpp"

namespace measures {

// The metrics that the table of T makes of its counters; their names begin with `prefix`.
template <class T>
void report_counted(Report& report, const std::string& prefix, const T& counted) {
  for (const counters::Row<T>& row : T::rows())
    if (*row.name != 0)
      report.values[prefix + row.name] = {row.unit, counters::value(row, counted), std::nullopt,
                                          std::nullopt};
}

}  // namespace measures
