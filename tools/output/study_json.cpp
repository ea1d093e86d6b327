// study.json.
#include "tools/analysis/interval.hpp"
#include "tools/output/json.hpp"
#include "tools/output/metric_json.hpp"
#include "tools/output/result.hpp"
#include "tools/output/study_writers.hpp"

namespace output {
namespace {

using Json = nlohmann::ordered_json;

constexpr int schema_version = 1;

// When the replications of a point are enough.
Json stopping_json(const study::Settings& settings) {
  if (!settings.precision) return {{"rule", "fixed"}};
  return {{"rule", "half of the 95 % interval within a limit, at looks fixed beforehand"},
          {"metric", settings.precision->metric},
          {"within", settings.precision->limit},
          {"min", settings.precision->least},
          {"max", settings.precision->most}};
}

Json axes_json(const study::Settings& settings) {
  Json all = Json::array();
  for (const study::Axis& axis : settings.axes) {
    Json levels = Json::array();
    for (const study::Level& level : axis.levels)
      levels.push_back({{"label", level.label}, {"value", level.value}, {"number", or_null(level.number)}});
    all.push_back({{"name", axis.name}, {"paths", axis.paths}, {"levels", std::move(levels)}});
  }
  return all;
}

Json expectations_json(const study::PointResult& point) {
  Json all = Json::array();
  for (const analysis::Judgement& one : point.judgements)
    all.push_back({{"text", one.expectation.text},
                   {"observed", or_null(one.metric.value)},
                   {"verdict", verdict_word(one.verdict)},
                   {"straddles", one.straddles}});
  return all;
}

Json point_json(const study::Results& results, const study::PointResult& point) {
  Json levels = Json::object();
  for (std::size_t i = 0; i < point.levels.size(); ++i)
    levels[results.settings.axes[i].name] = point.levels[i];
  const std::uint64_t runs = point.replications.size();
  Json json{{"point", point.number},
            {"levels", std::move(levels)},
            {"set", point.set},
            {"scenario_hash", point.scenario_hash},
            {"seed", point.seed},
            {"replications", runs},
            {"wanted", point.progress.wanted},
            {"verdict", verdict_word(point.verdict)},
            {"expectations", expectations_json(point)},
            {"runs_met", point.met}};
  if (runs > 0) {
    const analysis::Interval share = analysis::share_interval(point.met, runs);
    json["runs_met_share_ci95"] = {share.low, share.high};
    json["runs_met_method"] = "wilson";
  }
  if (!point.unsettled.empty()) json["not_settled"] = point.unsettled;
  std::vector<std::pair<std::string, const analysis::Metric&>> metrics;
  for (const std::string& name : results.metrics)
    if (const auto found = point.metrics.find(name); found != point.metrics.end())
      metrics.emplace_back(name, found->second);
  json["metrics"] = members(metrics, metric_json);
  return json;
}

Json effect_json(const study::Effect& effect, const study::Settings& settings) {
  Json json{{"axis", effect.axis}, {"share_of_variation", effect.share}, {"means", effect.means}};
  const std::string first = effect.axis.substr(0, effect.axis.find(' '));
  for (const study::Axis& axis : settings.axes)
    if (axis.name == first) {
      json["lowest"] = axis.levels[effect.lowest].label;
      json["highest"] = axis.levels[effect.highest].label;
    }
  json["difference"] = effect.difference;
  if (effect.ci95) {
    json["ci95"] = {effect.ci95->low, effect.ci95->high};
    json["method"] = "student-t over replications, bonferroni over pairs of levels";
  }
  json["n"] = effect.n;
  return json;
}

Json effects_json(const study::Results& results) {
  Json all = Json::array();
  for (const study::Effects& one : results.effects) {
    Json json{{"metric", one.metric}, {"balanced", one.balanced}, {"ranking", Json::array()}};
    for (const study::Effect& effect : one.ranked)
      json["ranking"].push_back(effect_json(effect, results.settings));
    if (!one.ranked.empty()) json["interactions_share"] = one.together;
    if (!one.missing.empty()) json["missing"] = one.missing;
    all.push_back(std::move(json));
  }
  return all;
}

}  // namespace

const char* direction_word(measures::Direction direction) {
  switch (direction) {
    case measures::Direction::lower:
      return "lower";
    case measures::Direction::higher:
      return "higher";
    case measures::Direction::neutral:
      return "neutral";
  }
  return "";
}

std::string study_json(const study::Results& results) {
  Json json{{"schema_version", schema_version},
            {"manifest",
             {{"tool", "hubstorm"},
              {"version", results.version},
              {"model", results.model},
              {"study", results.settings.name},
              {"description", results.settings.description},
              {"scenario", results.settings.scenario},
              {"seeds", results.settings.common_seeds ? "common" : "independent"}}},
            {"stopping", stopping_json(results.settings)},
            {"complete", results.complete},
            {"axes", axes_json(results.settings)},
            {"points", Json::array()},
            {"effects", effects_json(results)}};
  for (const study::PointResult& point : results.points) json["points"].push_back(point_json(results, point));
  return json_text(json) + "\n";
}

}  // namespace output
