#include "models/measures/report_codec.hpp"

#include <nlohmann/json.hpp>

namespace measures {
namespace {

using Json = nlohmann::json;

// An absent number is null.
template <typename T>
Json of(const std::optional<T>& x) {
  return x ? Json(*x) : Json(nullptr);
}

template <typename T>
std::optional<T> to(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional<T>(json.get<T>());
}

Json values_json(const Report& report) {
  Json json = Json::object();
  for (const auto& [name, value] : report.values)
    json[name] = {value.unit, of(value.value), of(value.at_least), of(value.censored)};
  return json;
}

Json pools_json(const Report& report) {
  Json json = Json::object();
  for (const auto& [fault, pool] : report.pools) json[fault] = {pool.recovery.encode(), pool.censored};
  return json;
}

Json trace_json(const Report& report) {
  Json json = Json::array();
  for (const TraceLine& line : report.trace) json.push_back({line.time_s, line.text});
  return json;
}

Json timeline_json(const Report& report) {
  Json json = Json::array();
  for (const Event& e : report.timeline)
    json.push_back({e.time_s, e.hub, e.kind, e.outcome, e.from, e.to, e.reason});
  return json;
}

Event event(const Json& json) {
  const auto text = [&](std::size_t i) { return json.at(i).get<std::string>(); };
  return {json.at(0).get<double>(), text(1), text(2), text(3), text(4), text(5), text(6)};
}

}  // namespace

std::string encode(const Report& report) {
  const Json json{{"values", values_json(report)},         {"pools", pools_json(report)},
                  {"columns", report.series.columns},      {"rows", report.series.rows},
                  {"trace", trace_json(report)},           {"timeline", timeline_json(report)},
                  {"device_events", report.device_events}, {"parked_attempts", report.parked_attempts},
                  {"simulation_s", report.simulation_s}};
  std::string bytes;
  Json::to_cbor(json, bytes);
  return bytes;
}

Report decode_report(const std::string& bytes) {
  const Json json = Json::from_cbor(bytes);
  Report report;
  for (const auto& [name, value] : json.at("values").items())
    report.values[name] = {value.at(0).get<std::string>(), to<double>(value.at(1)), to<double>(value.at(2)),
                           to<std::uint64_t>(value.at(3))};
  for (const auto& [fault, pool] : json.at("pools").items())
    report.pools[fault] = {sim::Quantiles::decode(pool.at(0).get<std::string>()),
                           pool.at(1).get<std::uint64_t>()};
  json.at("columns").get_to(report.series.columns);
  json.at("rows").get_to(report.series.rows);
  for (const Json& line : json.at("trace"))
    report.trace.push_back({line.at(0).get<double>(), line.at(1).get<std::string>()});
  for (const Json& json_event : json.at("timeline")) report.timeline.push_back(event(json_event));
  json.at("device_events").get_to(report.device_events);
  json.at("parked_attempts").get_to(report.parked_attempts);
  json.at("simulation_s").get_to(report.simulation_s);
  return report;
}

}  // namespace measures
