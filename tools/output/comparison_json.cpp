// A comparison as a JSON document.
#include <cmath>

#include "tools/output/comparison_writers.hpp"
#include "tools/output/json.hpp"
#include "tools/output/result.hpp"

namespace output {
namespace {

using Json = nlohmann::ordered_json;

Json finite(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }
Json finite_or_null(const std::optional<double>& x) { return x ? finite(*x) : Json(nullptr); }

Json metric_json(const std::optional<analysis::Metric>& metric) {
  if (!metric) return nullptr;
  Json json{{"value", finite_or_null(metric->value)}};
  if (metric->at_least) json["at_least"] = *metric->at_least;
  return json;
}

Json gate_json(const analysis::GateResult& gate) {
  Json json{{"metric", gate.gate.tolerance.metric},
            {"unit", gate.gate.unit},
            {"direction", gate.gate.direction == measures::Direction::lower ? "lower" : "higher"},
            {"tolerance", gate.gate.tolerance.text},
            {"baseline", metric_json(gate.baseline)},
            {"new", metric_json(gate.current)},
            {"change", finite_or_null(gate.change)},
            {"interval", nullptr},
            {"n_baseline", gate.n_baseline},
            {"n_new", gate.n_current},
            {"paired", gate.paired},
            {"censored", gate.censored},
            {"identical", gate.identical},
            {"method", gate.method ? Json(words::method(gate)) : Json(nullptr)},
            {"p", finite_or_null(gate.p)},
            {"p_corrected", finite_or_null(gate.p_corrected)},
            {"verdict", verdict_word(gate.verdict)},
            {"outcome", words::outcome(gate)}};
  if (gate.interval) json["interval"] = {finite(gate.interval->low), finite(gate.interval->high)};
  if (!gate.reason.empty()) json["reason"] = gate.reason;
  return json;
}

Json origin(const std::string& path, const StoredSummary& summary) {
  return {{"path", path},
          {"version", summary.version},
          {"scenario", summary.scenario},
          {"scenario_hash", summary.scenario_hash},
          {"seed", summary.side.seed},
          {"replications", summary.side.replications}};
}

Json compared_json(const Compared& compared) {
  if (!compared.problem.empty())
    return {{"verdict", verdict_word(verdict_of(compared))},
            {"baseline", {{"path", compared.baseline_path}}},
            {"new", {{"path", compared.result_path}}},
            {"problem", compared.problem}};
  Json json{{"scenario", compared.result.scenario},
            {"verdict", verdict_word(verdict_of(compared))},
            {"baseline", origin(compared.baseline_path, compared.baseline)},
            {"new", origin(compared.result_path, compared.result)},
            {"notes", compared.notes}};
  if (compared.exact) {
    json["exact"] = true;
    json["differences"] = Json::array();
    for (const analysis::Difference& one : compared.differences)
      json["differences"].push_back({{"what", one.what}, {"baseline", one.baseline}, {"new", one.current}});
    return json;
  }
  json["level"] = compared.comparison.judging.level;
  json["correction"] = "Holm";
  json["fail_on"] = compared.comparison.judging.fail_on_change ? "change" : "regression";
  json["default_tolerances"] = compared.default_tolerances;
  json["gates"] = Json::array();
  for (const analysis::GateResult& gate : compared.comparison.gates) json["gates"].push_back(gate_json(gate));
  return json;
}

}  // namespace

std::string comparison_json(const std::vector<Compared>& all) {
  std::vector<analysis::Verdict> verdicts;
  for (const Compared& compared : all) verdicts.push_back(verdict_of(compared));
  Json json{{"schema_version", comparison_schema_version},
            {"tool", "hubstorm compare"},
            {"version", HUBSTORM_VERSION},
            {"verdict", verdict_word(analysis::overall(verdicts))},
            {"comparisons", Json::array()}};
  for (const Compared& compared : all) json["comparisons"].push_back(compared_json(compared));
  return json_text(json) + "\n";
}

}  // namespace output
