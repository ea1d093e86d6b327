// summary.json and the baseline of a run.
#include "tools/output/run_writers.hpp"

#include <algorithm>
#include <set>

#include "tools/output/json.hpp"
#include "tools/output/metric_json.hpp"

namespace output {
namespace {

using Json = nlohmann::ordered_json;

Json manifest_json(const Manifest& manifest) {
  Json json{{"tool", "hubstorm"},
            {"version", manifest.version},
            {"scenario", manifest.scenario},
            {"scenario_hash", manifest.scenario_hash},
            {"seed", manifest.seed},
            {"replications", manifest.replications},
            {"simgrid", manifest.simgrid},
            {"reproduce", manifest.reproduce}};
  if (!manifest.warnings.empty()) json["warnings"] = manifest.warnings;
  return json;
}

Json judgement_json(const analysis::Judgement& judgement) {
  return {{"text", judgement.expectation.text},
          {"observed", or_null(judgement.metric.value)},
          {"verdict", verdict_word(judgement.verdict)}};
}

Json trace_json(const std::vector<measures::TraceLine>& trace) {
  Json json = Json::array();
  for (const measures::TraceLine& line : trace)
    json.push_back({{"time_s", line.time_s}, {"text", line.text}});
  return json;
}

Json timeline_json(const std::vector<measures::Event>& timeline) {
  Json json = Json::array();
  for (const measures::Event& e : timeline)
    json.push_back({{"time_s", e.time_s},
                    {"hub", e.hub.empty() ? Json(nullptr) : Json(e.hub)},
                    {"action", e.kind},
                    {"outcome", e.outcome},
                    {"from", e.from},
                    {"to", e.to},
                    {"reason", e.reason}});
  return json;
}

Json placed_json(const std::vector<PlacedRun>& runs) {
  Json json = Json::array();
  for (const PlacedRun& run : runs) {
    Json one{{"replication", run.replication}, {"fault", run.fault},
             {"target", run.target},           {"at_s", run.at_s},
             {"affected", run.affected},       {"p99", or_null(run.p99)}};
    if (run.at_least) one["at_least"] = *run.at_least;
    json.push_back(std::move(one));
  }
  return json;
}

Json unseen_json(const std::vector<Unseen>& faults) {
  Json json = Json::array();
  for (const Unseen& unseen : faults)
    json.push_back({{"fault", unseen.fault},
                    {"replications", unseen.replications},
                    {"probability_below", unseen.probability_below}});
  return json;
}

Json settling_json(const std::vector<analysis::SettlingSummary>& all) {
  Json series = Json::array();
  for (const analysis::SettlingSummary& one : all)
    series.push_back({{"series", one.series},
                      {"replications", one.replications},
                      {"not_settled", one.not_settled},
                      {"too_short", one.too_short},
                      {"truncation_s", one.truncation_s}});
  return {{"rule", "MSER-5"}, {"series", std::move(series)}};
}

Json meta_json(const Meta& meta) {
  return {{"wall_s", meta.wall_s},
          {"cpu_s", meta.cpu_s},
          {"peak_rss_bytes", meta.peak_rss_bytes},
          {"device_events", meta.device_events},
          {"parked_attempts", meta.parked_attempts},
          {"simulation_s", meta.simulation_s}};
}

Json run_json(const analysis::RunValue& run) {
  return run.at_least ? Json{{"at_least", *run.at_least}} : or_null(run.value);
}

Json runs_json(const analysis::Runs& runs) {
  return members(runs, [](const std::vector<analysis::RunValue>& values) {
    Json all = Json::array();
    for (const analysis::RunValue& value : values) all.push_back(run_json(value));
    return all;
  });
}

// Ends the line, blanks in front of the next one.
std::string new_line(std::size_t indent) { return "\n" + std::string(indent, ' '); }

// An object with each member on a line of its own, whatever is in it; `indent` blanks before its end.
std::string a_line_each(const Json& object, std::size_t indent) {
  std::string out = "{";
  for (const auto& [key, value] : object.items()) {
    if (out.size() > 1) out += ',';
    out.append(new_line(indent + 2)).append(json_text(key, -1)).append(": ").append(json_text(value, -1));
  }
  return out + (out.size() == 1 ? "" : new_line(indent)) + "}";
}

// The text with all lines but the first further to the right.
std::string indented(const std::string& text, std::size_t indent) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    if (from > 0) out += new_line(indent);
    out.append(text, from, end - from);
    from = end + 1;
  }
  return out;
}

// As json_text(), but the members named in `flat` have a line a member.
std::string document(const Json& json, const std::set<std::string>& flat) {
  std::string out = "{";
  for (const auto& [key, value] : json.items()) {
    if (out.size() > 1) out += ',';
    out.append(new_line(2)).append(json_text(key, -1)).append(": ");
    out += flat.contains(key) ? a_line_each(value, 2) : indented(json_text(value), 2);
  }
  return out + "\n}\n";
}

Json without_meta(const Result& result) {
  Json json{{"schema_version", summary_schema_version},
            {"manifest", manifest_json(result.manifest)},
            {"verdict", verdict_word(result.verdict)},
            {"expectations", Json::array()},
            {"metrics", members(result.metrics, metric_json)}};
  for (const analysis::Judgement& judgement : result.judgements)
    json["expectations"].push_back(judgement_json(judgement));
  if (!result.runs.empty()) json["runs"] = runs_json(result.runs);
  if (!result.tolerances.empty())
    json["tolerances"] = members(result.tolerances, [](const std::string& text) { return Json(text); });
  if (!result.trace.empty()) json["trace"] = trace_json(result.trace);
  if (!result.timeline.empty()) json["timeline"] = timeline_json(result.timeline);
  if (!result.placed.empty()) json["placed"] = placed_json(result.placed);
  if (!result.unseen.empty()) json["unseen"] = unseen_json(result.unseen);
  if (!result.settling.empty()) json["settling"] = settling_json(result.settling);
  return json;
}

}  // namespace

std::string summary_json(const Result& result) {
  Json json = without_meta(result);
  json["meta"] = meta_json(result.meta);
  return document(json, {"runs"});
}

std::string baseline_json(const Result& result) {
  return document(without_meta(result), {"metrics", "runs"});
}

}  // namespace output
