// Everything that `hubstorm run` exports: each writer in a file of its own, and the list of them.
#pragma once
#include <string>
#include <vector>

#include "tools/output/result.hpp"
#include "tools/output/writer.hpp"

namespace output {

inline constexpr int summary_schema_version = 1;

// summary.json: one document a run; only its `meta` may differ between two runs of a scenario, seed and
// version.
std::string summary_json(const Result& result);

// The same without `meta`, and with a line a metric: equal results are equal files, and a file kept under
// version control shows in its diff which metrics moved.
std::string baseline_json(const Result& result);

// CSV files (RFC 4180, a header line, "." as the decimal point).
// metric,unit,value,at_least,ci95_low,ci95_high,n,censored,method; method is that of the interval; an absent
// number is an empty field.
std::string summary_csv(const Result& result);

// replication, then the columns of the series; the replications (from 1) one after the other. A hub that was
// not there in a replication has empty fields.
std::string series_csv(const std::vector<measures::Report>& reports);

// replication,time_s,hub,action,outcome,from,to,reason: what the control plane decided.
std::string timeline_csv(const std::vector<measures::Report>& reports);

// A line an episode: replication,group,device (from 0), fault, then seconds since the start of the run:
// begin_s of the incident, lost_s and noticed_s by the device, attempt_s (start of the attempt that
// succeeded), back_s, for_good_s (not lost again within a minute); attempts, registrations (until it was
// back), hub_before, hub_after, gave_up (0 or 1). By replication, group, device and time; what there is none
// of is an empty field.
std::string devices_csv(const std::vector<measures::Report>& reports);

// What a run has to export.
struct RunExport {
  const Result& result;
  const std::vector<measures::Report>& reports;  // of the replications, in their order
};

struct RunWriter : Writer<RunExport> {
  bool holds_trace = false;     // of the device of --trace
  bool wants_episodes = false;  // which the reports have when asked for
};

// In the order of the help; the first is what --json and a path of "-" mean.
inline constexpr RunWriter run_writers[] = {
    {{{"json", ".json", "the summary"}, [](const RunExport& run) { return summary_json(run.result); }}, true},
    {{{"baseline", "", "the summary as hubstorm compare keeps it, without times and memory"},
      [](const RunExport& run) { return baseline_json(run.result); }},
     true},
    {{{"series", "series.csv", "the time series of every replication"},
      [](const RunExport& run) { return series_csv(run.reports); }}},
    {{{"timeline", "timeline.csv", "what the control plane decided"},
      [](const RunExport& run) { return timeline_csv(run.reports); }}},
    {{{"devices", "devices.csv", "each device: what it lost to a fault, and when it was back"},
      [](const RunExport& run) { return devices_csv(run.reports); }},
     false,
     true},
    {{{"csv", ".csv", "the metrics as a table"},
      [](const RunExport& run) { return summary_csv(run.result); }}},
};
static_assert(well_formed(run_writers));

}  // namespace output
