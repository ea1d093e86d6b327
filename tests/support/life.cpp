#include "tests/support/life.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

namespace support {

namespace {

bool begins(const measures::TraceLine& line, std::string_view start) {
  return std::string_view(line.text).substr(0, start.size()) == start;
}

}  // namespace

std::vector<measures::TraceLine> lines(const measures::Report& report, std::string_view start) {
  std::vector<measures::TraceLine> found;
  for (const measures::TraceLine& line : report.trace)
    if (begins(line, start)) found.push_back(line);
  return found;
}

std::vector<double> times(const measures::Report& report, std::string_view start, double after) {
  std::vector<double> found;
  for (const measures::TraceLine& line : lines(report, start))
    if (line.time_s >= after) found.push_back(line.time_s);
  return found;
}

double first(const measures::Report& report, std::string_view start, double after) {
  const std::vector<double> found = times(report, start, after);
  if (found.empty()) FAIL("nothing begins with \"" << start << "\" in\n" << whole(report));
  return found.front();
}

std::string next(const measures::Report& report, std::string_view line,
                 const std::vector<std::string>& starts) {
  const auto from =
      std::find_if(report.trace.begin(), report.trace.end(), [&](const auto& l) { return begins(l, line); });
  if (from == report.trace.end()) FAIL("nothing begins with \"" << line << "\" in\n" << whole(report));
  for (auto after = from + 1; after != report.trace.end(); ++after)
    for (const std::string& start : starts)
      if (begins(*after, start)) return start;
  return {};
}

std::string whole(const measures::Report& report) {
  std::string text;
  for (const measures::TraceLine& line : report.trace)
    text += fmt::format("{:14.6f} s  {}\n", line.time_s, line.text);
  return text;
}

measures::Report traced(const std::string& yaml) {
  Options options;
  options.trace_group = "one";
  return run(yaml, options);
}

}  // namespace support
