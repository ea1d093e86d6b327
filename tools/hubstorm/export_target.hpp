// Where `run --export` writes what.
#pragma once
#include <string>
#include <vector>

namespace hubstorm {

enum class ExportForm { summary_json, summary_csv, series_csv, timeline_csv };

struct ExportTarget {
  ExportForm form;
  std::string path;  // "-" is standard output
  bool operator==(const ExportTarget&) const = default;
};

// [KIND:]PATH with KIND json, csv or series. Without a kind the name tells: *.json and - are the summary as
// JSON, *series.csv the time series, other *.csv the metrics. Throws Failure (usage).
ExportTarget parse_export(const std::string& text);

// All of --export; --json counts as json:-. Two targets at one place are refused.
std::vector<ExportTarget> parse_exports(const std::vector<std::string>& texts, bool json_to_stdout);

}  // namespace hubstorm
