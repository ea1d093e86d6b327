// hubstorm study optimise.
#include <fmt/format.h>

#include <algorithm>

#include "tools/hubstorm/study_search.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/grid.hpp"
#include "tools/output/json.hpp"
#include "tools/output/streams.hpp"
#include "tools/output/study_writers.hpp"
#include "tools/output/words.hpp"

namespace hubstorm {
namespace {

using Json = nlohmann::ordered_json;
using output::escape::terminal;
using study::Standing;

// The race of a plan with the words for it.
class Optimiser {
 public:
  Optimiser(const study::Plan& plan, const study::Race& race)
      : plan_(plan), race_(race), goal_(*plan.settings.optimise) {}

  std::string json() const {
    Json json{{"schema_version", 1},
              {"study", plan_.settings.name},
              {goal_.maximise() ? "maximise" : "minimise", goal_.metric()},
              {"confidence", goal_.confidence},
              {"method", "racing, Student t, Bonferroni over points, comparisons and looks"},
              {"winner", race_.winner ? Json(*race_.winner + 1) : Json(nullptr)},
              {"certain", race_.certain},
              {"replications", race_.replications},
              {"replications_of_exhaustive_search", exhaustive()},
              {"points", Json::array()}};
    for (const study::Contender& one : race_.points)
      json["points"].push_back({{"point", one.point + 1},
                                {"label", plan_.points[one.point].label},
                                {"set", plan_.points[one.point].set},
                                {"n", one.n},
                                {"objective", one.objective ? Json(shown(*one.objective)) : Json(nullptr)},
                                {"ci95", interval(one)},
                                {"method", one.ci95 ? Json("student-t") : Json(nullptr)},
                                {"expectations", standing_word(one.standing)},
                                {"dominated", one.dominated}});
    return output::json_text(json) + "\n";
  }

  std::string text(const output::Style& style) const {
    std::string text = style.bold(terminal(plan_.settings.name));
    if (!plan_.settings.description.empty()) text += ": " + terminal(plan_.settings.description);
    text = output::words::wrap(text);
    text += output::words::wrap(fmt::format(
        "{} {} of {} points that meet {}, {:.3g} % confidence.", goal_.maximise() ? "Highest" : "Lowest",
        goal_.metric(), plan_.points.size(), terminal(expected(plan_.points[0])), goal_.confidence * 100));
    text += "\n" + output::words::wrap(answer(style)) + "\n" + table() + "\n";
    return text + output::words::wrap(fmt::format(
                      "{} replications, {:.0f} % of the {} that {} at every point take. Racing with Student "
                      "t intervals; "
                      "the error is shared out over points, comparisons and looks.",
                      race_.replications,
                      100.0 * static_cast<double>(race_.replications) / static_cast<double>(exhaustive()),
                      exhaustive(), goal_.most));
  }

 private:
  std::uint64_t exhaustive() const { return std::uint64_t{goal_.most} * plan_.points.size(); }
  double shown(double objective) const { return goal_.maximise() ? -objective : objective; }

  Json interval(const study::Contender& one) const {
    if (!one.ci95) return nullptr;
    const double low = shown(one.ci95->low), high = shown(one.ci95->high);
    return {std::min(low, high), std::max(low, high)};
  }

  std::string unit() const {
    const auto kind = plan_.kinds.find(goal_.metric());
    return kind == plan_.kinds.end() ? "" : kind->second->unit;
  }

  std::string value(const study::Contender& one) const {
    if (!one.objective) return "-";
    analysis::Metric metric;
    metric.unit = unit();
    metric.value = shown(*one.objective);
    metric.ci95 = one.ci95;  // its width is the same in either direction
    return output::words::value(metric);
  }

  std::string answer(const output::Style& style) const {
    if (!race_.winner) {
      const bool open =
          std::any_of(race_.points.begin(), race_.points.end(),
                      [](const study::Contender& one) { return one.standing == Standing::open; });
      const bool meets =
          std::any_of(race_.points.begin(), race_.points.end(),
                      [](const study::Contender& one) { return one.standing == Standing::meets; });
      if (meets)
        return style.bad("✗") + fmt::format(
                                    " {} has no value, or is not reached, at the points that meet the "
                                    "expectations.",
                                    goal_.metric());
      return open ? style.unsure("?") +
                        fmt::format(
                            " No point is shown to meet the expectations within {} replications; "
                            "those that are open are close to a limit.",
                            goal_.most)
                  : style.bad("✗") + " No point meets the expectations.";
    }
    const study::Contender& winner = race_.points[*race_.winner];
    std::string text =
        fmt::format("{} {}: {} {}, after {} replications.", style.good("✓"),
                    terminal(plan_.points[winner.point].label), goal_.metric(), value(winner), winner.n);
    if (!race_.certain)
      text += fmt::format(
          " Points marked open might be better: they are too close to call within {} replications.",
          goal_.most);
    return text;
  }

  std::string table() const {
    const std::string name = output::short_names({goal_.metric()}, {})[0];
    std::vector<output::Row> rows{{"point", "settings", name, "n", "expectations", ""}};
    for (const study::Contender& one : race_.points) {
      const bool won = race_.winner && one.point == *race_.winner;
      const std::string note = won              ? "chosen"
                               : !one.objective ? "no value"
                               : one.dominated  ? "not better"
                                                : "";
      rows.push_back({std::to_string(one.point + 1), terminal(plan_.points[one.point].label), value(one),
                      std::to_string(one.n), standing_word(one.standing), note});
    }
    return output::grid(rows, 2);
  }

  const study::Plan& plan_;
  const study::Race& race_;
  const study::Optimise& goal_;
};

}  // namespace

Exit optimise(const SearchOptions& options, const Common& common) {
  const InterruptGuard guard;
  const study::Plan plan = load_plan(options.study, &guard);
  if (!plan.settings.optimise)
    throw Failure(exit_invalid, options.study.file + ": no goal; write optimise: {minimise: cost.plan}");
  require_expectations(plan, options.study.file);
  const study::Lock lock = lock_folder(options.study);
  const study::Store store(options.study.folder());
  store.sweep();
  UnitReports replications(options.study, plan, store, guard);
  const auto unit = [&](const study::Source::Asked& asked) {
    return study::Unit{&plan.points[asked.first], asked.second};
  };
  study::Source source;
  source.ensure = [&](const std::vector<study::Source::Asked>& asked) {
    std::vector<study::Unit> units;
    for (const auto& one : asked) units.push_back(unit(one));
    replications.ensure(units);
  };
  source.report = [&](std::size_t point, std::uint32_t r) -> const measures::Report& {
    return replications.report(unit({point, r}));
  };
  std::vector<std::vector<application::Expectation>> expectations;
  for (const study::Point& point : plan.points) expectations.push_back(point.expect);
  const study::Optimise& goal = *plan.settings.optimise;
  const study::Race race = study::race(
      expectations, source,
      {goal.metric(), goal.maximise(), goal.confidence, goal.first, goal.most, study::default_replications});
  const Optimiser optimiser(plan, race);
  store.forget_outputs();
  store.write_output("optimise.json", optimiser.json());
  if (!options.study.quiet)
    output::write_stdout(options.json ? optimiser.json() : optimiser.text(style_of(common)));
  const bool open = std::any_of(race.points.begin(), race.points.end(),
                                [](const study::Contender& one) { return one.standing == Standing::open; });
  if (race.winner ? !race.certain : open) return too_close(options);
  return race.winner ? exit_ok : exit_expectation;
}

}  // namespace hubstorm
