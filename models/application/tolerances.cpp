#include "models/application/tolerances.hpp"

#include <fmt/format.h>

#include "models/application/expectations.hpp"
#include "models/application/metric_names.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using namespace sim::settings;

class ToleranceReader {
 public:
  ToleranceReader(const Origin& origin, const Entry& entry) : origin_(origin), entry_(entry) {}

  // Nothing, and reported, if it is not right.
  std::optional<Tolerance> read(const measures::Names& names, bool check_metric) const {
    const measures::MetricKind* kind = measures::find_metric(entry_.key, names);
    if (!kind && check_metric) return unknown_metric(names);
    if (!kind) return std::nullopt;
    if (const std::optional<Problem> problem = no_tolerance(*kind))
      return fail(entry_.place, fmt::format("{} {}", quoted(entry_.key), problem->what), problem->hint);
    const Parsed<Tolerance> tolerance = parse_tolerance(entry_.key, entry_.value.text, kind->unit);
    if (const auto* problem = std::get_if<Problem>(&tolerance))
      return fail(entry_.value.place, quoted(entry_.value.text) + ' ' + problem->what, problem->hint);
    return std::get<Tolerance>(tolerance);
  }

 private:
  std::optional<Tolerance> unknown_metric(const measures::Names& names) const {
    const std::vector<std::string> near = measures::nearest_metrics(entry_.key, names);
    return fail(entry_.place, fmt::format("no metric {}", quoted(entry_.key)),
                near.empty() ? "hubstorm catalog metrics lists them"
                             : fmt::format("did you mean {}?", quoted(near[0])));
  }

  std::optional<Tolerance> fail(const Place& place, const std::string& what, const std::string& hint) const {
    origin_.diagnostics.error(place, "tolerances: " + what, hint);
    return std::nullopt;
  }

  const Origin& origin_;
  const Entry& entry_;
};

}  // namespace

Parsed<Tolerance> parse_tolerance(const std::string& metric, const std::string& text,
                                  const std::string& unit) {
  Tolerance tolerance{metric, text, text.ends_with('%'), 0};
  const Parsed<double> amount = tolerance.relative ? parse_share(text) : parse_amount(text, unit);
  if (const auto* problem = std::get_if<Problem>(&amount)) return *problem;
  tolerance.amount = std::get<double>(amount);
  if (tolerance.amount < 0) return Problem{"is negative", "a tolerance is at least 0"};
  return tolerance;
}

std::optional<Problem> no_tolerance(const measures::MetricKind& kind) {
  if (kind.pattern.ends_with(".pooled_p99"))
    return Problem{"has no value of a single replication to compare", "use recovery.<fault>.p99"};
  if (kind.direction == measures::Direction::neutral)
    return Problem{"is neither better nor worse when it changes",
                   "hubstorm catalog metrics says which way each metric is better"};
  return std::nullopt;
}

void read_tolerances(Draft& draft, const Origin& origin) {
  const Node* given = value_at(origin.root, {"tolerances"});
  if (!given || given->kind != Node::Kind::map) return;
  // Names that could not be read would make their metrics look unknown.
  const bool names_known =
      origin.good({"faults"}) && origin.good({"fleet"}) && origin.good({"application", "hubs"});
  const measures::Names names = metric_names(draft.scenario);
  for (const Entry& entry : given->entries) {
    if (!origin.good({"tolerances", entry.key})) continue;
    if (const auto tolerance = ToleranceReader(origin, entry).read(names, names_known))
      draft.scenario.tolerances.push_back(*tolerance);
  }
}

}  // namespace application
