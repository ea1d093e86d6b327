#include "tools/study/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/application/expectations.hpp"
#include "models/application/metric_names.hpp"
#include "models/digest.hpp"
#include "sim/random.hpp"
#include "sim/settings/emit.hpp"
#include "sim/settings/shape.hpp"
#include "sim/settings/text.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/result.hpp"
#include "tools/study/store.hpp"

namespace study {
namespace {

// A seed of its own for each point, at or below 2^63 so that it can be written down anywhere.
std::uint64_t own_seed(std::uint64_t seed, const std::string& label) {
  return sim::mix(seed, sim::hash_text(label.data(), label.size())) >> 1;
}

// Of resolved scenarios, in bytes of their text, which takes up a good part of each.
constexpr std::size_t most_kept = std::size_t{1} << 24;

std::string content(const application::Scenario& scenario, const std::string& hash) {
  std::string times;
  for (const measures::Within& within : application::within_times(scenario)) times += within.label + " ";
  return sim::fingerprint(
      fmt::format("{} {} {} {} {}", unit_format, model_digest(), hash, scenario.seed, times));
}

std::string yaml_list(const std::vector<std::string>& texts) {
  sim::settings::Node list = sim::settings::Node::list();
  for (const std::string& text : texts) list.items.push_back(sim::settings::Node::scalar(text));
  return sim::settings::flow_yaml(list);
}

std::vector<std::string> named_metrics(const Settings& settings) {
  std::vector<std::string> all = settings.metrics;
  if (settings.precision) all.push_back(settings.precision->metric);
  if (settings.optimise) all.push_back(settings.optimise->metric());
  return all;
}

const measures::MetricKind* kind_of(const Plan& plan, const std::string& metric) {
  const auto found = plan.kinds.find(metric);
  return found == plan.kinds.end() ? nullptr : found->second;
}

// What the metrics are that this scenario has, and no point before it had.
void find_kinds(Plan& plan, const std::vector<std::string>& metrics, const application::Scenario& scenario) {
  if (std::all_of(metrics.begin(), metrics.end(),
                  [&](const std::string& metric) { return kind_of(plan, metric); }))
    return;
  const measures::Names names = application::metric_names(scenario);
  for (const std::string& metric : metrics)
    if (!kind_of(plan, metric))
      if (const auto* kind = measures::find_metric(metric, names)) plan.kinds[metric] = kind;
}

// A quantile over all replications has no value in one of them.
void refuse_pooled(const std::string& metric, const std::string& user) {
  if (metric.ends_with(".pooled_p99"))
    throw Unusable(fmt::format("{} has no value in a single replication, which {} needs; use {}p99", metric,
                               user, metric.substr(0, metric.size() - std::string("pooled_p99").size())));
}

void check_searches(const Plan& plan) {
  const Settings& settings = plan.settings;
  if (settings.precision) refuse_pooled(settings.precision->metric, "a precision");
  if (settings.optimise) refuse_pooled(settings.optimise->metric(), "optimise");
  if (!settings.optimise && !settings.headroom) return;
  for (const Point& point : plan.points)
    for (const application::Expectation& one : point.expect)
      refuse_pooled(one.metric, settings.optimise ? "optimise" : "headroom");
  if (!settings.headroom) return;
  const std::vector<device::Group>& fleet = plan.points[0].scenario->fleet;
  for (const std::string& name : settings.headroom->groups)
    if (std::none_of(fleet.begin(), fleet.end(),
                     [&](const device::Group& group) { return group.name == name; }))
      throw Unusable(
          fmt::format("headroom.groups: the scenario has no group {}", sim::settings::quoted(name)));
}

// The amount of a precision is one of its metric.
void resolve_precision(Plan& plan) {
  std::optional<Precision>& precision = plan.settings.precision;
  if (!precision || precision->relative) return;
  const auto amount = application::parse_amount(precision->limit, kind_of(plan, precision->metric)->unit);
  const auto* problem = std::get_if<sim::settings::Problem>(&amount);
  if (problem)
    throw Unusable(fmt::format("precision.within: {} {}; {}", sim::settings::quoted(precision->limit),
                               problem->what, problem->hint));
  precision->within = std::get<double>(amount);
  if (!(precision->within > 0)) throw Unusable("precision.within: must be more than nothing");
}

void check_metrics(const Plan& plan) {
  for (const std::string& metric : named_metrics(plan.settings)) {
    if (kind_of(plan, metric)) continue;
    const std::vector<std::string> near =
        measures::nearest_metrics(metric, application::metric_names(*plan.points[0].scenario));
    throw Unusable(fmt::format("no point has a metric {}; {}", sim::settings::quoted(metric),
                               near.empty() ? "hubstorm catalog metrics lists them"
                                            : "did you mean " + sim::settings::listed(near) + "?"));
  }
}

void check_replications(const Settings& settings, const Point& point) {
  if (!point.places) return;
  const std::uint32_t places = *point.places;
  if (settings.precision || settings.optimise || settings.headroom)
    throw Unusable(fmt::format(
        "the faults of the scenario go through {} places, a replication each: precision, optimise "
        "and headroom choose replications themselves; give the fault a time",
        places));
  if (settings.replications && *settings.replications != places)
    throw Unusable(fmt::format(
        "the faults of the scenario go through {} places; write replications: {}, or none", places, places));
}

std::vector<std::string> metrics_of_interest(const Plan& plan) {
  std::vector<std::string> all = plan.settings.metrics;
  if (all.empty())
    for (const application::Expectation& one : plan.points[0].expect) all.push_back(one.metric);
  if (all.empty())
    for (const faults::Fault& fault : plan.points[0].scenario->faults)
      all.push_back("recovery." + fault.name + ".p99");
  if (plan.settings.precision) all.push_back(plan.settings.precision->metric);
  if (plan.settings.optimise) all.push_back(plan.settings.optimise->metric());
  std::set<std::string> seen;
  std::vector<std::string> once;
  for (const std::string& metric : all)
    if (seen.insert(metric).second) once.push_back(metric);
  return once;
}

}  // namespace

std::uint32_t most_wanted(const Settings& settings, const Point& point) {
  if (point.places) return *point.places;
  return settings.precision ? settings.precision->most : settings.replications.value_or(default_replications);
}

Point make_point(const Settings& settings, const LoadScenario& load_scenario, std::size_t number,
                 const Combination& combination, const std::vector<std::string>& more) {
  Point point;
  point.number = number;
  point.combination = combination;
  point.label = label(settings, combination);
  point.set = overrides(settings, combination);
  point.set.insert(point.set.end(), more.begin(), more.end());
  if (settings.expect) point.set.push_back("expect=" + yaml_list(*settings.expect));
  if (settings.seed) point.set.push_back(fmt::format("seed={}", *settings.seed));
  application::Scenario scenario = load_scenario(point.set);
  if (!settings.common_seeds) {
    scenario.seed = own_seed(scenario.seed, point.label);
    point.set.push_back(fmt::format("seed={}", scenario.seed));
  }
  scenario.asked = named_metrics(settings);
  point.scenario_hash = output::scenario_hash(scenario.resolved);
  point.seed = scenario.seed;
  if (application::goes_through_places(scenario)) point.places = scenario.replications;
  point.expect = scenario.expect;
  point.content = content(scenario, point.scenario_hash);
  point.scenario = std::make_shared<const application::Scenario>(std::move(scenario));
  return point;
}

std::shared_ptr<const application::Scenario> scenario_of(const Plan& plan, const Point& point) {
  if (point.scenario) return point.scenario;
  application::Scenario scenario = plan.load_scenario(point.set);
  scenario.seed = point.seed;
  scenario.asked = named_metrics(plan.settings);
  if (content(scenario, output::scenario_hash(scenario.resolved)) != point.content)
    throw Unusable("a file that the scenario names has changed since the study was read; run it again");
  return std::make_shared<const application::Scenario>(std::move(scenario));
}

Plan make_plan(Settings settings, LoadScenario load_scenario, const std::function<void()>& on_step) {
  Plan plan;
  plan.settings = std::move(settings);
  plan.load_scenario = std::move(load_scenario);
  const std::vector<Combination> all = combinations(plan.settings, on_step);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (on_step) on_step();
    try {
      plan.points.push_back(make_point(plan.settings, plan.load_scenario, i + 1, all[i], {}));
    } catch (const sim::settings::Invalid& invalid) {
      throw Unusable(fmt::format("point {} ({}) is no scenario that can run:\n{}", i + 1,
                                 label(plan.settings, all[i]), invalid.what()));
    }
    Point& point = plan.points.back();
    if (i == 0) plan.metrics = metrics_of_interest(plan);
    find_kinds(plan, plan.metrics, *point.scenario);
    kept += point.scenario->resolved.size();
    if (i > 0 && kept > most_kept) point.scenario.reset();
  }
  for (const Point& point : plan.points) check_replications(plan.settings, point);
  check_metrics(plan);
  check_searches(plan);
  resolve_precision(plan);
  if (plan.metrics.empty())
    throw Unusable("nothing to look at: write metrics, such as metrics: [telemetry.lost]");
  return plan;
}

std::string unit_id(const Point& point, std::uint32_t replication) {
  return unit_id(point.content, replication);
}

std::string reproduce(const std::string& scenario_path, const Point& point, std::uint32_t replication) {
  std::string line = "hubstorm run " + output::escape::shell(scenario_path);
  for (const std::string& assignment : point.set) line += " --set " + output::escape::shell(assignment);
  return line + fmt::format(" --only {}", replication + 1);
}

}  // namespace study
