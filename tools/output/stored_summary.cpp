#include "tools/output/stored_summary.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "models/measures/report_codec.hpp"
#include "sim/settings/text.hpp"
#include "tools/output/json_depth.hpp"
#include "tools/output/run_writers.hpp"

namespace output {
namespace {

using PlainJson = nlohmann::json;

constexpr const char* other_document =
    "not a summary of hubstorm; write one with hubstorm run --export PATH.json";

double number(const PlainJson& json) {
  const double x = json.get<double>();
  if (!(std::abs(x) <= measures::largest_figure))
    throw NotASummary(fmt::format("holds {:g}, larger than any figure of hubstorm; make the result anew", x));
  return x;
}

std::optional<double> number(const PlainJson& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() || found->is_null() ? std::nullopt : std::optional{number(*found)};
}

// A name or a text, of which no one that hubstorm writes is nearly as long as this.
std::string bounded(const std::string& text) {
  constexpr std::size_t longest = 1000;
  if (text.size() > longest)
    throw NotASummary(fmt::format("{} has {} bytes, more than any name of hubstorm",
                                  sim::settings::quoted(text), text.size()));
  return text;
}

std::string bounded(const PlainJson& json) { return bounded(json.get_ref<const std::string&>()); }

// A value that is none of those that may stand there; what is in it may be of any size.
std::string excerpt(const PlainJson& json) {
  return json.is_structured() ? json.is_array() ? "a list" : "an object"
                              : sim::settings::excerpt(json.dump());
}

// A whole number from `least`; the library would wrap what is larger, and cut off what is behind the point.
template <class Number>
Number whole(const PlainJson& parent, const char* key, std::uint64_t least) {
  const PlainJson& json = parent.at(key);
  const std::uint64_t most = std::numeric_limits<Number>::max();
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() < least || json.get<std::uint64_t>() > most)
    throw NotASummary(
        fmt::format("\"{}\" is {}, and must be a whole number from {} to {}; make the result anew", key,
                    excerpt(json), least, most));
  return json.get<Number>();
}

analysis::Metric read_metric(const PlainJson& json) {
  analysis::Metric metric;
  metric.unit = bounded(json.at("unit"));
  metric.value = number(json, "value");
  metric.at_least = number(json, "at_least");
  if (json.contains("ci95"))
    metric.ci95 = analysis::Interval{number(json.at("ci95").at(0)), number(json.at("ci95").at(1))};
  for (const analysis::Method method :
       {analysis::Method::student_t, analysis::Method::wilson, analysis::Method::order_statistics})
    if (json.value("method", "") == analysis::method_name(method)) metric.method = method;
  metric.n = whole<std::uint64_t>(json, "n", 0);
  if (json.contains("censored")) metric.censored = whole<std::uint64_t>(json, "censored", 0);
  return metric;
}

analysis::RunValue read_run(const PlainJson& json) {
  if (json.is_object()) return {std::nullopt, number(json.at("at_least"))};
  return {json.is_null() ? std::nullopt : std::optional{number(json)}, std::nullopt};
}

analysis::Runs read_runs(const PlainJson& json, std::uint32_t replications) {
  analysis::Runs runs;
  const auto form = [](bool right) {
    if (!right) throw NotASummary("\"runs\" must hold a list for each metric; make the result anew");
  };
  form(json.is_object());
  for (const auto& [name, values] : json.items()) {
    form(values.is_array());
    for (const PlainJson& value : values) runs[bounded(name)].push_back(read_run(value));
    if (values.size() != replications)
      throw NotASummary(fmt::format("\"runs\" has {} values of {} for {} replications; make the result anew",
                                    values.size(), name, replications));
  }
  return runs;
}

// A single run's values are its metrics, of which the pooled ones are no values of a run.
analysis::Runs only_run(const analysis::Metrics& metrics) {
  analysis::Runs runs;
  for (const auto& [name, metric] : metrics)
    if (!name.ends_with(".pooled_p99")) runs[name] = {analysis::run_value(metric.value, metric.at_least)};
  return runs;
}

// "recovery.hub2.p99" of "recovery.hub2.p99 < 15m".
std::string metric_of(const std::string& expectation) {
  const std::size_t end = expectation.find_first_of("<>=! ");
  return expectation.substr(0, end);
}

void check_form(const PlainJson& json) {
  if (!json.is_object() || !json.contains("manifest") || !json.at("manifest").is_object() ||
      json.at("manifest").value("tool", "") != "hubstorm" || !json.contains("schema_version"))
    throw NotASummary(other_document);
  const PlainJson& version = json.at("schema_version");
  if (version != summary_schema_version)
    throw NotASummary(
        fmt::format("schema_version {}, and this version of hubstorm reads {}; make the result anew",
                    excerpt(version), summary_schema_version));
}

StoredSummary read_checked(const PlainJson& json) {
  StoredSummary summary;
  const PlainJson& manifest = json.at("manifest");
  summary.version = bounded(manifest.at("version"));
  summary.scenario = bounded(manifest.at("scenario"));
  summary.scenario_hash = bounded(manifest.at("scenario_hash"));
  summary.side.seed = whole<std::uint64_t>(manifest, "seed", 0);
  summary.side.replications = whole<std::uint32_t>(manifest, "replications", 1);
  for (const PlainJson& one : json.at("expectations"))
    summary.expected.push_back(metric_of(bounded(one.at("text"))));
  for (const auto& [name, metric] : json.at("metrics").items())
    summary.side.metrics[bounded(name)] = read_metric(metric);
  if (json.contains("tolerances"))
    for (const auto& [metric, text] : json.at("tolerances").items())
      summary.tolerances[bounded(metric)] = bounded(text);
  if (summary.side.replications < 2)
    summary.side.runs = only_run(summary.side.metrics);
  else if (json.contains("runs"))
    summary.side.runs = read_runs(json.at("runs"), summary.side.replications);
  else
    throw NotASummary(
        fmt::format("has no \"runs\", the values of its {} replications: hubstorm {} did not keep them; "
                    "make the result anew",
                    summary.side.replications, summary.version));
  return summary;
}

}  // namespace

StoredSummary read_summary(const std::string& text) {
  if (nested_too_deep(text, PlainJson::input_format_t::json)) throw NotASummary(other_document);
  PlainJson json;
  try {
    json = PlainJson::parse(text);
  } catch (const PlainJson::parse_error& error) {
    if (text.empty()) throw NotASummary("is empty; write it with hubstorm run --export PATH.json");
    const bool cut_off = error.byte > text.size();
    throw NotASummary(cut_off ? "ends in the middle: it was cut off; make the result anew"
                              : fmt::format("no JSON (at byte {}); {}", error.byte, other_document));
  } catch (const PlainJson::exception&) {  // a number that is too large
    throw NotASummary(other_document);
  }
  try {
    check_form(json);
    return read_checked(json);
  } catch (const PlainJson::exception&) {
    throw NotASummary("a summary of hubstorm with parts missing or of another type; make the result anew");
  }
}

}  // namespace output
