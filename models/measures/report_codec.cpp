#include "models/measures/report_codec.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <type_traits>

namespace measures {
namespace {

using Json = nlohmann::json;

// An absent number is null.
template <typename T>
Json of(const std::optional<T>& x) {
  return x ? Json(*x) : Json(nullptr);
}

double to_figure(const Json& json) {
  const double x = json.is_number() ? json.get<double>() : std::numeric_limits<double>::quiet_NaN();
  if (!(std::abs(x) <= largest_figure)) throw std::invalid_argument("a figure of a report is none");
  return x;
}

std::uint64_t to_count(const Json& json) {
  if (!json.is_number_unsigned()) throw std::invalid_argument("a count of a report is none");
  return json.get<std::uint64_t>();
}

template <class Read>
auto to_optional(const Json& json, const Read& read) {
  return json.is_null() ? std::nullopt : std::optional(read(json));
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

// The rows one after the other, 8 bytes a number: as an array of numbers they cost more than all the rest.
static_assert(std::endian::native == std::endian::little, "rows of a report are stored as little-endian");

Json rows_json(const Series& series) {
  const std::size_t width = series.columns.size() * sizeof(double);
  Json::binary_t::container_type bytes(series.rows.size() * width);
  std::uint8_t* to = bytes.data();
  for (const std::vector<double>& row : series.rows) {
    if (row.empty() || row.size() != series.columns.size())
      throw std::invalid_argument("a row lacks a column");
    std::memcpy(to, row.data(), width);
    to += width;
  }
  return Json::binary(std::move(bytes));
}

std::vector<std::vector<double>> rows(const Json& json, std::size_t columns) {
  const Json::binary_t& bytes = json.get_binary();
  const std::size_t width = columns * sizeof(double);
  if (width == 0 ? !bytes.empty() : bytes.size() % width != 0)
    throw std::invalid_argument("rows of a report end within a row");
  std::vector<std::vector<double>> rows;
  rows.reserve(width == 0 ? 0 : bytes.size() / width);
  for (std::size_t at = 0; at < bytes.size(); at += width)
    std::memcpy(rows.emplace_back(columns).data(), bytes.data() + at, width);
  return rows;
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

// As they lie in memory: they are many, and both ends are one program.
static_assert(std::is_trivially_copyable_v<Episode>);

Json episodes_json(const EpisodeTable& table) {
  std::vector<std::uint8_t> bytes(table.rows.size() * sizeof(Episode));
  if (!bytes.empty()) std::memcpy(bytes.data(), table.rows.data(), bytes.size());
  return {table.groups, table.faults, table.hubs, Json::binary(std::move(bytes))};
}

EpisodeTable episodes(const Json& json) {
  EpisodeTable table;
  json.at(0).get_to(table.groups);
  json.at(1).get_to(table.faults);
  json.at(2).get_to(table.hubs);
  const auto& bytes = json.at(3).get_binary();
  if (bytes.size() % sizeof(Episode) != 0) throw std::invalid_argument("episodes of a report end within one");
  table.rows.resize(bytes.size() / sizeof(Episode));
  if (!bytes.empty()) std::memcpy(table.rows.data(), bytes.data(), bytes.size());
  const auto hub = [&](std::uint32_t i) { return i == EpisodeTable::no_hub || i < table.hubs.size(); };
  for (const Episode& e : table.rows)
    if (e.group >= table.groups.size() || e.fault >= table.faults.size() || !hub(e.hub_before) ||
        !hub(e.hub_after))
      throw std::invalid_argument("an episode of a report names what is not there");
  return table;
}

Event event(const Json& json) {
  const auto text = [&](std::size_t i) { return json.at(i).get<std::string>(); };
  return {to_figure(json.at(0)), text(1), text(2), text(3), text(4), text(5), text(6)};
}

}  // namespace

std::string encode(const Report& report) {
  const Json json{{"values", values_json(report)},
                  {"pools", pools_json(report)},
                  {"columns", report.series.columns},
                  {"rows", rows_json(report.series)},
                  {"trace", trace_json(report)},
                  {"timeline", timeline_json(report)},
                  {"episodes", episodes_json(report.episodes)},
                  {"device_events", report.device_events},
                  {"parked_attempts", report.parked_attempts},
                  {"simulation_s", report.simulation_s}};
  std::string bytes;
  Json::to_cbor(json, bytes);
  return bytes;
}

Report decode_report(const std::string& bytes) {
  const Json json = Json::from_cbor(bytes);
  Report report;
  for (const auto& [name, value] : json.at("values").items())
    report.values[name] = {value.at(0).get<std::string>(), to_optional(value.at(1), to_figure),
                           to_optional(value.at(2), to_figure), to_optional(value.at(3), to_count)};
  for (const auto& [fault, pool] : json.at("pools").items())
    report.pools[fault] = {sim::Quantiles::decode(pool.at(0).get<std::string>()), to_count(pool.at(1))};
  json.at("columns").get_to(report.series.columns);
  report.series.rows = rows(json.at("rows"), report.series.columns.size());
  for (const Json& line : json.at("trace"))
    report.trace.push_back({to_figure(line.at(0)), line.at(1).get<std::string>()});
  for (const Json& json_event : json.at("timeline")) report.timeline.push_back(event(json_event));
  report.episodes = episodes(json.at("episodes"));
  report.device_events = to_count(json.at("device_events"));
  report.parked_attempts = to_count(json.at("parked_attempts"));
  report.simulation_s = to_figure(json.at("simulation_s"));
  return report;
}

}  // namespace measures
