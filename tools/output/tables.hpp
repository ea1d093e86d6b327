// CSV files (RFC 4180, a header line, "." as the decimal point): the metrics of a run and its time series.
#pragma once
#include <string>
#include <vector>

#include "tools/output/result.hpp"

namespace output {

// metric,unit,value,at_least,ci95_low,ci95_high,n,censored,method; method is that of the interval; an absent
// number is an empty field.
std::string summary_csv(const Result& result);

// replication, then the columns of the series; the replications (from 1) one after the other. A hub that was
// not there in a replication has empty fields.
std::string series_csv(const std::vector<measures::Report>& reports);

// replication,time_s,hub,action,outcome,from,to,reason: what the control plane decided.
std::string timeline_csv(const std::vector<measures::Report>& reports);

}  // namespace output
