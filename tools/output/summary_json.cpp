#include "tools/output/summary_json.hpp"

#include <nlohmann/json.hpp>

#include <set>
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
  Json json = Json::object();
  for (const auto& [metric, values] : runs) {
    json[metric] = Json::array();
    for (const analysis::RunValue& run : values) json[metric].push_back(run_json(run));
  }
  return json;
}

Json tolerances_json(const Result& result) {
  Json json = Json::object();
  for (const auto& [metric, tolerance] : result.tolerances) json[metric] = tolerance;
  return json;
}

// An object with each member on a line of its own, whatever is in it; `indent` blanks before its end.
std::string a_line_each(const Json& object, std::size_t indent) {
  std::string out = "{";
  for (const auto& [key, value] : object.items())
    out += (out.size() == 1 ? "\n" : ",\n") + std::string(indent + 2, ' ') + Json(key).dump() + ": " +
           value.dump();
  return out + (out.size() == 1 ? "}" : "\n" + std::string(indent, ' ') + "}");
}

// As Json::dump(2), but the members named in `flat` have a line a member.
std::string document(const Json& json, const std::set<std::string>& flat) {
  std::string out = "{";
  for (const auto& [key, value] : json.items()) {
    out += (out.size() == 1 ? "\n  " : ",\n  ") + Json(key).dump() + ": ";
    if (flat.contains(key)) {
      out += a_line_each(value, 2);
      continue;
    }
    for (const char c : value.dump(2)) out += c == '\n' ? std::string("\n  ") : std::string(1, c);
  }
  return out + "\n}\n";
}

Json without_meta(const Result& result) {
  Json json{{"schema_version", summary_schema_version},
            {"manifest", manifest_json(result.manifest)},
            {"verdict", verdict_word(result.verdict)},
            {"expectations", Json::array()},
            {"metrics", Json::object()}};
  for (const analysis::Judgement& judgement : result.judgements)
    json["expectations"].push_back(judgement_json(judgement));
  for (const auto& [name, metric] : result.metrics) json["metrics"][name] = metric_json(metric);
  if (!result.runs.empty()) json["runs"] = runs_json(result.runs);
  if (!result.tolerances.empty()) json["tolerances"] = tolerances_json(result);
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
