#include "tools/output/summary_json.hpp"

#include <nlohmann/json.hpp>

namespace output {
namespace {

using Json = nlohmann::ordered_json;

constexpr int schema_version = 1;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

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

Json metric_json(const analysis::Metric& metric) {
  Json json{{"unit", metric.unit}, {"value", or_null(metric.value)}};
  if (metric.at_least) json["at_least"] = *metric.at_least;
  if (metric.ci95) json["ci95"] = {metric.ci95->low, metric.ci95->high};
  json["n"] = metric.n;
  if (metric.censored) json["censored"] = *metric.censored;
  return json;
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

Json meta_json(const Meta& meta) {
  return {{"wall_s", meta.wall_s},
          {"cpu_s", meta.cpu_s},
          {"peak_rss_bytes", meta.peak_rss_bytes},
          {"device_events", meta.device_events},
          {"parked_attempts", meta.parked_attempts},
          {"simulation_s", meta.simulation_s}};
}

}  // namespace

std::string summary_json(const Result& result) {
  Json json{{"schema_version", schema_version},
            {"manifest", manifest_json(result.manifest)},
            {"verdict", verdict_word(result.verdict)},
            {"expectations", Json::array()},
            {"metrics", Json::object()}};
  for (const analysis::Judgement& judgement : result.judgements)
    json["expectations"].push_back(judgement_json(judgement));
  for (const auto& [name, metric] : result.metrics) json["metrics"][name] = metric_json(metric);
  if (!result.trace.empty()) json["trace"] = trace_json(result.trace);
  if (!result.timeline.empty()) json["timeline"] = timeline_json(result.timeline);
  if (!result.placed.empty()) json["placed"] = placed_json(result.placed);
  if (!result.unseen.empty()) json["unseen"] = unseen_json(result.unseen);
  json["meta"] = meta_json(result.meta);
  return json.dump(2) + "\n";
}

}  // namespace output
