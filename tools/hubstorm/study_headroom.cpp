// hubstorm study headroom.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/hubstorm/study_search.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/grid.hpp"
#include "tools/output/json.hpp"
#include "tools/output/streams.hpp"
#include "tools/output/words.hpp"
#include "tools/study/headroom.hpp"

namespace hubstorm {
namespace {

using Json = nlohmann::ordered_json;
using output::escape::terminal;

// Fleets of several sizes as points of their own.
class Sizes {
 public:
  Sizes(const study::Plan& plan, UnitReports& replications) : plan_(plan), replications_(replications) {}

  std::optional<analysis::Verdict> judge(double factor, std::uint32_t n, double error) {
    const study::Point* point = at(factor);
    if (!point) return std::nullopt;
    const auto unit = [&](std::uint32_t r) { return study::Unit{point, r}; };
    std::vector<study::Unit> units;
    for (std::uint32_t r = 0; r < n; ++r) units.push_back(unit(r));
    replications_.ensure(units);
    study::Source source;
    source.report = [&](std::size_t, std::uint32_t r) -> const measures::Report& {
      return replications_.report(unit(r));
    };
    return study::judge_all(point->expect, source, 0, n, error);
  }

  std::uint64_t devices(double factor) const {
    std::uint64_t sum = 0;
    for (const device::Group& group : plan_.points[0].scenario->fleet)
      sum += grows(group) ? grown(group, factor) : group.devices;
    return sum;
  }

  // The same, of a size that was not tried before.
  std::string check(double factor) {
    at(factor);
    return problem(factor);
  }

  // Why a size is none that can run; empty when it can.
  const std::string& problem(double factor) const {
    static const std::string none;
    const auto found = problems_.find(factor);
    return found == problems_.end() ? none : found->second;
  }

 private:
  bool grows(const device::Group& group) const {
    const auto& groups = plan_.settings.headroom->groups;
    return groups.empty() || std::find(groups.begin(), groups.end(), group.name) != groups.end();
  }

  static std::uint64_t grown(const device::Group& group, double factor) {
    return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(group.devices * factor)));
  }

  const study::Point* at(double factor) {
    const auto known = points_.find(factor);
    if (known != points_.end()) return &known->second;
    std::vector<std::string> set;
    const std::vector<device::Group>& fleet = plan_.points[0].scenario->fleet;
    for (std::size_t i = 0; i < fleet.size(); ++i)
      if (grows(fleet[i])) set.push_back(fmt::format("fleet[{}].devices={}", i, grown(fleet[i], factor)));
    try {
      return &points_
                  .emplace(factor, study::make_point(plan_.settings, plan_.load_scenario, 1,
                                                     plan_.points[0].combination, set))
                  .first->second;
    } catch (const sim::settings::Invalid& invalid) {
      problems_[factor] = invalid.what();
      return nullptr;
    }
  }

  const study::Plan& plan_;
  UnitReports& replications_;
  std::map<double, study::Point> points_;
  std::map<double, std::string> problems_;
};

class HeadroomReport {
 public:
  HeadroomReport(const study::Plan& plan, const Sizes& sizes, const study::HeadroomFound& found)
      : plan_(plan), sizes_(sizes), found_(found), search_(*plan.settings.headroom) {}

  std::string json() const {
    const auto size = [this](const std::optional<double>& factor) {
      if (!factor) return Json(nullptr);
      return Json{{"factor", *factor}, {"devices", sizes_.devices(*factor)}};
    };
    Json json{{"schema_version", 1},
              {"study", plan_.settings.name},
              {"confidence", search_.confidence},
              {"method", "bisection, Student t, Bonferroni over sizes, expectations and looks"},
              {"meets", size(found_.meets)},
              {"misses", size(found_.misses)},
              {"replications", found_.replications},
              {"probes", Json::array()}};
    for (const study::Probe& one : found_.probes)
      json["probes"].push_back({{"factor", one.factor},
                                {"devices", sizes_.devices(one.factor)},
                                {"n", one.n},
                                {"possible", one.possible},
                                {"expectations", standing_word(one.standing)}});
    return output::json_text(json) + "\n";
  }

