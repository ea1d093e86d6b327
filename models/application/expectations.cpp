#include "models/application/expectations.hpp"

#include <fmt/format.h>

#include "models/application/metric_names.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using namespace sim::settings;
using sim::Duration;

// A line in its three parts, each with its offset in the line.
struct Part {
  std::string text;
  std::size_t offset = 0;
};
struct Line {
  Part metric, sign, value;
};

constexpr std::pair<std::string_view, Comparison> signs[] = {
    {"<=", Comparison::less_equal}, {">=", Comparison::greater_equal}, {"==", Comparison::equal},
    {"!=", Comparison::not_equal},  {"<", Comparison::less},           {">", Comparison::greater}};

Part part(std::string_view line, std::size_t from, std::size_t to) {
  while (from < to && line[from] == ' ') ++from;
  while (to > from && line[to - 1] == ' ') --to;
  return {std::string(line.substr(from, to - from)), from};
}

Line split(std::string_view line) {
  const std::size_t start = std::min(line.find_first_of("<>=!"), line.size());
  const std::size_t end = std::min(line.find_first_not_of("<>=!", start), line.size());
  return {part(line, 0, start), part(line, start, end), part(line, end, line.size())};
}

class ExpectationReader {
 public:
  ExpectationReader(const Origin& origin, std::size_t index, std::string line)
      : origin_(origin), index_(index), text_(std::move(line)), line_(split(text_)) {}

  // Nothing, and reported, if the line is not right.
  std::optional<Expectation> read(const measures::Names& names, bool check_metric) const {
    Expectation expectation{text_, line_.metric.text, Comparison::less, 0};
    const auto* sign = sign_of();
    if (!sign) return fail(line_.sign, "no comparison", "write it like recovery.hub2.p99 < 15m");
    expectation.comparison = sign->second;
    const measures::MetricKind* kind = measures::find_metric(expectation.metric, names);
    if (!kind && check_metric) return unknown_metric(names);
    if (!kind) return std::nullopt;
    const Parsed<double> limit = parse_amount(line_.value.text, kind->unit);
    if (const auto* problem = std::get_if<Problem>(&limit))
      return fail(line_.value, quoted(line_.value.text) + ' ' + problem->what, problem->hint);
    expectation.limit = std::get<double>(limit);
    return expectation;
  }

 private:
  const std::pair<std::string_view, Comparison>* sign_of() const {
    for (const auto& sign : signs)
      if (line_.sign.text == sign.first) return &sign;
    return nullptr;
  }

  std::optional<Expectation> unknown_metric(const measures::Names& names) const {
    const std::vector<std::string> near = measures::nearest_metrics(line_.metric.text, names);
    return fail(line_.metric, fmt::format("no metric {}", quoted(line_.metric.text)),
                near.empty() ? "hubstorm catalog metrics lists them"
                             : fmt::format("did you mean {}?", quoted(near[0])));
  }

  std::optional<Expectation> fail(const Part& at, const std::string& what, const std::string& hint) const {
    const std::vector<Step> path{"expect", index_};
    Place place = place_of(origin_.root, path);
    const std::string_view written = place.source->line(place.line).substr(place.column - 1, place.length);
    if (const std::size_t start = written.find(text_); start != std::string_view::npos) {
      place.column += start + at.offset;
      place.length = std::max<std::size_t>(1, at.text.size());
    }
    origin_.diagnostics.error(place, path_text(path) + ": " + what, hint);
    return std::nullopt;
  }

  const Origin& origin_;
  std::size_t index_;
  std::string text_;
  Line line_;
};

}  // namespace

namespace {

template <class T>
Parsed<double> as_double(const Parsed<T>& parsed, double scale = 1) {
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  return static_cast<double>(std::get<T>(parsed)) * scale;
}

}  // namespace

Parsed<double> parse_amount(std::string_view value, const std::string& unit) {
  if (unit == "s") {
    const Parsed<Duration> duration = parse_duration(value);
    if (const auto* problem = std::get_if<Problem>(&duration)) return *problem;
    return sim::seconds(std::get<Duration>(duration));
  }
  if (!value.empty() && value.back() == '%' && unit == "1") return as_double(parse_share(value));
  if (unit == "1/s" && value.find('/') != std::string_view::npos) {
    const Parsed<Rate> rate = parse_rate(value);
    if (const auto* problem = std::get_if<Problem>(&rate)) return *problem;
    return std::get<Rate>(rate).per_second();
  }
  if (unit == "1/s" && value != "0") return Problem{"needs a unit", fmt::format("write {}/s", value)};
  const std::string_view word = unit == "1" ? std::string_view{} : std::string_view{unit};
  if (!word.empty() && value.size() > word.size() && value.substr(value.size() - word.size()) == word)
    return parse_decimal(part(value, 0, value.size() - word.size()).text);
  return parse_decimal(value);
}

void read_expectations(Draft& draft, const Origin& origin) {
  // Names that could not be read would make their metrics look unknown.
  const bool names_known =
      origin.good({"faults"}) && origin.good({"fleet"}) && origin.good({"application", "hubs"});
  const measures::Names names = metric_names(draft.scenario);
  for (std::size_t i = 0; i < draft.expect.size(); ++i) {
    if (!origin.good({"expect", i})) continue;
    const auto expectation = ExpectationReader(origin, i, draft.expect[i]).read(names, names_known);
    if (expectation) draft.scenario.expect.push_back(*expectation);
  }
}

}  // namespace application
