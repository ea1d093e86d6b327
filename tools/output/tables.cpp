#include "tools/output/tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/output/csv.hpp"

namespace output {
namespace {

using csv::number;
using csv::quoted;

template <typename T>
std::string number_or_empty(const std::optional<T>& x) {
  return x ? fmt::format("{}", *x) : "";
}

}  // namespace

std::string summary_csv(const Result& result) {
  std::string out = "metric,unit,value,at_least,ci95_low,ci95_high,n,censored,method\n";
  for (const auto& [name, metric] : result.metrics) {
    const std::string low = metric.ci95 ? number(metric.ci95->low) : "";
    const std::string high = metric.ci95 ? number(metric.ci95->high) : "";
    out += fmt::format("{},{},{},{},{},{},{},{},{}\n", quoted(name), quoted(metric.unit),
                       number_or_empty(metric.value), number_or_empty(metric.at_least), low, high, metric.n,
                       number_or_empty(metric.censored),
                       metric.ci95 ? analysis::method_name(metric.method) : "");
  }
  return out;
}

std::string series_csv(const std::vector<measures::Report>& reports) {
  std::vector<std::string> columns;
  for (const measures::Report& report : reports)
    for (const std::string& column : report.series.columns)
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
  std::string out = "replication";
  for (const std::string& column : columns) out.append(",").append(quoted(column));
  out += "\n";
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const measures::Series& series = reports[i].series;
    std::vector<std::size_t> place;
    for (const std::string& column : series.columns)
      place.push_back(
          static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin()));
    for (const std::vector<double>& row : series.rows) {
      std::vector<std::string> cells(columns.size());
      for (std::size_t c = 0; c < row.size(); ++c) cells[place[c]] = number(row[c]);
      out += std::to_string(i + 1);
      for (const std::string& cell : cells) out.append(",").append(cell);
      out += "\n";
    }
  }
  return out;
}

std::string timeline_csv(const std::vector<measures::Report>& reports) {
  std::string out = "replication,time_s,hub,action,outcome,from,to,reason\n";
  for (std::size_t i = 0; i < reports.size(); ++i)
    for (const measures::Event& e : reports[i].timeline)
      out += fmt::format("{},{},{},{},{},{},{},{}\n", i + 1, number(e.time_s), quoted(e.hub), e.kind,
                         e.outcome, quoted(e.from), quoted(e.to), quoted(e.reason));
  return out;
}

}  // namespace output
