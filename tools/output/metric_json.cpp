#include "tools/output/metric_json.hpp"

namespace output {

nlohmann::ordered_json or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json metric_json(const analysis::Metric& metric) {
  nlohmann::ordered_json json{{"unit", metric.unit}, {"value", or_null(metric.value)}};
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
