#include "tools/output/metric_json.hpp"

namespace output {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json metric_json(const analysis::Metric& metric) {
  Json json{{"unit", metric.unit}, {"value", or_null(metric.value)}};
  if (metric.at_least) json["at_least"] = *metric.at_least;
  if (metric.ci95) {
    json["ci95"] = {metric.ci95->low, metric.ci95->high};
    json["method"] = analysis::method_name(metric.method);
  }
  json["n"] = metric.n;
  if (metric.censored) json["censored"] = *metric.censored;
  return json;
}

}  // namespace output
