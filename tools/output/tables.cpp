// The CSV files of a run: its metrics, its time series and the timeline.
#include "tools/output/run_writers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "tools/output/csv.hpp"
#include "tools/output/escape.hpp"

namespace output {
namespace {

using csv::number;

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
    out += fmt::format("{},{},{},{},{},{},{},{},{}\n", escape::csv(name), escape::csv(metric.unit),
                       number_or_empty(metric.value), number_or_empty(metric.at_least), low, high, metric.n,
                       number_or_empty(metric.censored),
                       metric.ci95 ? analysis::method_name(metric.method) : "");
  }
  return out;
}

std::string series_csv(const std::vector<measures::Report>& reports) {
  std::vector<std::string> columns;
  std::map<std::string, std::size_t> places;  // of each column
  for (const measures::Report& report : reports)
    for (const std::string& column : report.series.columns)
      if (places.emplace(column, columns.size()).second) columns.push_back(column);
  std::string out = "replication";
  for (const std::string& column : columns) out.append(",").append(escape::csv(column));
  out += "\n";
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const measures::Series& series = reports[i].series;
    std::vector<std::size_t> place;
    for (const std::string& column : series.columns) place.push_back(places.at(column));
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
      out += fmt::format("{},{},{},{},{},{},{},{}\n", i + 1, number(e.time_s), escape::csv(e.hub),
                         escape::csv(e.kind), escape::csv(e.outcome), escape::csv(e.from), escape::csv(e.to),
                         escape::csv(e.reason));
  return out;
}

std::string devices_csv(const std::vector<measures::Report>& reports) {
  std::string out =
      "replication,group,device,fault,begin_s,lost_s,noticed_s,attempt_s,back_s,for_good_s,attempts,"
      "registrations,"
      "hub_before,hub_after,gave_up\n";
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const measures::EpisodeTable& table = reports[i].episodes;
    const auto hub = [&](std::uint32_t index) {
      return index == measures::EpisodeTable::no_hub ? std::string() : escape::csv(table.hubs[index]);
    };
    std::vector<measures::Episode> rows = table.rows;
    std::sort(rows.begin(), rows.end(), [](const measures::Episode& a, const measures::Episode& b) {
      return std::tuple(a.group, a.device, a.lost_s) < std::tuple(b.group, b.device, b.lost_s);
    });
    for (const measures::Episode& e : rows)
      fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", i + 1,
                     escape::csv(table.groups[e.group]), e.device, escape::csv(table.faults[e.fault]),
                     number(e.begin_s), number(e.lost_s), number(e.noticed_s), number(e.attempt_s),
                     number(e.back_s), number(e.for_good_s), e.attempts, e.registrations, hub(e.hub_before),
                     hub(e.hub_after), e.gave_up);
  }
  return out;
}

}  // namespace output