  std::string text(const output::Style& style) const {
    std::string text = style.bold(terminal(plan_.settings.name));
    if (!plan_.settings.description.empty()) text += ": " + terminal(plan_.settings.description);
    text = output::words::wrap(text);
    text += output::words::wrap(fmt::format("How large a fleet still meets {}, {:.3g} % confidence.",
                                            terminal(expected(plan_.points[0])), search_.confidence * 100));
    text += "\n" + output::words::wrap(answer(style)) + "\n" + table() + "\n";
    for (const study::Probe& one : found_.probes)
      if (!one.possible)
        text += fmt::format("{} devices are no scenario that can run:\n{}\n", devices(one.factor),
                            output::escape::message(sizes_.problem(one.factor)));
    return text +
           output::words::wrap(fmt::format(
               "{} replications. Bisection with Student t intervals; the error is shared out over sizes, "
               "expectations and looks. A larger fleet is taken to do no better.",
               found_.replications));
  }

  // Whether sizes are left of which nothing could be said.
  bool open() const {
    if (!found_.meets) return true;
    return found_.misses && *found_.misses / *found_.meets > (1 + search_.within) * (1 + search_.within);
  }

 private:
  std::string devices(double factor) const {
    return output::words::count(static_cast<double>(sizes_.devices(factor)));
  }

  std::string answer(const output::Style& style) const {
    if (!found_.meets && found_.misses && *found_.misses == search_.from)
      return style.bad("✗") + fmt::format(" Even {} devices miss the expectations.", devices(search_.from));
    if (!found_.meets)
      return style.unsure("?") +
             fmt::format(" {} devices are too close to a limit to be decided within {} replications.",
                         devices(search_.from), search_.most);
    std::string text =
        style.good("✓") + fmt::format(" {} devices meet the expectations ({:.3g} times the fleet); ",
                                      devices(*found_.meets), *found_.meets);
    if (!found_.misses) return text + "the search ends there, `to` is no limit of the system.";
    const bool possible =
        std::none_of(found_.probes.begin(), found_.probes.end(),
                     [&](const study::Probe& one) { return one.factor == *found_.misses && !one.possible; });
    text += fmt::format("{} {} ({:.3g} times).", devices(*found_.misses),
                        possible ? "miss them" : "are no scenario that can run", *found_.misses);
    if (open())
      text += fmt::format(" Between the two it is too close to call within {} replications.", search_.most);
    return text;
  }

  std::string table() const {
    std::vector<output::Row> rows{{"devices", "times", "n", "expectations"}};
    std::vector<study::Probe> probes = found_.probes;
    std::sort(probes.begin(), probes.end(), [](const auto& a, const auto& b) { return a.factor < b.factor; });
    for (const study::Probe& one : probes)
      rows.push_back({devices(one.factor), fmt::format("{:.4g}", one.factor), std::to_string(one.n),
                      one.possible ? standing_word(one.standing) : "no valid scenario"});
    return output::grid(rows, 2);
  }

  const study::Plan& plan_;
  const Sizes& sizes_;
  const study::HeadroomFound& found_;
  const study::Headroom& search_;
};

void check_headroom(const study::Plan& plan, const std::string& file) {
  if (!plan.settings.headroom) throw Failure(exit_invalid, file + ": no search; write headroom: {to: 20}");
  if (plan.points.size() > 1)
    throw Failure(exit_invalid,
                  file + ": headroom is of one point; remove the axes, or set: what it is about");
  require_expectations(plan, file);
}

}  // namespace

Exit find_headroom(const SearchOptions& options, const Common& common) {
  const InterruptGuard guard;
  const study::Plan plan = load_plan(options.study, &guard);
  check_headroom(plan, options.study.file);
  const study::Lock lock = lock_folder(options.study);
  const study::Store store(options.study.folder());
  store.sweep();
  UnitReports replications(options.study, plan, store, guard);
  Sizes sizes(plan, replications);
  const study::Headroom& search = *plan.settings.headroom;
  if (const std::string problem = sizes.check(search.from); !problem.empty())
    throw Failure(exit_invalid, fmt::format("{}: headroom.from is no scenario that can run:\n{}",
                                            options.study.file, problem));
  store.forget_outputs();
  const study::HeadroomFound found = study::headroom(
      [&](double factor, std::uint32_t n, double error) { return sizes.judge(factor, n, error); },
      {search.from, search.to, search.within, search.confidence, search.first, search.most,
       plan.points[0].expect.size()});
  const HeadroomReport report(plan, sizes, found);
  store.write_output("headroom.json", report.json());
  if (!options.study.quiet)
    output::write_stdout(options.json ? report.json() : report.text(style_of(common)));
  if (!found.meets && found.misses == search.from) return exit_expectation;
  return report.open() ? too_close(options) : exit_ok;
}

}  // namespace hubstorm
